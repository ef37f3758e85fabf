import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { bytesSchema, decodeText, encodeText, fromBytes, toBytes } from '../../src/protocol/bytes';
import { isProblem, parseContent } from '../../src/protocol/content';
import { bigCount } from '../../src/protocol/facts';
import { waitsForOthers } from '../../src/protocol/kinds';
import { messageType, parseMessageType } from '../../src/protocol/kinds/sysvMsg';
import { SYSV_KINDS, kindOf, parseSysvRef, sysvRef } from '../../src/protocol/ref';

const data = fc.uint8Array({ maxLength: 40_000 });

describe('bytes', () => {
  test('go there and back, and are what Buffer makes of them', () => {
    fc.assert(
      fc.property(data, (bytes) => {
        const packed = toBytes(bytes);
        expect(packed).toBe(Buffer.from(bytes).toString('base64'));
        expect(v.is(bytesSchema, packed)).toBe(true);
        expect(Buffer.from(fromBytes(packed))).toEqual(Buffer.from(bytes));
      }),
    );
  });
  test('16 MiB pass the check', () => {
    expect(v.is(bytesSchema, Buffer.alloc(16 << 20, 7).toString('base64'))).toBe(true);
  });
  test.each(['a', 'ab c', 'ab-_', 'äbcd'])('%j is no base64', (text) => {
    expect(v.is(bytesSchema, text)).toBe(false);
  });
  test('text that is no UTF-8 is none', () => {
    expect(decodeText(Uint8Array.of(0xff))).toBeUndefined();
    expect(decodeText(encodeText('\ufeffx'))).toBe('\ufeffx');
  });
});

describe('content', () => {
  const parsed = (text: string, encoding: 'text' | 'hex' | 'base64') => {
    const result = parseContent(text, encoding);
    return isProblem(result) ? result : Buffer.from(result).toString('latin1');
  };

  test('text with escapes', () => {
    expect(parsed('a\\n\\r\\t\\0\\\\\\x1b\\xFFz', 'text')).toBe('a\n\r\t\0\\\x1b\xffz');
    expect(parsed('ä', 'text')).toBe('\xc3\xa4');
    expect(parsed('', 'text')).toBe('');
  });
  test.each([
    ['ab\\', 2],
    ['\\q', 0],
    ['a\\x1', 1],
    ['\\xzz', 0],
  ])('%j has a bad escape at %i', (text, at) => {
    expect(parsed(text, 'text')).toEqual({ code: 'badEscape', at });
  });
  test('hex', () => {
    expect(parsed('00 fF\n10', 'hex')).toBe('\x00\xff\x10');
    expect(parsed('0', 'hex')).toEqual({ code: 'oddHex', at: 1 });
    expect(parsed('00 g0', 'hex')).toEqual({ code: 'badHex', at: 3 });
  });
  test('base64, with or without white space', () => {
    expect(parsed('aGVs\nbG8=', 'base64')).toBe('hello');
    expect(parsed('aGV', 'base64')).toEqual({ code: 'badBase64', at: 0 });
    expect(parsed('a===', 'base64')).toEqual({ code: 'badBase64', at: 0 });
  });
  test('any bytes can be typed as hex and as base64', () => {
    fc.assert(
      fc.property(data, (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(parsed(buffer.toString('hex'), 'hex')).toBe(buffer.toString('latin1'));
        expect(parsed(buffer.toString('base64'), 'base64')).toBe(buffer.toString('latin1'));
      }),
      { numRuns: 30 },
    );
  });
  test('any text without a backslash means itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('\\'));
        expect(parsed(text, 'text')).toBe(Buffer.from(text).toString('latin1'));
      }),
    );
  });
});

describe('message types', () => {
  test.each<[string, number | string | undefined]>([
    ['1', 1],
    [' 0042 ', 42],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', '9007199254740992'],
    ['9223372036854775807', '9223372036854775807'],
    ['9223372036854775808', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['', undefined],
    ['x', undefined],
  ])('%j is %j', (text, type) => {
    expect(parseMessageType(text)).toBe(type);
    if (type !== undefined) expect(v.is(messageType, type)).toBe(true);
  });
  test.each([0, -1, 1.5, 2 ** 53, '5', '9223372036854775808'])('%j is refused', (type) => {
    expect(v.is(messageType, type)).toBe(false);
  });
});

describe('refs', () => {
  test('name kind, namespace and id', () => {
    for (const kind of SYSV_KINDS) {
      const ref = sysvRef(kind, '4026531839', 98304);
      expect(parseSysvRef(ref)).toEqual({ kind, ipcNamespace: '4026531839', id: 98304 });
      expect(kindOf(ref)).toBe(kind);
    }
  });
  test.each(['', 'x', 'sysv.msg:1', 'sysv.msg:a:1', 'sysv.msg:1:-1', 'sysv.msg:1:2:3', 'posix.mq:1:2'])(
    '%j is none',
    (text) => {
      expect(parseSysvRef(text)).toBeUndefined();
    },
  );
});

test('counts beyond 2^53 are decimal strings', () => {
  expect(v.is(bigCount, 12)).toBe(true);
  expect(v.is(bigCount, '75557863725845603938304')).toBe(true);
  expect(v.is(bigCount, '12')).toBe(false);
  expect(v.is(bigCount, -1)).toBe(false);
});

describe('what waits for others', () => {
  test.each([
    ['posix.sem', 'wait', {}, true],
    ['unix', 'talk', {}, true],
    ['inet', 'talk', {}, true],
    ['sysv.sem', 'operate', { wait: true }, true],
    ['sysv.sem', 'operate', { wait: false }, false],
    ['sysv.sem', 'operate', {}, false],
    ['posix.sem', 'tryWait', {}, false],
  ] as const)('%s %s %j', (kind, ability, parameters, waits) => {
    expect(waitsForOthers(kind, ability, parameters)).toBe(waits);
  });
});
