/** How sentences of findings name objects and processes: short, since the reader is to see at a glance who waits for whom. */
import type { Party } from '../../protocol/findings';
import { parseProcessRef, type Ref } from '../../protocol/ref';
import { nameOf } from '../kinds';
import { oneLine } from '../text';
import { t } from '../translate';
import { programOf } from '../programs';
import { type Find, grouped, pidText } from '../values';

/** What surrounds a finding while it is told. */
export interface Around {
  find: Find;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Processes that are named one by one; of more only the number. */
const NAMED_MOST = 4;
/** Letters of a name that a narrow row has room for. */
const LONG = 24;

/** An object, as `pipe 171916`; the ref itself where it is not in the look any more. */
export function objectName(ref: Ref, find: Find): string {
  const object = find.object?.(ref);
  if (!object) return ref;
  switch (object.kind) {
    case 'pipe':
      // Who has its ends the sentence says itself.
      return t('pipe {0}', object.inode);
    case 'fifo':
      return object.path === '' ? nameOf(object, find) : t('FIFO {0}', oneLine(object.path));
    case 'unix':
      return object.flags.includes('pair') && object.inode !== null
        ? t('socketpair {0}', object.inode)
        : nameOf(object, find);
    default:
      return nameOf(object, find);
  }
}

/** What a finding is about, a process or an object. */
export function subjectName(ref: Ref, around: Around): string {
  const process = parseProcessRef(ref);
  return process ? who(process, around) : objectName(ref, around.find);
}

/** The same for a narrow row: of a long path the last part. */
export function shortName(ref: Ref, around: Around): string {
  const name = subjectName(ref, around);
  const last = name.lastIndexOf('/');
  return name.length > LONG && last > 0 ? `…${name.slice(last)}` : name;
}

/** A process, as `python3 (4312)`. */
export function who({ pid }: { pid: number }, { find }: Pick<Around, 'find'>): string {
  return pidText(pid, find);
}

/** The same with the descriptor by which it has something: `sleep (4711, fd 1)`. */
export function partyText({ pid, fd }: Party, { find }: Pick<Around, 'find'>): string {
  const name = pidText(pid, find);
  return fd === undefined ? name : t('{0} by fd {1}', name, fd);
}

/** How many wait, in a row. */
export function waitText(count: number): string {
  return count === 1 ? t('1 waits') : t('{0} wait', grouped(count));
}

/** Processes by their programs alone, as a row has room for: `gateway, auth, billing`. */
export function programs(all: readonly { pid: number }[], { find }: Pick<Around, 'find'>): string {
  const names = all.map(({ pid }) => {
    const process = find(pid);
    return process ? programOf(process) : String(pid);
  });
  return listed(names);
}

/** `a`, `a and b`, `a, b, c and 4 more`. */
export function listed(names: readonly string[]): string {
  const [last, ...rest] = [...new Set(names)].reverse();
  if (last === undefined) return '';
  if (rest.length === 0) return last;
  const all = [...rest].reverse();
  if (all.length < NAMED_MOST) return t('{0} and {1}', all.join(', '), last);
  return t('{0} and {1} more', all.slice(0, NAMED_MOST).join(', '), grouped(all.length + 1 - NAMED_MOST));
}

/** Each process once, in a list. */
export function allWho(all: readonly { pid: number }[], around: Pick<Around, 'find'>): string {
  return listed(all.map((one) => who(one, around)));
}
