/** The processes that an object names, whether they have it or the kernel remembers them. */
import type { Past } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import type { Lock } from '../../protocol/kinds/posix';

/** Every process that an object names: those that hold it and those that it remembers, each once. */
export function pidsOf(object: IpcObject | undefined): number[] {
  if (!object) return [];
  const pids = new Set(object.endpoints?.map(({ pid }) => pid));
  for (const past of pastsOf(object)) if (past && past.pid !== 0) pids.add(past.pid);
  for (const pid of othersOf(object)) if (pid !== 0) pids.add(pid);
  return [...pids];
}

/** Processes that stand neither among the endpoints nor among the remembered ones. */
function othersOf(object: IpcObject): number[] {
  switch (object.kind) {
    case 'pipe':
    case 'fifo':
      return object.ancestor ? [object.ancestor.pid] : [];
    case 'posix.mq':
      return object.notify ? [object.notify.pid] : [];
    case 'posix.sem':
      return [object.family?.pid, object.maker?.pid].filter((pid) => pid !== undefined);
    case 'posix.shm':
      return [object.maker?.pid, ...lockOwners(object.locks)].filter((pid) => pid !== undefined);
    case 'mapping':
      return [...(object.recent ?? []).map(({ pid }) => pid), ...lockOwners(object.locks)];
    case 'sysv.shm':
      return lockOwners(object.locks);
    default:
      return [];
  }
}

function lockOwners(locks: readonly Lock[] = []): number[] {
  return locks.flatMap(({ owner }) => (owner?.pid === undefined ? [] : [owner.pid]));
}

function pastsOf(object: IpcObject): (Past | null)[] {
  switch (object.kind) {
    case 'sysv.msg':
      return [object.lastSend, object.lastReceive];
    case 'sysv.sem':
      return object.details?.past ?? [];
    case 'sysv.shm':
      return [object.createdBy, object.lastUse];
    default:
      // The kernel remembers nobody who closed it.
      return [];
  }
}
