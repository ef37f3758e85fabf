/** A mode: the ones that people give such an object, each with its reason, or another. */
import type { Kind } from '../../protocol/ref';
import { modeNumber } from '../../presentation/text';
import { exactMode } from '../../presentation/values';
import type { PickItem } from '../ui/foreign';
import { type Asker, checked } from './asker';
import { parseMode } from './parse';
import { Wrong } from './steps';
import { t } from '../../presentation/translate';

const usual: Partial<Record<Kind, readonly (readonly [mode: number, why: string])[]>> = {
  'sysv.msg': [
    [0o600, t('only you may send and receive')],
    [0o660, t('you and your group')],
    [0o666, t('everybody on this machine')],
    [0o622, t('everybody may send, only you receive')],
  ],
  'sysv.sem': [
    [0o600, t('only you may operate')],
    [0o660, t('you and your group')],
    [0o666, t('everybody on this machine')],
    [0o644, t('everybody may look at the values and wait for zero, only you change them')],
  ],
  'sysv.shm': [
    [0o600, t('only you may read and write')],
    [0o660, t('you and your group')],
    [0o666, t('everybody on this machine')],
    [0o644, t('everybody may read, only you write')],
  ],
  'posix.mq': [
    [0o600, t('only you may send and receive')],
    [0o660, t('you and your group')],
    [0o666, t('everybody on this machine')],
    [0o622, t('everybody may send, only you receive')],
  ],
  'posix.sem': [
    [0o600, t('only you may use it')],
    [0o660, t('you and your group')],
    [0o666, t('everybody on this machine')],
  ],
  'posix.shm': [
    [0o600, t('only you may read and write')],
    [0o660, t('you and your group')],
    [0o666, t('everybody on this machine')],
    [0o644, t('everybody may read, only you write')],
  ],
  fifo: [
    [0o600, t('only you may read and write')],
    [0o660, t('you and your group')],
    [0o666, t('everybody on this machine')],
    [0o622, t('everybody may write, only you read')],
  ],
};

export const askMode: Asker = async (steps, { kind, prompt, schema, object }) => {
  const modes = (kind && usual[kind]) ?? [];
  const items: PickItem<number | 'other'>[] = modes.map(([mode, why]) => ({
    label: exactMode(mode),
    description: why,
    value: mode,
  }));
  items.push({ label: t('Another...'), description: t('octal, or as rw-r-----'), value: 'other' });
  const now = modes.find(([mode]) => mode === object?.mode)?.[0];
  const chosen = await steps.pick('mode', {
    placeholder: prompt,
    items,
    typed: (text) => {
      const mode = parseMode(text);
      return mode === undefined || checked(schema, mode, '') instanceof Wrong
        ? undefined
        : { label: exactMode(mode), description: t('as you typed it'), value: mode };
    },
    ...(now !== undefined && { active: now }),
  });
  if (chosen !== 'other') return chosen;
  const wrong = t('A mode is octal, as 0640, or written as rw-r-----.');
  return steps.input('typed', {
    prompt: t('Mode: for owner, group and others, as 0640 or rw-r-----'),
    ...(typeof object?.mode === 'number' && { value: modeNumber(object.mode) }),
    parse: (text) => {
      const mode = parseMode(text);
      return mode === undefined ? new Wrong(wrong) : checked(schema, mode, wrong);
    },
  });
};
