/**
 * Bytes on the wire: base64 in one named type, so that no bare string is ever taken for bytes.
 */
import * as v from 'valibot';

// Both exist in Node and in browsers; this floor has the types of neither.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };
declare const atob: (base64: string) => string;
declare const btoa: (binary: string) => string;

const NOT_BASE64 = /[^A-Za-z0-9+/=]/;
const PADDING = /^={1,2}$/;
/** Largest slice for `String.fromCharCode`, whose arguments live on the stack. */
const SLICE = 8192;

/** Base64 text (RFC 4648, with padding). A linear check: the usual regular expression overflows on megabytes. */
export const bytesSchema = v.pipe(
  v.string(),
  v.check((text) => text.length % 4 === 0 && !NOT_BASE64.test(text) && isPadded(text), 'base64'),
  v.brand('Bytes'),
);
/** Padding stands nowhere but at the end. */
function isPadded(text: string): boolean {
  const at = text.indexOf('=');
  return at < 0 || PADDING.test(text.slice(at));
}

/** Base64 text that stands for bytes. */
export type Bytes = v.InferOutput<typeof bytesSchema>;

/** Packs bytes for a message. */
export function toBytes(data: Uint8Array): Bytes {
  let binary = '';
  for (let at = 0; at < data.length; at += SLICE)
    binary += String.fromCharCode(...data.subarray(at, at + SLICE));
  return btoa(binary) as Bytes;
}

/** Unpacks bytes of a message. Throws on text that is not base64. */
export function fromBytes(bytes: Bytes): Uint8Array {
  const binary = atob(bytes);
  const data = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) data[at] = binary.charCodeAt(at);
  return data;
}

/** UTF-8 of a text. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text, or undefined where the bytes are not UTF-8. A byte order mark stays what it is. */
export function decodeText(data: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return undefined;
  }
}
