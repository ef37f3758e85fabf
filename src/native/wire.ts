/** How a message becomes bytes: a full answer of 68,000 objects is 20 MB of JSON, which must not hold the loop, nor stand in memory as text besides. */
import type { ContentTypeEncoder } from 'vscode-jsonrpc';
import { Pacer } from './slices';

/** Arrays longer than this are written piece by piece, so many items at a time. */
const LONG = 500;
const PIECE = 100;

/** JSON as `JSON.stringify` writes it, with pauses inside long arrays. */
export const slicedEncoder: ContentTypeEncoder = {
  name: 'application/json',
  async encode(message, { charset }) {
    const bytes = new Bytes(charset);
    await write(message, bytes, new Pacer());
    return bytes.all();
  },
};

/** Text as bytes, one piece behind the other. */
class Bytes {
  private readonly pieces: Buffer[] = [];

  constructor(private readonly charset: BufferEncoding) {}

  add(text: string): void {
    this.pieces.push(Buffer.from(text, this.charset));
  }

  all(): Buffer {
    const [first] = this.pieces;
    return first && this.pieces.length === 1 ? first : Buffer.concat(this.pieces);
  }
}

async function write(value: unknown, bytes: Bytes, pacer: Pacer): Promise<void> {
  if (Array.isArray(value) && value.length > LONG) {
    for (let at = 0; at < value.length; at += PIECE) {
      // Without its brackets.
      bytes.add((at === 0 ? '[' : ',') + JSON.stringify(value.slice(at, at + PIECE)).slice(1, -1));
      await pacer.breathe();
    }
    bytes.add(']');
  } else if (isPlain(value) && Object.values(value).some(isDeep)) {
    let first = true;
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined) continue;
      bytes.add(`${first ? '{' : ','}${JSON.stringify(name)}:`);
      first = false;
      await write(item, bytes, pacer);
    }
    bytes.add('}');
  } else {
    bytes.add(JSON.stringify(value) ?? 'null');
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only what may hold a long array is taken apart: the message, and the result in it. */
function isDeep(value: unknown): boolean {
  return Array.isArray(value) ? value.length > LONG : isPlain(value) && Object.values(value).some(isDeep);
}
