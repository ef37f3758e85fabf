/** Names in the kernel are bytes. */
import { decodeText, toBytes, type Bytes } from '../../protocol/bytes';

/** A kernel name for people: `text`, and the bytes as they are where those are no UTF-8. */
export interface KernelName {
  text: string;
  bytes?: Bytes;
}

/** What the kernel appends to a path that is gone (d_path). */
const DELETED = Buffer.from(' (deleted)');

/** What a link of /proc says. A file may really be called so; whether it is gone the file itself must tell. */
export function namedBy(link: Buffer): { path: Buffer; deleted: boolean } {
  const at = link.length - DELETED.length;
  const deleted = at > 0 && link.subarray(at).equals(DELETED);
  return { path: deleted ? link.subarray(0, at) : link, deleted };
}

const LOOKS_ESCAPED = /\\x[0-9a-f]{2}/;

/**
 * Valid UTF-8 stays what it is; any other byte becomes \xNN. No two names share a text: one that holds a backslash and could be taken
 * for an escaped one has its backslashes doubled.
 */
export function kernelName(raw: Uint8Array): KernelName {
  const text = decodeText(raw);
  if (text === undefined) return { text: escapeInvalid(raw), bytes: toBytes(raw) };
  return { text: LOOKS_ESCAPED.test(text) ? text.replaceAll('\\', '\\\\') : text };
}

/** Keeps each longest valid UTF-8 sequence and escapes the bytes between. */
function escapeInvalid(raw: Uint8Array): string {
  let text = '';
  for (let at = 0; at < raw.length;) {
    const length = sequenceLength(raw, at);
    const part = length === 0 ? undefined : decodeText(raw.subarray(at, at + length));
    if (part === undefined) {
      text += `\\x${(raw[at] as number).toString(16).padStart(2, '0')}`;
      at++;
    } else {
      text += part === '\\' ? '\\\\' : part;
      at += length;
    }
  }
  return text;
}

/** How long the sequence that starts here claims to be; 0 for a byte that starts none. */
function sequenceLength(raw: Uint8Array, at: number): number {
  const first = raw[at] as number;
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}
