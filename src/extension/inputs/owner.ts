/** A user or group, by number or by name. Names are those of /etc/passwd and /etc/group: the extension runs on the machine itself. */
import { readFileSync } from 'node:fs';
import { type Asker, checked } from './asker';
import { Wrong } from './steps';
import { t } from '../../presentation/translate';

/** The number of a name in passwd(5) or group(5). Undefined where there is none, or no such file. */
export function numberOf(name: string, file: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  for (const line of text.split('\n')) {
    const [known, , number = ''] = line.split(':');
    if (known === name && /^\d+$/.test(number)) return Number(number);
  }
  return undefined;
}

function asking(file: string, nameNow: 'user' | 'group', numberNow: 'uid' | 'gid'): Asker {
  return (steps, { prompt, schema, object }) =>
    steps.input<number | undefined>(numberNow, {
      prompt,
      ...(object?.owner && { value: object.owner[nameNow] ?? String(object.owner[numberNow] ?? '') }),
      parse: (text) => {
        const typed = text.trim();
        if (typed === '') return undefined;
        const number = /^\d{1,10}$/.test(typed) ? Number(typed) : numberOf(typed, file);
        return number === undefined
          ? new Wrong(t('{0} has no such name. Numbers are taken as they are.', file))
          : checked(schema, number, t('This is not possible.'));
      },
    });
}

export const askUid = asking('/etc/passwd', 'user', 'uid');
export const askGid = asking('/etc/group', 'group', 'gid');
