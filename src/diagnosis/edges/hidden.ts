/**
 * Waits of which the kernel tells no more than where the thread sleeps, as without the right to trace. Its wchan says whether that is a pipe and in which direction, a backlog or a semaphore set; which one is
 * found where only one is left that may block at this moment.
 */
import type { Endpoint } from '../../protocol/facts';
import type { ObjectOf } from '../../protocol/kinds';
import type { Ref } from '../../protocol/ref';
import type { Wait, WaitedDescriptor, WaitOn } from '../../protocol/waits';
import { holdersIn, type Machine, type ThreadNode } from '../machine';

type Role = Endpoint['role'];

/** What it waits on, as far as can be seen; undefined where that cannot be told. */
export function likelyOn(
  { process: { pid } }: ThreadNode,
  { call, on }: Wait,
  machine: Machine,
): WaitOn | undefined {
  if (on.is !== 'unknown') return undefined;
  if (call === 'semop') return operationsOn(machine);
  if (call === 'connect') return connectOn(pid, machine);
  // What sleeps in the code of pipes has these names (`native/proc/calls.ts`).
  const direction = on.direction;
  if (direction === undefined || call !== direction) return undefined;
  const [near, far] = direction === 'read' ? SIDES : [SIDES[1], SIDES[0]];
  const of: WaitedDescriptor[] = [];
  for (const stream of machine.endsOf(pid)) {
    if (stream.kind === 'unix') continue;
    const end = stream.endpoints?.find(
      (one) => one.pid === pid && near.includes(one.role) && one.nonblocking !== true,
    );
    if (end?.fd === undefined || !mayBlock(stream, direction)) continue;
    // If it is this one, who could end the wait is not seen.
    if (holdersIn(stream, ...far).length === 0) return undefined;
    of.push({ fd: end.fd, direction, ref: stream.ref });
  }
  // Of several nobody can say whom it waits for.
  return of.length === 1 ? { is: 'descriptors', of } : undefined;
}

const SIDES: readonly [readonly Role[], readonly Role[]] = [
  ['reader', 'both'],
  ['writer', 'both'],
];

/** Who reads sleeps only while it is empty, who writes only while it is full. */
function mayBlock({ flags }: ObjectOf<'pipe' | 'fifo'>, direction: 'read' | 'write'): boolean {
  return direction === 'read' ? !flags.includes('full') : !flags.includes('empty');
}

/** The only socket of the process that may be about to connect. Of the loopback ones, which sleep elsewhere under the same name, none does. */
function connectOn(pid: number, machine: Machine): WaitOn | undefined {
  const [first, ...others] = machine.endsOf(pid).filter(isAboutToConnect);
  const fd = first?.endpoints?.find((one) => one.pid === pid)?.fd;
  if (!first || fd === undefined || others.length > 0) return undefined;
  const elsewhere = machine
    .of('inet')
    .some(({ state, endpoints }) => state === 'synSent' && endpoints?.some((one) => one.pid === pid));
  return elsewhere ? undefined : { is: 'connect', fd, ref: first.ref };
}

function isAboutToConnect(object: ObjectOf<'pipe' | 'fifo' | 'unix'>): boolean {
  return object.kind === 'unix' && object.state === 'unconnected' && object.type === 'stream';
}

/** The only set at which anybody waits. */
function operationsOn(machine: Machine): WaitOn | undefined {
  const [first, ...others] = machine.chosen(WAITED_SETS).map(({ ref }): Ref => ref);
  return first !== undefined && others.length === 0 ? { is: 'operations', ref: first } : undefined;
}

const WAITED_SETS = {
  kind: 'sysv.sem',
  has: ({ details }: ObjectOf<'sysv.sem'>) =>
    details !== undefined && [...details.waitForIncrease, ...details.waitForZero].some((count) => count > 0),
} as const;
