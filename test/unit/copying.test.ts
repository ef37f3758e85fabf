/** What is copied is the exact text, and one quoting serves all. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeText, fromBytes, toBytes } from '../../src/protocol/bytes';
import { isProblem, parseContent } from '../../src/protocol/content';
import { copiesOf, copyOf, joined, removingCommand } from '../../src/presentation/copying';
import type { IpcObject } from '../../src/protocol/kinds';
import { escapedContent, shellWord } from '../../src/presentation/quoting';
import { posixRef } from '../../src/protocol/ref';
import { copied } from '../../src/webview/bytes/look';

/** A shared memory object of a name, which may be no text. */
function memory(name: string | Uint8Array): IpcObject {
  const text = typeof name === 'string' ? name : Buffer.from(name).toString('latin1');
  return {
    kind: 'posix.shm',
    ref: posixRef('posix.shm', { device: '1', inode: '2', birth: '0' }),
    ...{ owner: { uid: 0, gid: 0 }, mode: 0o600, flags: [], type: 'file', device: '1', inode: '2' },
    name: `/${text}`,
    ...(typeof name !== 'string' && { nameBytes: toBytes(name) }),
  };
}

/** The words of shell lines as a real shell reads them. */
function read(words: readonly string[]): Buffer {
  const script = `printf '%s\\0' ${words.join(' ')}`;
  return execFileSync('bash', ['--norc', '-c', script], { env: { ...process.env, LC_ALL: 'C' } });
}

describe('a word of a shell', () => {
  test.each(['\u3164', '\u2028', '\u2029', '\u115f', '\u202e', '\u200b', 'a\nb', '\x1b[31m', '\x7f'])(
    'what cannot be seen is escaped: %j',
    (text) => expect(shellWord(encodeText(`a${text}`))).toMatch(/^\$'a[\x20-\x7e]+'$/),
  );
  test('an emoji with its style, and letters, stay', () => {
    for (const text of ['größe', '❤️', '名前', 'a b$(x)`y`'])
      expect(shellWord(encodeText(text))).toBe(`'${text}'`);
  });
  test('is read by a shell as the bytes that it was made of', (context) => {
    try {
      read(["'x'"]);
    } catch {
      context.skip('no bash');
    }
    const byte = fc.integer({ min: 1, max: 255 });
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((all) => all.map((one) => one || 1)),
      fc.array(byte, { minLength: 1, maxLength: 20 }).map((all) => Uint8Array.from(all)),
      fc.string({ unit: 'binary', minLength: 1 }).map((text) => encodeText(text.replaceAll('\0', 'x'))),
    );
    const all = fc.sample(bytes, 400);
    const expected = Buffer.concat(all.flatMap((one) => [Buffer.from(one), Buffer.of(0)]));
    expect(read(all.map(shellWord)).equals(expected)).toBe(true);
  });
});

describe('what is copied', () => {
  test('is the name as it is, with line breaks and what cannot be seen, and says so', () => {
    expect(copyOf(memory('plain'), 'name')).toEqual({ text: '/plain', how: 'exact' });
    for (const name of ['a\nb', '\u3164', '\u2028', '\u115f'])
      expect(copyOf(memory(name), 'name')).toEqual({ text: `/${name}`, how: 'hidden' });
  });
  test('of bytes that are no text is what a shell writes, the same everywhere', () => {
    const object = memory(Uint8Array.of(0x61, 0xff));
    expect(copyOf(object, 'name')).toEqual({ text: String.raw`$'/a\xff'`, how: 'quoted' });
    expect(removingCommand(object)).toBe(String.raw`rm -- $'/dev/shm/a\xff'`);
  });
  test('of several is a line each: a name with a line break is quoted', () => {
    const names = ['a', 'b\nc', 'd'].map(
      (name) => copyOf(memory(name), 'name') ?? { text: '', how: 'exact' },
    );
    expect(joined(names as Parameters<typeof joined>[0])).toEqual({
      text: ['/a', String.raw`$'/b\x0ac'`, '/d'].join('\n'),
      how: 'quoted',
    });
  });
  test('a menu of a panel has the texts of the commands of the tree', () => {
    const object = memory('b\u3164');
    for (const { what, text, how } of copiesOf(object)) expect(copyOf(object, what)).toEqual({ text, how });
    expect(copiesOf(object).map(({ what }) => what)).toEqual(['name', 'inode', 'command']);
  });
});

describe('a content', () => {
  test('that is a text is copied as it is', () => {
    expect(copied(encodeText('a\nb'), 'text')).toEqual({ text: 'a\nb', how: 'hidden' });
    expect(copied(encodeText('{"a":1}'), 'json').how).toBe('laidOut');
  });
  test('that is none is copied with escapes, and can be typed again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const parsed = parseContent(escapedContent(bytes), 'text');
        expect(isProblem(parsed)).toBe(false);
        expect(Buffer.from(parsed as Uint8Array).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
    expect(copied(fromBytes(toBytes(Uint8Array.of(0x61, 0xff, 10))), 'text')).toEqual({
      text: String.raw`a\xff\n`,
      how: 'escaped',
    });
  });
});
