// @ts-check
/** Writes a counter, the time and a line of text into the first page of the segment, a few times a second. */
import { child } from './child.mjs';
import { attach, isSegment, write } from './segment.mjs';

const { segment } = child('ipc-counter');
const address = attach(segment);
if (address === undefined) process.exit(0);

// One page in the middle; all others stay untouched, and take no memory.
write(address + 32_768n, Buffer.from('the middle page'));
let count = 0;
setInterval(() => {
  if (!isSegment(segment)) process.exit(0);
  const page = Buffer.alloc(64);
  page.writeBigUInt64LE(BigInt(++count));
  page.writeBigInt64LE(BigInt(Date.now()), 8);
  page.write(`tick ${count} of ipc-counter`, 16);
  write(address, page);
}, 250);
