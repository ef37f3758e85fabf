/**
 * The end of file that somebody waits for has not come: everybody who still has the other end is an heir of a process that has ended, as a background child of a shell is. Fires on pipes and socketpairs where each of them was given to
 * another parent. Who blocks in the read: warning; who watches it among others: note. Silent where a writer is the reader itself, its child, its sibling or above it: they write, as loggers, `tee` and supervisors expect.
 */
import type { Endpoint } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import type { Heir, Party } from '../../protocol/findings';
import type { Ref } from '../../protocol/ref';
import type { Process } from '../../protocol/snapshot';
import type { RuleMatch, Rule } from '../finding';
import type { Kept } from '../kept';
import { isInert, type Machine } from '../machine';
import type { Verdict } from '../verdict';
import { partiesOf, refsOf, sinceAll, waiterOf } from '../waiters';

/** Process 1 takes over whose parent has ended (credentials(7)). */
const INIT = 1;

export const endNotCome: Rule<'endNotCome'> = {
  seconds: 5,
  cites: 'pipe(7), fork(2), prctl(2) PR_SET_CHILD_SUBREAPER',
  find({ outward, machine, kept }) {
    const parents = parentsIn(machine, kept);
    return outward
      .filter(({ wait }) => wait?.on.is === 'descriptors')
      .flatMap((verdict) =>
        [...readsOf(verdict)].flatMap((ref) => foundAt(ref, verdict, { machine, parents }) ?? []),
      );
  },
};

/** The objects that a thread waits to read. */
function readsOf({ wait }: Verdict): Set<Ref> {
  const refs = new Set<Ref>();
  for (const { ref, direction } of wait?.on.is === 'descriptors' ? wait.on.of : [])
    if (ref !== undefined && direction === 'read') refs.add(ref);
  return refs;
}

function foundAt(
  stream: Ref,
  verdict: Verdict,
  { machine, parents }: { machine: Machine; parents: Parents },
): RuleMatch<'endNotCome'> | undefined {
  const reader = waiterOf(verdict);
  const object = machine.object(stream);
  const ends = object && writeEnds(object, machine);
  if (!reader || !ends || ends.length === 0) return undefined;
  const { process } = verdict.node;
  if (!ends.every(({ pid }) => isHeir(machine.process(pid), process, machine))) return undefined;
  const heirs = partiesOf(ends).map((heir): Heir => {
    const from = starterOf(heir, machine, parents);
    return from ? { ...heir, from } : heir;
  });
  const watches = /poll|select/.test(reader.wait.call);
  const hidden = machine.hides('endpoints', object.kind, stream);
  return {
    severity: watches ? 'note' : 'warning',
    proof: hidden ? 'likely' : 'proven',
    doubts: hidden ? ['hidden'] : [],
    subjects: [stream, ...refsOf([reader, ...heirs], machine)],
    // Who watches wakes for other things.
    ...(watches ? {} : sinceAll([reader])),
    parts: { reader, stream, watches, heirs },
    cures: refsOf(heirs, machine).map((ref) => ({ is: 'end', ref })),
  };
}

/** Where the bytes of a pipe or a socketpair come from; undefined of what others may come to. */
function writeEnds(object: IpcObject, machine: Machine): Endpoint[] | undefined {
  if (object.kind === 'pipe')
    return (object.endpoints ?? []).filter(({ role }) => role === 'writer' || role === 'both');
  if (object.kind !== 'unix' || !object.flags.includes('pair')) return undefined;
  return machine.object(object.peer ?? undefined)?.endpoints;
}

function isHeir(process: Process | undefined, reader: Process, machine: Machine): boolean {
  if (!process || isInert(process) || process.pid === reader.pid) return false;
  const { pid, parent, session } = process;
  if (parent === undefined || parent === reader.pid || parent === reader.parent) return false;
  if (machine.ancestorsOf(reader.pid).includes(pid)) return false;
  if (parent === INIT) return true;
  // A child is in the session of who made it, unless it made one of its own; so this is another parent than it had.
  const above = machine.process(parent)?.session;
  return above !== undefined && session !== undefined && session !== above && session !== pid;
}

/** The parents that processes had, by the ref of the child; once they have ended only this tells of them. */
type Parents = ReadonlyMap<Ref, { pid: number; name: string }>;

function parentsIn(machine: Machine, kept: Kept): Parents {
  return kept.note<Parents>('parents', 0, (before) => {
    const now = new Map<Ref, { pid: number; name: string }>();
    for (const { process } of machine.homes) {
      const ref = machine.refOf(process.pid);
      if (ref === undefined) continue;
      const parent = process.parent === INIT ? undefined : machine.process(process.parent ?? 0);
      // The first that was seen is who made it; whoever comes later has taken it over.
      const known = before?.get(ref) ?? (parent && { pid: parent.pid, name: parent.name });
      if (known) now.set(ref, known);
    }
    return now;
  });
}

function starterOf({ pid }: Party, machine: Machine, parents: Parents): Heir['from'] {
  const ref = machine.refOf(pid);
  const process = machine.process(pid);
  const seen = ref === undefined ? undefined : parents.get(ref);
  if (seen && seen.pid !== process?.parent) return { is: 'seen', ...seen };
  for (const leader of [process?.group, process?.session])
    if (leader !== undefined && leader > 0 && leader !== pid && !machine.process(leader))
      return { is: 'leader', pid: leader };
  const above = process?.parent;
  return above === undefined || above === INIT ? undefined : { is: 'above', pid: above };
}
