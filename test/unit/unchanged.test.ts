/** Unchanged is the same object: by the same facts as JSON has them, also where passes overlap. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameData, Unchanged } from '../../src/native/unchanged';
import { mappingRef, type Ref } from '../../src/protocol/ref';

/** Few keys and values, so that many are the same. */
const data = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(0, 1, '', 'a', null, true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(tie('value'), fc.constant(undefined))),
  ),
})).value;

/** With the keys in their order, which says nothing. */
const asText = (value: unknown) =>
  JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

test('two values are the same where their JSON is', () => {
  fc.assert(
    fc.property(data, data, (one, other) => {
      expect(sameData(one, other)).toBe(asText(one) === asText(other));
      expect(sameData(one, structuredClone(one))).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

interface Thing {
  ref: Ref;
  fact: number;
}
const thing = (inode: number, fact: number): Thing => ({ ref: mappingRef('1', String(inode)), fact });

test('passes that overlap do not lead each other astray', () => {
  const things = new Unchanged<Thing>();
  const first = things.begin({ remembered: true });
  const [one, two] = [first.keep(thing(1, 5)), first.keep(thing(2, 5))];
  first.end();

  const slow = things.begin({ remembered: true });
  expect(slow.keep(thing(1, 5))).toBe(one);
  // One in between has others, and is not remembered.
  const between = things.begin({ remembered: false });
  expect(between.keep(thing(1, 6))).not.toBe(one);
  between.end();
  expect(slow.keep(thing(2, 5))).toBe(two);
  slow.end();

  const last = things.begin({ remembered: true });
  expect(last.keep(thing(1, 5))).toBe(one);
  expect(last.keep(thing(2, 6))).not.toBe(two);
  last.end();
  // What it did not find is forgotten.
  things.begin({ remembered: true }).end();
  expect(things.begin({ remembered: true }).keep(thing(1, 5))).not.toBe(one);
});
