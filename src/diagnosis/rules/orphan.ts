/**
 * Memory that nobody has, and whose last users have ended: it stays until somebody removes it. Fires on System V segments without an attachment whose creator and last user have ended, and on files of /dev/shm whose name tells a maker that has
 * ended. Silent where one of them lives or may live, or where a process is hidden that may have it, and while it is young: a service may come back.
 */
import type { ObjectOf } from '../../protocol/kinds';
import type { Past } from '../../protocol/facts';
import type { RuleMatch, Rule } from '../finding';
import type { Machine } from '../machine';

const ABANDONED = { kind: 'sysv.shm', has: isAbandoned } as const;

export const orphan: Rule<'orphan'> = {
  seconds: 60,
  cites: 'shmctl(2), shm_overview(7) "Persistence"',
  find: ({ machine }) => [
    ...machine.chosen(ABANDONED).map(ofSegment),
    ...machine.of('posix.shm').flatMap((one) => abandonedFile(one, machine) ?? []),
  ],
};

function isAbandoned({ attachments, createdBy, lastUse }: ObjectOf<'sysv.shm'>): boolean {
  return attachments === 0 && hasEnded(createdBy) && (lastUse === null || hasEnded(lastUse));
}

function ofSegment(segment: ObjectOf<'sysv.shm'>): RuleMatch<'orphan'> {
  const { ref, bytes, createdBy, lastUse, changedAt, attachedAt, detachedAt } = segment;
  const idleSince = Math.max(changedAt, attachedAt ?? 0, detachedAt ?? 0);
  return {
    severity: 'warning',
    subjects: [ref],
    since: idleSince,
    parts: { memory: ref, bytes, last: (lastUse ?? createdBy).pid, idleSince },
    cures: [{ is: 'destroy', ref }],
  };
}

function hasEnded({ now }: Past): boolean {
  return now === 'gone' || now === 'other';
}

function abandonedFile(file: ObjectOf<'posix.shm'>, machine: Machine): RuleMatch<'orphan'> | undefined {
  const { ref, type, flags, endpoints, maker, allocated, writtenAt } = file;
  const named = type === 'file' && !flags.includes('unlinked') && !flags.includes('elsewhere');
  const nobody = endpoints?.length === 0 && !machine.hides('endpoints', 'posix.shm', ref);
  if (!named || !nobody || maker?.now !== 'gone' || maker.pid === undefined) return undefined;
  return {
    severity: 'warning',
    subjects: [ref],
    ...(writtenAt !== undefined && { since: writtenAt }),
    parts: {
      memory: ref,
      last: maker.pid,
      ...(allocated !== undefined && { bytes: allocated }),
      ...(writtenAt !== undefined && { idleSince: writtenAt }),
    },
    cures: [{ is: 'destroy', ref }],
  };
}
