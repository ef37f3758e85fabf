/** Who has System V segments mapped: /proc/PID/maps of every process (proc(5)). */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Endpoint } from '../../protocol/facts';
import { segmentDevices } from '../libc/memfd';
import { parseSegmentMaps, type SegmentMapping } from '../proc/maps';
import { ipcNamespaceOf, isKernelThread, threadsOf } from '../proc/threads';
import { Clocked } from './clocked';
import type { ProcessTable } from './processes';

/** What one walk found. */
export interface Mapped {
  /** The mappings of each segment, by its id; a segment that is not in here was seen nowhere. */
  segments: Map<number, Endpoint[]>;
  /** Processes whose mappings may not be read. */
  denied: number;
}

interface ProcessMappings {
  found: readonly SegmentMapping[];
  /** The thread whose mappings these are: the leader, but where that has exited. */
  tid: number;
}

/** Kept from one census to the next. */
export class MappingTable {
  private readonly devices = segmentDevices();
  private readonly mappings = new Clocked<ProcessMappings | 'denied'>((pid) => this.read(pid));

  /** Of one ipc namespace. */
  constructor(private readonly ipcNamespace: string) {}

  /** Walks all processes. Yields often. */
  *walk(processes: ProcessTable): Generator<undefined, Mapped> {
    const mapped: Mapped = { segments: new Map(), denied: 0 };
    for (const [pid, known] of yield* this.mappings.walk()) {
      if (known === 'denied') mapped.denied++;
      // Ids start over in each namespace.
      else if (known.found.length > 0 && ipcNamespaceOf(pid, known.tid) === this.ipcNamespace)
        note(mapped, pid, known.found, processes);
    }
    return mapped;
  }

  // eslint-disable-next-line require-yield -- one file is read in one go; the walk itself breathes
  private *read(pid: number): Generator<undefined, ProcessMappings | 'denied'> {
    let tid = pid;
    let text = readMaps(`/proc/${pid}/maps`);
    if (text === '') {
      // A leader that has exited shows nothing, though its threads have everything mapped.
      tid = threadsOf(pid).find((other) => other !== pid) ?? pid;
      if (tid !== pid) text = readMaps(`/proc/${pid}/task/${tid}/maps`);
    }
    if (text === undefined) return isKernelThread(pid) ? { found: [], tid } : 'denied';
    return { found: parseSegmentMaps(text, this.devices), tid };
  }
}

function note(
  { segments }: Mapped,
  pid: number,
  found: readonly SegmentMapping[],
  processes: ProcessTable,
): void {
  const process = processes.living(pid);
  if (!process) return;
  for (const { id, address, rights } of found) {
    const endpoint: Endpoint = { pid, startTime: process.startTime, role: 'attached', address, rights };
    const known = segments.get(id);
    if (known) known.push(endpoint);
    else segments.set(id, [endpoint]);
  }
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
