/**
 * Whoever likes may write into what programs of one user trust: its mode lets all others write, and a process of another user than its owner's has it. Off by default, since many machines are so on purpose. Silent on sockets, whose mode is only a part of the
 * question, and where no other user's process has it.
 */
import type { IpcObject } from '../../protocol/kinds';
import type { Kind } from '../../protocol/ref';
import type { RuleMatch, Rule } from '../finding';
import type { Choice } from '../objects';
import type { Machine } from '../machine';
import { partiesOf, refsOf } from '../waiters';

const OTHERS_WRITE = 0o002;
const KINDS = [
  ...(['sysv.msg', 'sysv.sem', 'sysv.shm'] as const),
  ...(['posix.mq', 'posix.sem', 'posix.shm', 'fifo'] as const),
] as const;
const WRITABLE: readonly Choice<Kind>[] = KINDS.map((kind) => ({ kind, has: isWritable }));

export const writableByOthers: Rule<'writableByOthers'> = {
  seconds: 0,
  cites: 'sysvipc(7), shm_overview(7), fifo(7)',
  find: ({ machine, thresholds }) =>
    thresholds.writableByOthers
      ? WRITABLE.flatMap((choice) => machine.chosen(choice)).flatMap((one) => foundAt(one, machine))
      : [],
};

function isWritable({ mode, flags }: IpcObject): boolean {
  return typeof mode === 'number' && (mode & OTHERS_WRITE) !== 0 && !flags.includes('notMemory');
}

function foundAt(object: IpcObject, machine: Machine): RuleMatch<'writableByOthers'>[] {
  const { ref, owner, mode, endpoints = [] } = object;
  const others = partiesOf(endpoints).filter(({ pid }) => {
    const uid = machine.process(pid)?.uid;
    return uid !== undefined && uid !== owner?.uid;
  });
  if (others.length === 0 || typeof mode !== 'number' || owner === undefined) return [];
  return [
    {
      severity: 'note',
      subjects: [ref, ...refsOf(others, machine)],
      parts: { object: ref, mode, owner: owner.uid, others },
    },
  ];
}
