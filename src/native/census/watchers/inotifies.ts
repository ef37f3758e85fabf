/** The inotify instances of a user, each once: a child inherits its parent's, which the kernel counts once (inotify(7)). */
import { compare } from '../../libc/kcmp';
import { readWhole } from '../../proc/read';
import { countWatches } from '../../proc/watchers';
import { descriptors } from '../descriptors/descriptors';
import type { Look } from '../look';

/** One of them, as one process has it. */
export interface HeldInotify {
  pid: number;
  /** Undefined where that may not be read. */
  watches: number | undefined;
  /** Whether a process that was told before has it too. */
  again: boolean;
}

interface Instance {
  task: number;
  fd: number;
  text: string | undefined;
}

/** All that processes of this user have. `denied`: some of his processes do not show what they have. Yields often. */
export function* inotifiesOf(
  uid: number,
  look: Look,
): Generator<undefined, { held: HeldInotify[]; denied: boolean }> {
  const held: HeldInotify[] = [];
  /** In the order of kcmp. */
  const known: Instance[] = [];
  let some = false;
  for (const [pid, { anonymous, denied }] of yield* look.get(descriptors)) {
    const own = anonymous.filter(({ what }) => what === 'inotify');
    if ((own.length === 0 && !denied) || look.processes.userOf(pid) !== uid) continue;
    some ||= denied;
    for (const { fd, tid } of own) {
      const task = tid ?? pid;
      const text = textOf(`/proc/${task}/fdinfo/${fd}`);
      const again = !isNew({ task, fd, text }, known);
      held.push({ pid, watches: text === undefined ? undefined : countWatches(text), again });
      yield;
    }
  }
  return { held, denied: some };
}

/** Puts it in its place, unless it stands there. Where the kernel does not compare, one of the same number with the same watches is held to be the same, so that never too many are counted. */
function isNew(one: Instance, known: Instance[]): boolean {
  let [low, high] = [0, known.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = known[middle] as Instance;
    const order = compare('file', one.task, other.task, one.fd, other.fd);
    if (order === 'same') return false;
    if (order === 'denied' || order === 'gone') {
      if (known.some(({ fd, text }) => fd === one.fd && text === one.text)) return false;
      break;
    }
    if (order === 'less') high = middle;
    else low = middle + 1;
  }
  known.splice(low, 0, one);
  return true;
}

function textOf(file: string): string | undefined {
  const read = readWhole(file);
  return typeof read === 'string' ? undefined : read.toString('latin1');
}
