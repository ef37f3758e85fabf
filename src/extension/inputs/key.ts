/** A key: none, a number, or what ftok(3) makes of a file. */
import { homedir } from 'node:os';
import type { KeyChoice } from '../../protocol/inputs';
import { hexKey } from '../../presentation/text';
import type { PickItem } from '../ui/foreign';
import { type Asker, checked } from './asker';
import { parseKey, parseProject } from './parse';
import { Wrong } from './steps';
import { t } from '../../presentation/translate';

/** What was typed in place of a choice. */
type Typed = { key: number; path?: undefined } | { key?: undefined; path: string };

/** A key or a path that is typed at once goes on from there. */
function meant(text: string): PickItem<Typed> | undefined {
  const key = parseKey(text);
  if (key !== undefined)
    return { label: t('Key {0}', hexKey(key)), description: t('the number that you typed'), value: { key } };
  const path = parsePath(text);
  if (path instanceof Wrong) return undefined;
  return {
    label: t('From {0}, as ftok Does...', path),
    description: t('the path that you typed'),
    value: { path },
  };
}

function parsePath(text: string): string | Wrong {
  const typed = text.trim().replace(/^~(?=\/|$)/, homedir());
  if (!typed.startsWith('/')) return new Wrong(t('A whole path begins with / or ~.'));
  return typed.length <= 4096 ? typed : new Wrong(t('No path is that long.'));
}

export const askKey: Asker = async (steps, { prompt, schema }): Promise<KeyChoice> => {
  const way = await steps.pick<'private' | 'number' | 'file' | Typed>('way', {
    placeholder: prompt,
    typed: meant,
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
  if (typeof way === 'object' && way.key !== undefined) return way.key;
  if (way === 'number')
    return steps.input<number>('number', {
      prompt: t('Key: a number, decimal or with 0x'),
      parse: (text) => parseKey(text) ?? new Wrong(t('A key is a number from 1 to 0xffffffff.')),
    });
  const path =
    typeof way === 'object'
      ? way.path
      : await steps.input<string>(
          'path',
          { prompt: t('The whole path of a file or folder that exists'), parse: parsePath },
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
