/** System V shared memory segments. */
import { fromBytes, toBytes } from '../../../protocol/bytes';
import { IpcFailure } from '../../../protocol/errors';
import type { BigCount, Past } from '../../../protocol/facts';
import type { ParametersOf, ResultOf } from '../../../protocol/kinds';
import { RANGE_MOST, type SegmentObject } from '../../../protocol/kinds/sysvShm';
import type { Ref } from '../../../protocol/ref';
import { ErrnoError } from '../../libc/errno';
import { keyOf } from '../../libc/ftok';
import {
  alterSegment,
  Attached,
  createSegment,
  lockSegment,
  removeSegment,
  segmentAt,
  segmentUsage,
} from '../../libc/shm';
import { exact } from '../../proc/host';
import { readBreathing, readLine } from '../../proc/read';
import { deviceOf, type HeldFile } from '../../census/memory/held';
import type { Look } from '../../census/look';
import { attachments, type Mapped } from '../../census/memory/mappings';
import { lines, parseSegmentLine, type SegmentLine } from '../../proc/sysvipc';
import { runNow, runSliced } from '../../slices';
import { Unchanged } from '../../unchanged';
import { locksIn } from '../memory/locks';
import type { Mechanism } from '../../census/mechanism';
import { readAttached, readMapped, untouched } from '../memory/segmentRange';
import { created, idOf, type LineReader, orGone, sysvFacts, SysvReader, timeOrNever } from './reader';
import { onSame } from './identity';

const KIND = 'sysv.shm';
const SHM_DEST = 0o1000;
const SHM_LOCKED = 0o2000;

type Identity = ParametersOf<typeof KIND, 'destroy'>['identity'];

/** How a segment is made of its line. */
const how: LineReader<typeof KIND, SegmentLine, never, Mapped> = {
  kind: KIND,
  file: 'shm',
  parse: parseSegmentLine,
  pasts: (line, look) => pasts(line, look),
  holding: attachments,
  holders: ({ id }, { segments }) => segments.get(id) ?? [],
  build: (line, _extra, [createdBy, lastUse], look) => build(line, createdBy as Past, lastUse ?? null, look),
  usage(look) {
    const { segments, pages, resident, swapped } = segmentUsage();
    const bytes = (count: bigint) => exact(count * BigInt(look.pageSize));
    return {
      count: segments,
      usage: { segments, bytes: bytes(pages), resident: bytes(resident), swapped: bytes(swapped) },
    };
  },
};

function pasts(line: SegmentLine, look: Look): [Past, Past | null] {
  const usedAt = Math.max(line.attachedAt, line.detachedAt);
  return [
    // It was made at the change time or before: IPC_SET moves that.
    look.processes.past(line.creator, line.changedAt * 1000, false),
    usedAt === 0 ? null : look.processes.past(line.lastUser, usedAt * 1000, true),
  ];
}

function build(line: SegmentLine, createdBy: Past, lastUse: Past | null, look: Look): SegmentObject {
  const flags: string[] = [];
  if (line.mode & SHM_DEST) flags.push('marked');
  if (line.mode & SHM_LOCKED) flags.push('locked');
  return {
    kind: KIND,
    ...sysvFacts(KIND, line, look),
    flags,
    bytes: exact(line.bytes),
    attachments: line.attachments,
    resident: exact(line.resident),
    swapped: exact(line.swapped),
    createdBy,
    lastUse,
    attachedAt: timeOrNever(line.attachedAt),
    detachedAt: timeOrNever(line.detachedAt),
  };
}

/** The same with what threads sleep on in it. */
function* closely(segment: SegmentObject, look: Look): Generator<undefined, SegmentObject> {
  const { id, endpoints = [] } = segment;
  const here = (yield* look.get(attachments)).sleepers.get(id);
  if (!here) return { ...segment, locks: [] };
  const file: HeldFile = {
    device: deviceOf(here.device),
    inode: String(id),
    what: 'anonymous',
    path: Buffer.alloc(0),
    deleted: true,
    ends: endpoints,
    sleepers: here.all,
    mappedTo: 0,
  };
  return { ...segment, locks: yield* locksIn(file, look) };
}

/** One as a panel shows it, at this moment. Throws `gone`. */
function* inspected(ref: Ref, look: Look): Generator<undefined, SegmentObject> {
  const id = idOf(ref, KIND, look);
  // Before all processes are asked for it.
  lineOf(id);
  const { segments } = yield* look.get(attachments);
  const line = lineOf(id);
  const object = build(line, ...pasts(line, look), look);
  return yield* closely({ ...object, endpoints: segments.get(id) ?? [] }, look);
}

/** The segment's line at this moment: shmctl does not tell what is in memory and in swap. Throws `gone`. */
function lineOf(id: number): SegmentLine {
  for (const text of lines(runNow(readBreathing('/proc/sysvipc/shm')))) {
    const line = parseSegmentLine(text);
    if (line?.id === id) return line;
  }
  throw new IpcFailure({ code: 'gone' });
}

const onSegment = onSame(KIND, segmentAt, ({ cpid }: Identity, { creator }) => ({ cpid: [cpid, creator] }));

/** How much of a range lies within the segment. Throws `outside` where it begins behind the end, or is `whole` and passes it. */
function within(bytes: BigCount, offset: number, length: number, whole = false): number {
  const left = Number(BigInt(bytes) - BigInt(offset));
  if (left <= 0 || (whole && length > left))
    throw new IpcFailure({ code: 'outside', detail: { offset, bytes: String(bytes), length } });
  return Math.min(length, left);
}

