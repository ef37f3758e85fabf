/**
 * A pipe or connection is full, and those who could read it do something else for ever. Fires where every thread of every reader is at rest and none watches this end. Silent where a reader runs, waits for a child, a person, the clock or
 * for room elsewhere (as pagers, `xargs`, `while read`, rate limits and back-pressure do), where it is not known what it waits for, and where it is stuck or stopped, which other rules tell.
 */
import { kindOf, type Ref } from '../../protocol/ref';
import type { WaitedDescriptor } from '../../protocol/waits';
import type { Waiter } from '../../protocol/findings';
import type { Ground, Rule } from '../finding';
import type { Machine } from '../machine';
import type { Verdict } from '../verdict';
import { proofOf, refsOf, sinceAll, waitersOf } from '../waiters';

export const notRead: Rule<'notRead'> = {
  seconds: 10,
  cites: 'pipe(7) "Pipe capacity", socket(7) SO_SNDBUF',
  find: ({ verdicts, waiting, machine }) =>
    waiting.each('descriptors').flatMap(([stream, all]) => {
      // A terminal emulator stops reading while what it shows is not taken from it, as by a window that is away.
      if (kindOf(stream) === 'pty') return [];
      const writers = all.filter((one) => one.is === 'waits' && writesTo(one, stream));
      const readers = writers[0] && readersOf(writers[0], stream, { verdicts, machine });
      if (!readers || readers.length === 0) return [];
      const waiters = waitersOf(writers);
      const { doubts } = proofOf(writers);
      return {
        severity: 'warning',
        ...(doubts.length > 0 && { proof: 'likely', doubts }),
        subjects: [stream, ...refsOf([...waiters, ...readers], machine)],
        ...sinceAll([...waiters, ...readers]),
        parts: { writers: waiters, stream, readers },
        cures: machine.object(stream)?.kind === 'pipe' ? [{ is: 'enlarge', ref: stream }] : [],
      };
    }),
};

function writesTo({ wait }: Verdict, stream: Ref): boolean {
  return (
    wait?.on.is === 'descriptors' &&
    wait.call !== 'connect' &&
    wait.on.of.some(({ ref, direction }) => ref === stream && direction === 'write')
  );
}

/** Who could read, each with what it waits for; undefined where one of them may yet do so. */
function readersOf(
  { edge }: Verdict,
  stream: Ref,
  { verdicts, machine }: Pick<Ground, 'verdicts' | 'machine'>,
): Waiter[] | undefined {
  const readers: Waiter[] = [];
  for (const member of edge?.members ?? []) {
    if (member.is === 'ended') continue;
    const threads = machine.threadsOf(member.pid).flatMap(({ number }) => verdicts[number] ?? []);
    const [first] = waitersOf(threads.filter(isElsewhere));
    if (!first || !threads.every((one) => restsApart(one, farEnd(stream, machine)))) return undefined;
    readers.push(first);
  }
  return readers;
}

/** The other end of a connection; a pipe itself. */
function farEnd(stream: Ref, machine: Machine): Ref {
  const object = machine.object(stream);
  return object && 'peer' in object && object.peer ? object.peer : stream;
}

function isElsewhere({ wait }: Verdict): boolean {
  return wait !== undefined && !(wait.on.is === 'word' && !wait.on.shared);
}

/** Whether a thread is at rest, and not because of this stream, of room that it needs elsewhere, or of a person. */
function restsApart(verdict: Verdict, end: Ref): boolean {
  if (!isElsewhere(verdict)) return verdict.wait !== undefined;
  if (verdict.is !== 'idle') return false;
  const { on } = verdict.wait ?? {};
  if (on?.is !== 'descriptors')
    return on?.is === 'signals' || on?.is === 'receive' || on?.is === 'operations';
  return (
    on.more === undefined &&
    on.of.every(
      ({ ref, direction, type }) =>
        direction === 'read' &&
        ref !== end &&
        !isTerminal({ ref, type }) &&
        type !== 'timerfd' &&
        type !== 'device',
    )
  );
}

/** There sits a person. */
function isTerminal({ ref, type }: Pick<WaitedDescriptor, 'ref' | 'type'>): boolean {
  return type === 'terminal' || (ref !== undefined && kindOf(ref) === 'pty');
}
