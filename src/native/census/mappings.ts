/** Who has System V segments mapped: /proc/PID/maps of every process (proc(5)). */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Endpoint } from '../../protocol/facts';
import { parseSegmentMaps, type SegmentMapping } from '../proc/maps';
import { ipcNamespaceOf, threadsOf } from '../proc/threads';
import { Clocked } from './clocked';
import type { ProcessTable } from './processes';

/** What one walk found. */
export interface Mapped {
  /** The mappings of each segment, by its id; a segment that is not in here was seen nowhere. */
  segments: Map<number, Endpoint[]>;
  /** Processes whose mappings may not be read. */
  denied: number;
}

/** Kept from one census to the next. */
export class MappingTable {
  private readonly mappings = new Clocked(readMappings);

  /** Walks all processes of this ipc namespace. Yields often. */
  *walk(processes: ProcessTable, ipcNamespace: string): Generator<undefined, Mapped> {
    const mapped: Mapped = { segments: new Map(), denied: 0 };
    for (const [pid, found] of yield* this.mappings.walk()) {
      if (found === 'denied') mapped.denied++;
      else if (found.length > 0) note(mapped, pid, found, processes, ipcNamespace);
    }
    return mapped;
  }
}

function note(
  { segments }: Mapped,
  pid: number,
  found: readonly SegmentMapping[],
  processes: ProcessTable,
  ipcNamespace: string,
): void {
  // Ids start over in each namespace.
  if (ipcNamespaceOf(pid) !== ipcNamespace) return;
  const process = processes.living(pid);
  if (!process) return;
  for (const { id, address, rights } of found) {
    const endpoint: Endpoint = { pid, startTime: process.startTime, role: 'attached', address, rights };
    const known = segments.get(id);
    if (known) known.push(endpoint);
    else segments.set(id, [endpoint]);
  }
}

function readMappings(pid: number): SegmentMapping[] | 'denied' {
  const text = readMaps(`/proc/${pid}/maps`);
  if (text === undefined) return 'denied';
  if (text.length > 0) return parseSegmentMaps(text);
  // A leader that has exited shows nothing, though its threads have everything mapped.
  const other = threadsOf(pid).find((tid) => tid !== pid);
  const rest = other === undefined ? '' : readMaps(`/proc/${pid}/task/${other}/maps`);
  return rest === undefined ? 'denied' : parseSegmentMaps(rest);
}

let chunk = Buffer.allocUnsafe(1 << 18);

/** A whole maps file; empty where the process is gone, undefined where we may not read it. */
function readMaps(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? undefined : '';
  }
  try {
    let length = 0;
    for (;;) {
      if (length === chunk.length) chunk = Buffer.concat([chunk, Buffer.allocUnsafe(chunk.length)]);
      const more = readSync(fd, chunk, length, chunk.length - length, null);
      if (more === 0) return chunk.toString('latin1', 0, length);
      length += more;
    }
  } catch {
    return '';
  } finally {
    closeSync(fd);
  }
}
