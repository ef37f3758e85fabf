/** Where nothing more can be written, as on a full disk: files of what was taken stay readable, and nothing is left behind. By the limit for the size of a file (getrlimit(2)), which cuts a write short as a full disk does. */
import koffi from 'koffi';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DrainJournal } from '../../src/native/mechanisms/posix/drainJournal';
import { pointToOne } from '../../src/native/mechanisms/common/holderLinks';
import { rescue } from '../../src/native/mechanisms/common/unacknowledged';
import { prepare } from '../../src/native/libc/load';
import { toBytes } from '../../src/protocol/bytes';
import { readJournal } from '../../src/protocol/drainJournal';
import { Scene } from '../support/streams';

const RLIMIT_FSIZE = 1;
const prlimit = koffi.load(null).func('int prlimit(int, int, const void *, void *)') as unknown as (
  ...how: [number, number, Buffer | null, Buffer | null]
) => number;

const scene = new Scene();
const { TMPDIR } = process.env;
let folder: string;
beforeEach(async () => {
  await prepare();
  folder = scene.folder();
  // Where it is written else.
  process.env.TMPDIR = folder;
});
afterEach(async () => {
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  await scene.clean();
});

/** Does something while no file may become longer than so many bytes. */
function limited(bytes: number, act: () => void): void {
  const before = Buffer.alloc(16);
  prlimit(0, RLIMIT_FSIZE, null, before);
  const low = Buffer.from(before);
  low.writeBigUInt64LE(BigInt(bytes));
  prlimit(0, RLIMIT_FSIZE, low, null);
  try {
    act();
  } finally {
    prlimit(0, RLIMIT_FSIZE, before, null);
  }
}

const fds = () => readdirSync('/proc/self/fd').length;
const message = (text: string) => ({ priority: 1, content: Buffer.from(text) });
/** The only journal, and what it tells. */
const size = () => readFileSync(join(folder, readdirSync(folder)[0] ?? '')).length;
const told = () =>
  readJournal(readFileSync(join(folder, readdirSync(folder)[0] ?? '')))?.messages.map(
    ({ number, content, certain }) => ({ number, content, certain }),
  );

test('a journal that cannot be begun leaves neither a file nor a descriptor', () => {
  const before = fds();
  limited(10, () => {
    expect(() => new DrainJournal({ folder, entry: {} })).toThrow('unstored');
  });
  expect(readdirSync(folder)).toEqual([]);
  expect(fds()).toBe(before);
});

test('a message that could not be written whole hides nothing of what comes behind it', () => {
  const journal = new DrainJournal({ folder, entry: {} });
  journal.took(0, message('one'));
  limited(size() + 20, () => {
    expect(() => journal.took(1, message('two'))).toThrow('unstored');
  });
  journal.sending(0);
  expect(told()).toEqual([{ number: 0, content: toBytes(Buffer.from('one')), certain: false }]);
  journal.end(true);
  expect(told()).toEqual([]);
});

test('what went back while it could not be noted is not told as lost, once something can be noted again', () => {
  const journal = new DrainJournal({ folder, entry: {} });
  for (const [number, text] of ['one', 'two', 'three'].entries()) journal.took(number, message(text));
  limited(size() + 5, () => journal.sending(0));
  journal.sending(1);
  journal.sending(2);
  expect(told()).toEqual([{ number: 2, content: toBytes(Buffer.from('three')), certain: false }]);
  journal.left(2);
  journal.end(true);
  expect(told()).toEqual([{ number: 2, content: toBytes(Buffer.from('three')), certain: true }]);
});

test('what is rescued whole or not at all leaves no half of it', () => {
  limited(10, () => {
    expect(() => rescue({ folder, entry: {} }, { text: 'x'.repeat(100) }, 1)).toThrow();
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('a way to a file that could not be looked at leaves no descriptor', () => {
  const before = fds();
  const look = () =>
    pointToOne({ path: Buffer.from(folder), links: [] }, () => {
      throw new Error('statx refused');
    });
  expect(look).toThrow('statx refused');
  expect(fds()).toBe(before);
});
