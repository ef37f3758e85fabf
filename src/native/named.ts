/** What is named in findings and answers: the objects and processes that their sentences need. */
import type { IpcObject } from '../protocol/kinds';
import { kindOf, type Ref } from '../protocol/ref';
import type { Process } from '../protocol/snapshot';
import type { Findings } from './census/census';

/** The objects and processes of a look that are named in these, wherever they stand. */
export function namedBy(look: Findings, data: unknown): { objects: IpcObject[]; processes: Process[] } {
  const named = namesIn(data);
  const direct = look.objects.filter(({ ref }) => named.refs.has(ref));
  // The name of an object is made of others: the listener of a connection, the processes at its ends.
  const further = namesIn(direct);
  const objects = look.objects.filter(({ ref }) => named.refs.has(ref) || further.refs.has(ref));
  const pids = new Set([...named.pids, ...further.pids, ...namesIn(objects).pids]);
  return { objects, processes: look.processes.filter(({ pid }) => pids.has(pid)).map(nameOf) };
}

/** What a process is called; what else is known of it changes all the time. */
function nameOf({ pid, startTime, state, name, nameBytes, command, uid }: Process): Process {
  return {
    ...{ pid, startTime, state, name },
    ...(nameBytes !== undefined && { nameBytes }),
    ...(command !== undefined && { command }),
    ...(uid !== undefined && { uid }),
  };
}

/** The refs and pids in data: whatever looks like one may be one. */
function namesIn(data: unknown): { refs: Set<Ref>; pids: Set<number> } {
  const refs = new Set<Ref>();
  const pids = new Set<number>();
  const walk = (value: unknown): void => {
    if (typeof value === 'string') {
      if (kindOf(value) !== undefined) refs.add(value as Ref);
    } else if (typeof value === 'number') pids.add(value);
    else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) walk(one);
  };
  walk(data);
  return { refs, pids };
}
