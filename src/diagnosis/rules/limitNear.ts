/**
 * What the kernel allows is nearly used up: the next that is made fails (ENOSPC, EMFILE). Fires where the kernel tells both: System V queues, sets, semaphores and segments of this namespace, POSIX queues where all of them show, the file system at /dev/shm.
 * Silent where only a part of the use is visible, on limits of a few, and on those that are as good as none.
 */
import type { PartsOf } from '../../protocol/findings';
import type { Ground, Rule } from '../finding';

type Limit = PartsOf<'limitNear'>['limits'][number];

export const limitNear: Rule<'limitNear'> = {
  seconds: 3,
  cites: 'proc(5) /proc/sys/kernel, msgget(2), semget(2), shmget(2), mq_overview(7)',
  find({ machine, kept, thresholds: { nearPercent: come, farPercent: go } }) {
    const limits = limitsOf(machine).filter(
      ({ what, used, most }) =>
        Number(most) > 0 && kept.isOver(`limit ${what}`, (Number(used) * 100) / Number(most), { come, go }),
    );
    if (limits.length === 0) return [];
    return [{ severity: 'warning', subjects: [], parts: { limits } }];
  },
};

function limitsOf(machine: Ground['machine']): Limit[] {
  const { limits, usage } = machine.look.host ?? {};
  if (!limits || !usage) return [];
  const of = (
    what: Limit['what'],
    used: number | string | undefined,
    most: number | string | undefined,
  ): Limit[] => (used === undefined || most === undefined ? [] : [{ what, used, most }]);
  const memory = usage['posix.shm'];
  const queues = machine.hides('endpoints', 'posix.mq') ? undefined : machine.of('posix.mq').length;
  return [
    ...of('queues', usage['sysv.msg']?.queues, limits['sysv.msg']?.queues),
    ...of('sets', usage['sysv.sem']?.sets, limits['sysv.sem']?.sets),
    ...of('semaphores', usage['sysv.sem']?.semaphores, limits['sysv.sem']?.semaphores),
    ...of('segments', usage['sysv.shm']?.segments, limits['sysv.shm']?.segments),
    ...of('segmentBytes', usage['sysv.shm']?.bytes, limits['sysv.shm']?.bytes),
    ...of('posixQueues', queues, limits['posix.mq']?.queues),
    ...of('memory', memory?.used, memory?.size),
  ];
}
