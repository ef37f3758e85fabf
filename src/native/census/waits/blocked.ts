/** Who waits on System V queues and sets. */
import type { Endpoint } from '../../../protocol/facts';
import { survey } from '../look';
import type { ProcessTable } from '../processes/processes';
import { type SleepingThread, threads } from './threads';
import { toldWait } from './toldWait';

/** Who waits, by the id of the object, and how many processes the kernel hides. */
export interface Blocked {
  queues: Map<number, Endpoint[]>;
  sets: Map<number, Endpoint[]>;
  denied: number;
  /** Of these nothing is hidden but what they wait for. */
  yama: number;
}

/** Joins the sleeping threads of this ipc namespace with the objects that they wait on. */
export const blocked = survey(function* (look) {
  const found: Blocked = { queues: new Map(), sets: new Map(), denied: 0, yama: 0 };
  for (const [pid, { denied, sleeping }] of yield* look.get(threads)) {
    if (denied) found[denied]++;
    for (const thread of sleeping)
      if (thread.target.is === 'sysv') note(found, pid, thread, thread.target.id, look.processes);
  }
  return found;
});

function note(
  found: Blocked,
  pid: number,
  thread: SleepingThread,
  id: number,
  processes: ProcessTable,
): void {
  const process = processes.living(pid);
  if (!process) return;
  const wait = toldWait(thread, true);
  const objects = thread.call === 'msgrcv' || thread.call === 'msgsnd' ? found.queues : found.sets;
  const endpoints = objects.get(id) ?? [];
  objects.set(id, endpoints);
  const known = endpoints.find((endpoint) => endpoint.pid === pid);
  if (known) known.waits?.push(wait);
  else endpoints.push({ pid, startTime: process.startTime, role: 'waiter', waits: [wait] });
}
