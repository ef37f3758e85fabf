/**
 * The only other side is stopped, so that somebody waits for it in vain. Fires where all who could end the wait are stopped. A job that a living shell stopped, what is traced and what is frozen are notes:
 * there somebody knows of it. Silent where one of them can act.
 */
import type { Process } from '../../protocol/snapshot';
import type { PartsOf } from '../../protocol/findings';
import type { Member } from '../edge';
import type { Rule } from '../finding';
import { add, type Machine } from '../machine';
import type { Verdict } from '../verdict';
import { proofOf, refsOf, sinceOne, waitersOf } from '../waiters';

type How = PartsOf<'stoppedPeer'>['how'];

export const stoppedPeer: Rule<'stoppedPeer'> = {
  seconds: 3,
  cites: 'signal(7) SIGSTOP, ptrace(2), cgroups(7)',
  find({ outward, machine }) {
    const stopped = new Map<Process, Verdict[]>();
    for (const verdict of outward) {
      const members = verdict.edge?.members ?? [];
      const first = members[0] && machine.process(members[0].pid);
      if (first && members.every((one) => isHeld(one, machine))) add(stopped, first, verdict);
    }
    return [...stopped].map(([process, waiting]) => {
      const { pid, startTime } = process;
      const waiters = waitersOf(waiting);
      const how = howOf(process, machine);
      const { proof, doubts } = proofOf(waiting);
      const peer = refsOf([process], machine);
      return {
        severity: how !== 'stopped' ? 'note' : proof === 'proven' ? 'error' : 'warning',
        proof,
        doubts,
        subjects: [...peer, ...refsOf(waiters, machine), ...waiting.flatMap(({ on }) => on ?? [])],
        ...sinceOne(waiters),
        parts: { waiters, peer: { pid, startTime }, how },
        cures: how === 'stopped' || how === 'job' ? peer.map((ref) => ({ is: 'continue', ref })) : [],
      };
    });
  },
};

function isHeld(member: Member, machine: Machine): boolean {
  const process = member.is === 'ended' ? undefined : machine.process(member.pid);
  return process !== undefined && (process.frozen === true || /^[Tt]$/.test(process.state));
}

function howOf(process: Process, machine: Machine): How {
  if (process.frozen === true) return 'frozen';
  if (process.state === 't' || typeof process.tracer === 'number') return 'traced';
  return isJob(process, machine) ? 'job' : 'stopped';
}

/** Stopped in the background of a terminal whose shell lives (credentials(7), tcsetpgrp(3)): whoever stopped it sits there. */
function isJob({ session, group, terminal }: Process, machine: Machine): boolean {
  const leader = session === undefined ? undefined : machine.process(session);
  const foreground = terminal?.foregroundGroup ?? undefined;
  return leader !== undefined && leader.state !== 'Z' && foreground !== undefined && foreground !== group;
}
