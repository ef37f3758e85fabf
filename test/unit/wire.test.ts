import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slicedEncoder } from '../../src/native/wire';

type Encoded = Parameters<typeof slicedEncoder.encode>[0];

async function encode(message: unknown): Promise<string> {
  return Buffer.from(await slicedEncoder.encode(message as Encoded, { charset: 'utf-8' })).toString();
}

test('a sliced message is the JSON that it would be in one piece', async () => {
  await fc.assert(
    fc.asyncProperty(fc.object({ withNullPrototype: false }), async (message) => {
      expect(await encode(message)).toBe(JSON.stringify(message));
    }),
  );
});

test('long arrays deep in a message, undefined fields and non-ASCII text included', async () => {
  const added = Array.from({ length: 3000 }, (_, at) => ({
    id: at,
    name: 'größe\u2028',
    left: undefined,
    list: [at],
  }));
  const message = { jsonrpc: '2.0', id: 1, result: { added, left: undefined, counts: { a: 1 }, none: null } };
  expect(await encode(message)).toBe(JSON.stringify(message));
});
