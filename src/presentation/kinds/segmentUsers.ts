/** Which processes have a segment attached, in words. The kernel counts mappings; how many of them could be seen is another number. */
import type { SegmentObject } from '../../protocol/kinds/sysvShm';
import { type Find, grouped, pidText } from '../values';
import { t } from '../translate';

/** Processes named one by one; of more only the number. */
const MOST_NAMED = 8;

interface Attached {
  /** Each process once. */
  pids: number[];
  /** Mappings that the kernel counts and nobody could see. */
  unseen: number;
}

/** Who has it attached. */
export function attachedTo({ endpoints = [], attachments }: SegmentObject): Attached {
  const seen = endpoints.filter(({ role }) => role === 'attached');
  return {
    pids: [...new Set(seen.map(({ pid }) => pid))],
    unseen: Math.max(0, attachments - seen.length),
  };
}

/** What a row says: `2 processes`, with what is missing from that; where none was seen the kernel's own count. */
export function attachedPart(segment: SegmentObject): string {
  const { pids, unseen } = attachedTo(segment);
  if (pids.length === 0) return attachmentsText(segment.attachments);
  return unseen === 0
    ? processesText(pids.length)
    : t('{0}, {1}', processesText(pids.length), unseenText(unseen));
}

/** `1 attachment`, `3 attachments`: what the kernel counts. */
export function attachmentsText(count: number): string {
  return count === 1 ? t('1 attachment') : t('{0} attachments', grouped(count));
}

/** `2 processes`, `2 processes seen` where not all attachments were. */
export function attachedProcesses(segment: SegmentObject): string {
  if (segment.endpoints === undefined && segment.attachments > 0) return t('processes not looked at');
  const { pids, unseen } = attachedTo(segment);
  const count = pids.length;
  if (unseen === 0) return processesText(count);
  if (count === 0) return t('processes hidden');
  return count === 1 ? t('1 process seen') : t('{0} processes seen', grouped(count));
}

/** `1 process`, `2 processes` */
export function processesText(count: number): string {
  return count === 1 ? t('1 process') : t('{0} processes', grouped(count));
}

/** The processes by name, bounded, with what could not be seen; undefined where nobody has it attached. */
export function attachedNames(segment: SegmentObject, find: Find): string | undefined {
  const { pids, unseen } = attachedTo(segment);
  const named = pids.slice(0, MOST_NAMED).map((pid) => pidText(pid, find));
  if (pids.length > MOST_NAMED) named.push(t('{0} more', grouped(pids.length - MOST_NAMED)));
  if (unseen > 0) named.push(unseenText(unseen));
  return named.length > 0 ? named.join(', ') : undefined;
}

function unseenText(unseen: number): string {
  return unseen === 1 ? t('1 mapping not seen') : t('{0} mappings not seen', grouped(unseen));
}
