/** A key: none, a number, or what ftok(3) makes of a file. */
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { KeyChoice } from '../../protocol/inputs';
import { type Asker, checked } from './asker';
import { parseKey, parseProject } from './parse';
import { Wrong } from './steps';

const { t } = vscode.l10n;

export const askKey: Asker = async (steps, { prompt, schema }): Promise<KeyChoice> => {
  const way = await steps.pick<'private' | 'number' | 'file'>('way', {
    placeholder: prompt,
    items: [
      {
        label: t('Private'),
        description: t('no key finds it; programs hand its id to each other'),
        value: 'private',
      },
      { label: t('A Number...'), description: t('such as 0x1234, known to every program'), value: 'number' },
      {
        label: t('From a File, as ftok Does...'),
        description: t('programs that meet by a path find it'),
        value: 'file',
      },
    ],
  });
  if (way === 'private') return 0;
  if (way === 'number')
    return steps.input<number>('number', {
      prompt: t('Key: a number, decimal or with 0x'),
      parse: (text) => parseKey(text) ?? new Wrong(t('A key is a number from 1 to 0xffffffff.')),
    });
  const path = await steps.input<string>(
    'path',
    {
      prompt: t('The whole path of a file or folder that exists'),
      parse: (text) => {
        const typed = text.trim().replace(/^~(?=\/|$)/, homedir());
        if (!typed.startsWith('/')) return new Wrong(t('A whole path begins with / or ~.'));
        return typed.length <= 4096 ? typed : new Wrong(t('No path is that long.'));
      },
    },
    1,
  );
  return steps.input<KeyChoice>('project', {
    prompt: t('Project: 0 to 255, 0x.., or one character ("A"; a digit in quotes: "\'7\'")'),
    parse: (text) => {
      const wrong = t('A project is a number from 0 to 255, or one character.');
      const project = parseProject(text);
      return project === undefined ? new Wrong(wrong) : checked(schema, { path, project }, wrong);
    },
  });
};