/**
 * With kernel.shm_rmid_forced a segment goes when the last process detaches: then our own detach would be the last. Throws where attaching for a
 * moment would destroy it.
 */
function mayAttach(attachments: number): void {
  if (attachments === 0 && readLine('/proc/sys/kernel/shm_rmid_forced') === '1')
    throw new IpcFailure({ code: 'lastDetach' });
}

/** Looks at a range without a trace. Throws `disturbs` where the kernel leaves no way. */
function readUntraced(line: SegmentLine, offset: number, length: number, look: Look) {
  if (line.resident === '0' && line.swapped === '0')
    return { ...untouched(offset, length), way: 'untouched' as const };
  if (line.attachments === 0) {
    mayAttach(0);
    throw new IpcFailure({ code: 'disturbs', detail: { why: 'unattached' } });
  }
  const seen = runNow(look.get(attachments)).segments.get(line.id) ?? [];
  const range = { offset, length, pageSize: look.pageSize, swapped: line.swapped !== '0' };
  for (const { pid, address } of seen) {
    try {
      return { ...readMapped(line.id, pid, address ?? '', range), way: 'mapFiles' as const };
    } catch {
      // Another holder may be open to us, or this one has just detached.
    }
  }
  throw new IpcFailure({ code: 'disturbs', detail: { why: 'denied' } });
}

export function makeSysvShm(): Mechanism<typeof KIND> {
  const reader = new SysvReader(how);
  const unchanged = new Unchanged<SegmentObject>();

  return {
    kind: KIND,
    *read(look, wanted) {
      const reading = yield* reader.read(look, wanted);
      const pass = unchanged.begin(look);
      const objects: SegmentObject[] = [];
      for (const one of reading.objects)
        objects.push(
          wanted.allDetails === true || wanted.details.has(one.ref)
            ? pass.keep(yield* closely(one, look))
            : one,
        );
      pass.end();
      return { ...reading, objects };
    },
    abilities: {
      async inspect({ ref }, { look }) {
        const object = await runSliced(inspected(ref, look()));
        if (!object) throw new IpcFailure({ code: 'gone' });
        return object;
      },

      async create({ key, mode, exclusive, bytes }, { look }) {
        const number = await keyOf(key);
        try {
          return created(KIND, look(), createSegment(number, BigInt(bytes), mode, exclusive));
        } catch (error) {
          throw explainCreate(error, bytes);
        }
      },

      read({ ref, offset, length, attach }, { look }): ResultOf<typeof KIND, 'read'> {
        const now = look();
        const id = idOf(ref, KIND, now);
        const line = lineOf(id);
        const part = within(line.bytes, offset, length);
        const range = { offset, length: part, pageSize: now.pageSize, swapped: line.swapped !== '0' };
        if (attach) mayAttach(line.attachments);
        const found = attach
          ? { ...orGone(id, segmentAt, () => readAttached(id, range)), way: 'attach' as const }
          : readUntraced(line, offset, part, now);
        return { ...found, offset, content: toBytes(found.content), readAt: Date.now() };
      },

      write({ ref, identity, offset, content }, { look }) {
        const data = Buffer.from(fromBytes(content));
        if (data.length > RANGE_MOST)
          throw new IpcFailure({ code: 'tooMuch', detail: { length: data.length, limit: RANGE_MOST } });
        const before = Buffer.alloc(data.length);
        onSegment(ref, identity, look(), (id, { bytes, attachments }) => {
          within(exact(bytes), offset, data.length, true);
          mayAttach(Number(attachments));
          Attached.during(id, 'write', (segment) => {
            segment.read(offset, before);
            segment.write(offset, data);
          });
        });
        return { bytes: data.length, before: toBytes(before) };
      },

      lock({ ref, identity }, { look }) {
        onSegment(ref, identity, look(), (id) => locking(id, true));
        return {};
      },

      unlock({ ref, identity }, { look }) {
        onSegment(ref, identity, look(), (id) => locking(id, false));
        return {};
      },

      alter({ ref, identity, ...alteration }, { look }) {
        onSegment(ref, identity, look(), (id) => alterSegment(id, alteration));
        return {};
      },

      destroy({ ref, identity }, { look }) {
        const { changedAt } = onSegment(ref, identity, look(), removeSegment);
        return { changedAt: changedAt * 1000 };
      },
    },
  };
}

/** SHM_LOCK gives EPERM to a stranger and to an owner without a right to lock memory, as the first EPERM of IPC_SET does: say which command it was. */
function locking(id: number, locked: boolean): void {
  try {
    lockSegment(id, locked);
  } catch (error) {
    if (!(error instanceof ErrnoError)) throw error;
    throw new ErrnoError('shmctl', error.errno, { command: locked ? 'SHM_LOCK' : 'SHM_UNLOCK' });
  }
}

/** shmget gives EINVAL for a size of 0, above shmmax, and above that of the segment that the key finds. */
function explainCreate(error: unknown, bytes: BigCount): unknown {
  if (!(error instanceof ErrnoError) || error.failure.call !== 'shmget') return error;
  const limit = readLine(`/proc/sys/kernel/${error.errno === 'ENOSPC' ? 'shmmni' : 'shmmax'}`) ?? '0';
  return new ErrnoError('shmget', error.errno, { bytes: String(bytes), limit });
}
