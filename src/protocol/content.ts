/**
 * What a person types as the content of a message, and the bytes that it stands for.
 * Shared, so that the palette, the panels and the command line mean the same by `\n`.
 */
import * as v from 'valibot';
import { encodeText, fromBytes, bytesSchema } from './bytes';

/** How typed content becomes bytes. `text` is UTF-8 with the escapes \n \r \t \0 \\ and \xNN. */
export const ENCODINGS = ['text', 'hex', 'base64'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Why typed content is not what its encoding demands: a code, and where (a zero-based position in the text). */
export interface ContentProblem {
  code: 'badEscape' | 'oddHex' | 'badHex' | 'badBase64';
  at: number;
}

const ESCAPES: Record<string, number> = { n: 10, r: 13, t: 9, '0': 0, '\\': 92 };

/** The bytes that typed content stands for, or what is wrong with it. Never throws. */
export function parseContent(text: string, encoding: Encoding): Uint8Array | ContentProblem {
  switch (encoding) {
    case 'text':
      return parseText(text);
    case 'hex':
      return parseHex(text);
    case 'base64': {
      const packed = text.replace(/\s+/g, '');
      const parsed = v.safeParse(bytesSchema, packed);
      if (!parsed.success) return { code: 'badBase64', at: 0 };
      try {
        return fromBytes(parsed.output);
      } catch {
        return { code: 'badBase64', at: 0 };
      }
    }
  }
}

/** True where `parseContent` found something wrong. */
export function isProblem(parsed: Uint8Array | ContentProblem): parsed is ContentProblem {
  return !(parsed instanceof Uint8Array);
}

function parseText(text: string): Uint8Array | ContentProblem {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', from)) {
    parts.push(encodeText(text.slice(from, at)));
    const next = text[at + 1] ?? '';
    const hex = /^x([0-9a-fA-F]{2})/.exec(text.slice(at + 1, at + 4))?.[1];
    const byte = hex === undefined ? ESCAPES[next] : parseInt(hex, 16);
    if (byte === undefined) return { code: 'badEscape', at };
    parts.push(Uint8Array.of(byte));
    from = at + (hex === undefined ? 2 : 4);
  }
  parts.push(encodeText(text.slice(from)));
  return concat(parts);
}

function parseHex(text: string): Uint8Array | ContentProblem {
  const bad = text.search(/[^0-9a-fA-F\s]/);
  if (bad >= 0) return { code: 'badHex', at: bad };
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 === 1) return { code: 'oddHex', at: text.length };
  const data = new Uint8Array(digits.length / 2);
  for (let at = 0; at < data.length; at++) data[at] = parseInt(digits.slice(at * 2, at * 2 + 2), 16);
  return data;
}

function concat(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
