/** The packets of a pipe in packet mode, each with a key by which it is known again when those before it were read. */
import { toBytes } from '../../../../protocol/bytes';
import { Content } from '../../../bytes/content';
import { fingerprint } from '../../../bytes/fingerprint';

export interface Packet {
  key: string;
  content: Content;
  /** Its length in the pipe; more than the content where the look ended within it. */
  length: number;
}

/** Takes what was read apart. What was unpacked before is kept. */
export function packetsOf(data: Uint8Array, lengths: readonly number[], before: readonly Packet[]): Packet[] {
  const known = new Map(before.map((packet) => [packet.key, packet]));
  const seen = new Map<string, number>();
  let at = 0;
  return lengths.map((length) => {
    const packed = toBytes(data.subarray(at, at + length));
    at += length;
    const print = `${length} ${fingerprint(packed)}`;
    const turn = seen.get(print) ?? 0;
    seen.set(print, turn + 1);
    const key = `${print} ${turn}`;
    const old = known.get(key)?.content;
    return { key, length, content: old?.packed === packed ? old : new Content(packed) };
  });
}
