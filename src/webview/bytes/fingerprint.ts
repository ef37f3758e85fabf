/** A short mark by which a content is known again. */
import type { Bytes } from '../../protocol/bytes';

/** How much of a content goes into it: two that differ only in their middle may be taken for each other. */
const PART = 256;

/** FNV-1a over both ends, and the length. */
export function fingerprint(content: Bytes): string {
  let hash = 0x811c9dc5;
  const mix = (text: string) => {
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  };
  mix(content.slice(0, PART));
  mix(content.slice(-PART));
  return `${content.length}:${(hash >>> 0).toString(36)}`;
}
