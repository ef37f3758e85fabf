/** `peek`: what is in an object, without disturbing it. */
import { visible } from '../../presentation/text';
import { parse, wholeNumber } from './arguments';
import { Machine } from './machine';
import { peekMemory } from './peekMemory';
import { peekQueue } from './peekQueue';
import { peekSegment } from './peekSegment';
import { peekSocket } from './peekSocket';
import { peekStream } from './peekStream';
import { attempt } from './attempt';
import { Refusal } from './refusal';

/** How many messages or bytes are shown where nobody said. */
const MESSAGES = 100;
const BYTES = 4096;

export async function peek(args: string[]): Promise<number> {
  const { values, words } = parse(
    args,
    { from: { type: 'string' }, count: { type: 'string' }, json: { type: 'boolean' } },
    1,
  );
  const from = wholeNumber('from', values.from, 0);
  const count = wholeNumber('count', values.count, 0, 1);
  const [name = ''] = words;
  await attempt(`peek at ${visible(name)}`, async () => {
    const machine = await Machine.open();
    const { ref, kind } = await machine.find(name);
    const json = values.json ?? false;
    if (kind === 'sysv.sem')
      throw new Refusal(`A semaphore set holds values and no content: use \`inspect ${ref}\`.`);
    if (kind === 'posix.sem')
      throw new Refusal(`A semaphore holds a value and no content: use \`inspect ${ref}\`.`);
    if (kind === 'posix.mq')
      throw new Refusal('The kernel lets nobody look into a POSIX queue: a look takes its messages.');
    if (kind === 'posix.shm' || kind === 'mapping')
      await peekMemory(machine, { ref, kind, from, count: count || BYTES, json });
    else if (kind === 'sysv.msg') await peekQueue(machine, { ref, from, count: count || MESSAGES, json });
    else if (kind === 'pipe' || kind === 'fifo')
      await peekStream(machine, { ref, kind, count: count || BYTES, json });
    else if (kind === 'unix' || kind === 'inet')
      await peekSocket(machine, { ref, kind, count: count || BYTES, json });
    else if (kind !== 'sysv.shm') throw new Refusal(`It has no content: use \`inspect ${ref}\`.`);
    else await peekSegment(machine, { ref, from, count: count || BYTES, json });
  });
  return 0;
}
