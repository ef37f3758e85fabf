/** Netlink messages (netlink(7)) as bytes: what a dump of sockets consists of. */

/** SOCK_DIAG_BY_FAMILY (linux/sock_diag.h) */
const BY_FAMILY = 20;
const NLM_F_REQUEST = 1;
const NLM_F_DUMP = 0x300;
export const HEADER = 16;

/** A request for a dump with this payload. */
export function dumpRequest(payload: Buffer): Buffer {
  const message = Buffer.alloc(HEADER + payload.length);
  message.writeUInt32LE(message.length, 0);
  message.writeUInt16LE(BY_FAMILY, 4);
  message.writeUInt16LE(NLM_F_REQUEST | NLM_F_DUMP, 6);
  message.writeUInt32LE(1, 8);
  payload.copy(message, HEADER);
  return message;
}

/** Calls `each` with the payload of every message, from its first byte to behind its last; a broken end is left out. */
export function eachMessage(
  buffer: Buffer,
  from: number,
  to: number,
  each: (start: number, end: number) => void,
  most = Infinity,
): number {
  let at = from;
  for (let count = 0; at + HEADER <= to && count < most; count++) {
    const length = buffer.readUInt32LE(at);
    if (length < HEADER || at + length > to) return to;
    if (buffer.readUInt16LE(at + 4) === BY_FAMILY) each(at + HEADER, at + length);
    at += (length + 3) & ~3;
  }
  return at;
}

/** Calls `each` with type and place of every attribute (struct rtattr). */
export function eachAttribute(
  buffer: Buffer,
  from: number,
  to: number,
  each: (type: number, start: number, end: number) => void,
): void {
  for (let at = from; at + 4 <= to;) {
    const length = buffer.readUInt16LE(at);
    if (length < 4 || at + length > to) return;
    each(buffer.readUInt16LE(at + 2) & 0x3fff, at + 4, at + length);
    at += (length + 3) & ~3;
  }
}
