/** System V shared memory segments. */
import type { Past } from '../../protocol/facts';
import { IpcFailure } from '../../protocol/errors';
import type { SegmentObject } from '../../protocol/kinds/sysvShm';
import { removeSegment, segmentAt, segmentUsage } from '../libc/shm';
import { exact } from '../proc/host';
import { readBreathing } from '../proc/read';
import { lines, parseSegmentLine, type SegmentLine } from '../proc/sysvipc';
import type { Look, Mechanism } from './mechanism';
import { idOf, orGone, present, sameCreator, sameObject, sysvFacts, SysvReader, timeOrNever } from './sysv';

const KIND = 'sysv.shm';
const SHM_DEST = 0o1000;
const SHM_LOCKED = 0o2000;

const reader = new SysvReader<typeof KIND, SegmentLine>({
  kind: KIND,
  file: 'shm',
  parse: parseSegmentLine,
  pasts,
  build: (line, _extra, [createdBy, lastUse], look) => build(line, createdBy as Past, lastUse ?? null, look),
  usage(look) {
    const { segments, pages, resident, swapped } = segmentUsage();
    const bytes = (count: bigint) => exact(count * BigInt(look.pageSize));
    return {
      count: segments,
      usage: { segments, bytes: bytes(pages), resident: bytes(resident), swapped: bytes(swapped) },
    };
  },
});

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

export const sysvShm: Mechanism<typeof KIND> = {
  kind: KIND,
  read: (look, wanted) => reader.read(look, wanted),
  abilities: {
    inspect({ ref }, { look }) {
      const now = look();
      const id = idOf(ref, KIND, now);
      // shmctl does not tell what is in memory and in swap; the file does.
      const reading = readBreathing('/proc/sysvipc/shm');
      let step = reading.next();
      while (!step.done) step = reading.next();
      for (const text of lines(step.value)) {
        const line = parseSegmentLine(text);
        if (line.id === id) return build(line, ...pasts(line, now), now);
      }
      throw new IpcFailure({ code: 'gone' });
    },

    destroy({ ref, identity }, { look }) {
      const id = idOf(ref, KIND, look());
      const found = present(id, segmentAt);
      sameCreator(identity, found);
      sameObject({ cpid: [identity.cpid, found.creator] });
      orGone(id, segmentAt, () => removeSegment(id));
      return { changedAt: found.changedAt * 1000 };
    },
  },
};
