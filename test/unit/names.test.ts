import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBytes } from '../../src/protocol/bytes';
import { kernelName } from '../../src/native/proc/names';
import { parseNames } from '../../src/native/proc/users';

describe('kernel names', () => {
  test('UTF-8 stays what it is, other bytes are escaped and kept', () => {
    expect(kernelName(Buffer.from('größe'))).toEqual({ text: 'größe' });
    const name = Buffer.from([0x61, 0xff, 0x5c, 0xc3, 0x28]);
    const { text, bytes } = kernelName(name);
    expect(text).toBe('a\\xff\\\\\\xc3(');
    expect(bytes && Buffer.from(fromBytes(bytes))).toEqual(name);
  });

  test('no two names share a text', () => {
    // Bytes from a small set, so that names meet: backslash, x, hex digits, a valid pair and invalid bytes.
    const byte = fc.constantFrom(0x5c, 0x78, 0x66, 0x30, 0xc3, 0xa9, 0xff, 0x80);
    const name = fc.array(byte, { maxLength: 8 }).map((all) => Buffer.from(all));
    fc.assert(
      fc.property(name, name, (a, b) => {
        fc.pre(!a.equals(b));
        expect(kernelName(a).text).not.toBe(kernelName(b).text);
      }),
      { numRuns: 20_000 },
    );
  });
});

test('passwd and group: the first name of a number counts, what makes no sense is passed over', () => {
  const text = 'root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\nbad line\nx:y\nnobody:x:65534:\n+::::\n';
  expect(parseNames(text)).toEqual(
    new Map([
      [0, 'root'],
      [65534, 'nobody'],
    ]),
  );
});
