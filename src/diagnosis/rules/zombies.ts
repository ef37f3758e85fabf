/**
 * Children that have ended and that their parent does not collect: each keeps its number and its place in the table of processes. Fires where one parent has many, or one for long. Silent on what a debugger has to collect first, and on a few that come
 * and go, as between the end of a child and the wait of its parent.
 */
import type { Process } from '../../protocol/snapshot';
import type { Rule } from '../finding';
import { refsOf } from '../waiters';

/** Children that are named. */
const NAMED_MOST = 8;

export const zombies: Rule<'zombies'> = {
  seconds: 0,
  cites: 'wait(2) "NOTES", proc(5) /proc/PID/stat',
  find: ({ machine, kept, thresholds }) =>
    machine.homes.flatMap(({ process: parent }) => {
      const children = machine.childrenOf(parent.pid).filter(isZombie);
      if (children.length === 0 || isZombie(parent)) return [];
      const since = Math.min(...children.map((one) => kept.since(`zombie ${one.pid} ${one.startTime}`)));
      const many = children.length >= thresholds.zombies;
      const { pid, startTime } = parent;
      const subjects = refsOf([parent], machine);
      return {
        severity: 'note',
        ...(!many && { since, seconds: thresholds.zombieSeconds }),
        subjects,
        parts: {
          ...{ pid, startTime, number: children.length },
          children: children.slice(0, NAMED_MOST).map((one) => ({ pid: one.pid, startTime: one.startTime })),
        },
        cures: subjects.map((ref) => ({ is: 'debug', ref })),
      };
    }),
};

function isZombie({ state, tracer }: Process): boolean {
  return state === 'Z' && typeof tracer !== 'number';
}
