/** Other ipc namespaces than ours (ipc_namespaces(7)), in which processes live that may be looked at: the System V objects and POSIX queues there are not ours to list. */
import { ipcNamespaceOf } from '../../proc/threads';
import { Clocked } from './clocked';
import type { Clocks } from './clocks';
import { kept, survey } from '../look';

/** How many there are. */
export const otherIpcNamespaces = survey((look) => look.kept(namespaceTable).others(look.clocks));

const namespaceTable = kept(({ ipcNamespace }) => new IpcNamespaceTable(ipcNamespace));

/** Kept from one census to the next. */
class IpcNamespaceTable {
  private readonly processes = new Clocked<string | undefined>(function* (pid) {
    yield;
    return ipcNamespaceOf(pid);
  });

  constructor(private readonly ours: string) {}

  /** How many there are. Yields often. */
  *others(now: Clocks): Generator<undefined, number> {
    const found = new Set((yield* this.processes.walk(now)).values());
    found.delete(undefined);
    found.delete(this.ours);
    return found.size;
  }

  /** Takes nothing for unchanged in the next walk. */
  forget(): void {
    this.processes.forget();
  }
}
