/** The bytes of one message, unpacked only as far as somebody looks. */
import { type Bytes, fromBytes } from '../../protocol/bytes';
import { visible } from '../../presentation/text';
import { type ByteFormat, line } from './look';
import { hexLine } from './hex';

/** Base64 characters that hold more bytes than any line shows (a multiple of four). */
const HEAD = 800;

export class Content {
  /** How many bytes there are. */
  readonly length: number;
  private unpacked: Uint8Array | undefined;
  private search: { text: string; hex: string } | undefined;
  private readonly lines = new Map<ByteFormat, string>();

  constructor(readonly packed: Bytes) {
    const padding = packed.endsWith('==') ? 2 : packed.endsWith('=') ? 1 : 0;
    this.length = (packed.length / 4) * 3 - padding;
  }

  /** All bytes. */
  get bytes(): Uint8Array {
    return (this.unpacked ??= fromBytes(this.packed));
  }

  /** One bounded line, kept, since rows are drawn again and again. */
  line(look: ByteFormat): string {
    let text = this.lines.get(look);
    if (text === undefined) {
      const head = this.packed.length > HEAD ? fromBytes(this.packed.slice(0, HEAD) as Bytes) : this.bytes;
      this.lines.set(look, (text = line(head, look)));
    }
    return text;
  }

  /** Whether the text, as it is or as it is shown, or the hex digits contain what somebody types. */
  includes(wanted: string): boolean {
    this.search ??= this.searchable();
    return this.search.text.includes(wanted.toLowerCase()) || matchesHex(this.search.hex, wanted);
  }

  private searchable(): { text: string; hex: string } {
    const text = new TextDecoder().decode(this.bytes);
    const shown = visible(text);
    const both = shown === text ? text : `${text}\n${shown}`;
    return { text: both.toLowerCase(), hex: hexLine(this.bytes) };
  }
}

/** `7b22` and `7b 22` find the same two bytes; half a byte finds none. */
function matchesHex(hex: string, wanted: string): boolean {
  const digits = wanted.replace(/\s+/g, '').toLowerCase();
  if (!/^([0-9a-f]{2})+$/.test(digits)) return false;
  return hex.includes(digits.replace(/..(?=.)/g, '$& '));
}
