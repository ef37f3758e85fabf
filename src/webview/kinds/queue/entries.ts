/** The messages of a table, each with a key by which it is known again after the queue has moved. */
import type { Bytes } from '../../../protocol/bytes';
import type { Message } from '../../../protocol/kinds/sysvMsg';
import { Content } from '../../bytes/content';

export interface Entry {
  key: string;
  message: Message;
  content: Content;
}

/** How much of a content goes into its key: two that differ only in their middle may open together. */
const KEY_PART = 256;

/**
 * Entries for what a peek brought. A message has no identity of its own, so it is known by what is in it, and equal
 * ones by their order; what was unpacked before is kept.
 */
export function entriesOf(messages: readonly Message[], before: readonly Entry[]): Entry[] {
  const known = new Map(before.map((entry) => [entry.key, entry]));
  const seen = new Map<string, number>();
  return messages.map((message) => {
    const print = `${message.type}:${fingerprint(message.content)}`;
    const turn = seen.get(print) ?? 0;
    seen.set(print, turn + 1);
    const key = `${print}:${turn}`;
    const old = known.get(key);
    const same = old?.content.packed === message.content ? old.content : undefined;
    return { key, message, content: same ?? new Content(message.content) };
  });
}

/** FNV-1a over both ends, and the length. */
function fingerprint(content: Bytes): string {
  let hash = 0x811c9dc5;
  const mix = (text: string) => {
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  };
  mix(content.slice(0, KEY_PART));
  mix(content.slice(-KEY_PART));
  return `${content.length}:${(hash >>> 0).toString(36)}`;
}
