/** How a message becomes bytes: a full answer of 32,000 objects is 15 MB of JSON, which must not hold the loop. */
import type { ContentTypeEncoder } from 'vscode-jsonrpc';
import { Pacer } from './slices';

/** Arrays longer than this are written piece by piece. */
const LONG = 500;

/** JSON as `JSON.stringify` writes it, with pauses inside long arrays. */
export const slicedEncoder: ContentTypeEncoder = {
  name: 'application/json',
  async encode(message, { charset }) {
    const parts: string[] = [];
    await write(message, parts, new Pacer());
    return Buffer.from(parts.join(''), charset);
  },
};

async function write(value: unknown, parts: string[], pacer: Pacer): Promise<void> {
  if (Array.isArray(value) && value.length > LONG) {
    parts.push('[');
    for (const [at, item] of value.entries()) {
      if (at > 0) parts.push(',');
      parts.push(JSON.stringify(item) ?? 'null');
      if (at % 100 === 0) await pacer.breathe();
    }
    parts.push(']');
  } else if (isPlain(value) && Object.values(value).some(isDeep)) {
    parts.push('{');
    let first = true;
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined) continue;
      parts.push(first ? '' : ',', JSON.stringify(name), ':');
      first = false;
      await write(item, parts, pacer);
    }
    parts.push('}');
  } else {
    parts.push(JSON.stringify(value) ?? 'null');
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only what may hold a long array is taken apart: the message, and the result in it. */
function isDeep(value: unknown): boolean {
  return Array.isArray(value) ? value.length > LONG : isPlain(value) && Object.values(value).some(isDeep);
}
