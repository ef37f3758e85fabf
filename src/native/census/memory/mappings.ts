/** What every process has mapped shared, and so who has System V segments attached. */
import type { Endpoint } from '../../../protocol/facts';
import { segmentDevices } from '../../libc/memfd';
import { cpuClock } from '../../libc/time';
import { queryShared, type SharedMapping } from '../../libc/procmap';
import { parseSharedMaps, type SegmentMapping, segmentsAmong } from '../../proc/maps';
import { readWhole } from '../../proc/read';
import { deniedFor, ipcNamespaceOf, threadsOf } from '../../proc/threads';
import { Clocked } from '../processes/clocked';
import type { Clocks } from '../processes/clocks';
import { kept, type Look, survey } from '../look';
import type { ProcessTable } from '../processes/processes';
import { Sharing } from '../processes/sharing';
import { type Sleeper, sleepersIn } from '../waits/sleepers';
import { type ProcessThreads, threads } from '../waits/threads';

/** What one walk found. */
export interface Mapped {
  /** The mappings of each segment, by its id; a segment that is not in here was seen nowhere. */
  segments: Map<number, Endpoint[]>;
  /** Who sleeps on a word in them, by the same, and their device as /proc/PID/maps has it. */
  sleepers: Map<number, { device: string; all: Sleeper[] }>;
  /** Processes whose mappings may not be read. */
  denied: number;
}

/** What one process has mapped shared. An unchanged process answers with the same object. */
export interface ProcessMappings {
  denied: boolean;
  shared: readonly SharedMapping[];
  /** The System V segments among them. */
  segments: readonly SegmentMapping[];
  /** The thread whose mappings these are: the leader, but where that has exited. */
  tid: number;
}

/** Kept from one census to the next. */
export class MappingTable {
  private readonly devices = segmentDevices();
  private readonly mappings: Clocked<ProcessMappings>;

  /** `once`: for one walk only. */
  constructor(once: boolean) {
    const together = once ? undefined : new Sharing('memory');
    this.mappings = new Clocked(
      (pid, before) => this.read(pid, before),
      together,
      ({ tid }) => [tid],
    );
  }

  /** What every process has mapped. Yields often. */
  walk(now: Clocks): Generator<undefined, ReadonlyMap<number, ProcessMappings>> {
    return this.mappings.walk(now);
  }

  /** Takes nothing for unchanged in the next walk. */
  forget(): void {
    this.mappings.forget();
  }

  // eslint-disable-next-line require-yield -- one process is read in one go; the walk itself breathes
  private *read(pid: number, before: ProcessMappings | undefined): Generator<undefined, ProcessMappings> {
    const { tid, shared } = mappedBy(pid);
    if (shared === 'denied') return { ...nothing(tid), denied: true };
    if (shared === 'gone' || shared.length === 0) return before?.shared === NOTHING ? before : nothing(tid);
    if (before?.tid === tid && same(before.shared, shared)) return before;
    return { denied: false, shared, segments: segmentsAmong(shared, this.devices), tid };
  }
}

/** Their table. */
const mappingTable = kept(({ once }) => new MappingTable(once));

/** What each process has mapped shared. */
export const mappings = survey((look) => look.kept(mappingTable).walk(look.clocks));

/** Who has System V segments attached, and who sleeps on a word in them (futex(2)). */
export const attachments = survey(function* (look) {
  return attachedIn(yield* look.get(mappings), yield* look.get(threads), look);
});

function attachedIn(
  all: ReadonlyMap<number, ProcessMappings>,
  sleepers: ReadonlyMap<number, ProcessThreads>,
  { ipcNamespace, processes }: Look,
): Mapped {
  const mapped: Mapped = { segments: new Map(), sleepers: new Map(), denied: 0 };
  for (const [pid, { denied, segments, tid }] of all) {
    if (denied) mapped.denied++;
    if (denied || segments.length === 0) continue;
    // Ids start over in each namespace.
    const namespace = ipcNamespaceOf(pid, tid);
    if (namespace === undefined && cpuClock(pid) !== undefined) mapped.denied++;
    if (namespace === ipcNamespace)
      note(mapped, pid, { segments, sleeping: sleepers.get(pid)?.sleeping ?? [] }, processes);
  }
  return mapped;
}

const NOTHING: readonly SharedMapping[] = [];

function nothing(tid: number): ProcessMappings {
  return { denied: false, shared: NOTHING, segments: [], tid };
}

function same(before: readonly SharedMapping[], now: readonly SharedMapping[]): boolean {
  return (
    before.length === now.length &&
    before.every((one, at) => {
      const other = now[at];
      return (
        one.address === other?.address &&
        one.rights === other.rights &&
        one.inode === other.inode &&
        one.device === other.device &&
        one.offset === other.offset &&
        one.path.equals(other.path)
      );
    })
  );
}

/** What a process has mapped shared at this moment, and the thread that shows it: the leader, but where that has exited. */
export function mappedBy(pid: number): { tid: number; shared: ReturnType<typeof sharedIn> } {
  let shared = sharedIn(`/proc/${pid}/maps`);
  if (shared === 'denied' && deniedFor(pid) !== 'rights') shared = 'gone';
  if (shared === 'gone' || (shared !== 'denied' && shared.length === 0)) {
    // A leader that has exited shows nothing, though its threads have everything mapped.
    const tid = threadsOf(pid).find((one) => one !== pid);
    if (tid !== undefined) {
      const seen = sharedIn(`/proc/${pid}/task/${tid}/maps`);
      if (seen === 'denied' || (seen !== 'gone' && seen.length > 0)) return { tid, shared: seen };
    }
  }
  return { tid: pid, shared };
}

/** By asking for the shared ones where the kernel can be asked, else from the text. */
function sharedIn(path: string): readonly SharedMapping[] | 'denied' | 'gone' {
  const asked = queryShared(path);
  if (asked !== 'unknown') return asked;
  const text = readWhole(path);
  return typeof text === 'string' ? text : parseSharedMaps(text.toString('latin1'));
}

function note(
  mapped: Mapped,
  pid: number,
  { segments, sleeping }: Pick<ProcessMappings, 'segments'> & Pick<ProcessThreads, 'sleeping'>,
  processes: ProcessTable,
): void {
  const process = processes.living(pid);
  if (!process) return;
  for (const segment of segments) {
    const { id, address, rights, offset: begins } = segment;
    const here = sleepersIn(segment, sleeping);
    const waits = here.map(({ wait }) => wait);
    const endpoint: Endpoint = {
      pid,
      startTime: process.startTime,
      role: 'attached',
      address,
      rights,
      // Of a piece that is left of it, or has other rights than the rest.
      ...(begins > 0 && { offset: begins }),
      ...(waits.length > 0 && { waits }),
    };
    if (here.length > 0) {
      const all = mapped.sleepers.get(id)?.all ?? [];
      all.push(...here.map(({ wait: { tid }, address: at, offset }) => ({ pid, tid, address: at, offset })));
      mapped.sleepers.set(id, { device: segment.device, all });
    }
    const known = mapped.segments.get(id);
    if (known) known.push(endpoint);
    else mapped.segments.set(id, [endpoint]);
  }
}
