/** A thread that waits to open a FIFO which nobody finds any more: what it is called, and what can be done with it. */
import { expect, test } from 'vitest';
import { isRemovable } from '../../src/protocol/removable';
import { fifo } from '../../src/protocol/kinds/fifo';
import type { ObjectOf } from '../../src/protocol/kinds';
import { fifoOpenerRef, kindOf, parseFifoOpenerRef, parseStreamRef } from '../../src/protocol/ref';
import { copiesOf, removingCommand } from '../../src/presentation/copying';
import { canDo, factsOf, figuresOf, labelOf, statesOf, viewOf } from '../../src/presentation/kinds';
import type { Host } from '../../src/protocol/snapshot';
import * as v from 'valibot';

const ref = fifoOpenerRef(41, '627754', 42);
const object: ObjectOf<'fifo'> = {
  kind: 'fifo',
  ref,
  flags: ['deletedOrReplaced', 'noReader', 'noWriterSeen'],
  path: '/run/nagios/cmd',
  endpoints: [
    {
      pid: 41,
      startTime: '627754',
      role: 'waiter',
      waits: [{ tid: 42, call: 'openat', on: { is: 'path', direction: 'write' }, certain: true }],
    },
  ],
};
const nobody = () => undefined;

test('its ref is of the thread, and no file is behind it', () => {
  expect(ref).toBe('fifo:opener:41:627754:42');
  expect(kindOf(ref)).toBe('fifo');
  expect(parseFifoOpenerRef(ref)).toEqual({ kind: 'fifo', pid: 41, startTime: '627754', tid: 42 });
  expect(parseStreamRef(ref)).toBeUndefined();
  expect(parseFifoOpenerRef('fifo:1:2:3')).toBeUndefined();
  expect(v.parse(fifo.object, object)).toEqual(object);
});

test('a row says its path and that it is deleted or replaced, and offers nothing but a look', () => {
  expect(labelOf(object, nobody)).toBe('cmd');
  const { steady, attention } = viewOf(object).row(object, { uid: 0 } as Host, nobody);
  expect(steady).toEqual(['deleted or replaced', 'writer waits for a reader']);
  expect(attention).toBe(true);
  expect(Object.keys(fifo.abilities).filter((ability) => canDo(object, ability))).toEqual(['inspect']);
  expect(isRemovable(object)).toBe(false);
  expect(removingCommand(object)).toBeUndefined();
  expect(copiesOf(object).map(({ text }) => text)).toContain('/run/nagios/cmd');
});

test('of a file that nobody finds no facts are made up, in no face', () => {
  const facts = factsOf(object, { process: nobody });
  expect(facts.map(({ key }) => key)).toEqual(['path', 'writer', 'reader', 'state', 'waits']);
  expect(statesOf(object).map(({ key }) => key)).toEqual(['deletedOrReplaced']);
  expect(figuresOf(object, { process: nobody }).map(({ says }) => says)).toEqual([['nobody finds it']]);
});

test('a wait that only the path tells of is said to be probable', () => {
  const byPath = structuredClone({ ...object, flags: [], inode: '7', device: '5' });
  const [wait] = byPath.endpoints?.[0]?.waits ?? [];
  Object.assign(wait ?? {}, { certain: false, by: 'path' });
  const { steady } = viewOf(byPath).row(byPath, { uid: 0 } as Host, nobody);
  expect(steady).toEqual(['writer waits for a reader, probably']);
});
