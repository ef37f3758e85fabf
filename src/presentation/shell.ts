/** Text for a shell's command line. */
import { decodeText } from '../protocol/bytes';

/** One word of a POSIX shell; with controls or bytes that are no UTF-8 in the notation of bash, ksh and zsh, so that pasting it does nothing by itself. */
export function shellWord(bytes: Uint8Array): string {
  const text = decodeText(bytes);
  if (text !== undefined && !text.includes('\ufffd') && !/[\p{Cc}\p{Cf}]/u.test(text))
    return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  );
  return `$'${escaped.join('')}'`;
}
