/** The messages of a table, each with a key by which it is known again after the queue has moved. */
import type { Bytes } from '../../../../protocol/bytes';
import type { MessageNumber } from './sendWay';
import { Content } from '../../../bytes/content';
import { fingerprint } from '../../../bytes/fingerprint';

/** A message as a table shows it. `type`: its type, or its priority. */
interface Message {
  index: number;
  type: MessageNumber;
  content: Bytes;
}

export interface Entry {
  key: string;
  message: Message;
  content: Content;
}

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
