/** A file of lines that others write again and again: what was made of a line is found again as long as not a byte of it has changed, and never otherwise. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Lines, LineTable } from '../../src/native/mechanisms/sysv/lineTable';
import { runNow } from '../../src/native/slices';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-lines-'));
  path = join(folder, 'msg');
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (lines: ReadonlyMap<number, string>) =>
  writeFileSync(
    path,
    ['key id rest', ...[...lines].map(([id, rest]) => `  -7   ${id} ${rest}`), ''].join('\n'),
  );

const REMEMBERED = { remembered: true };

interface Made {
  text: string;
}

/** Makes something of each line that has nothing yet. */
function* each(all: Lines<Made>, wanted: (id: number) => boolean = () => true): Generator<undefined, Made[]> {
  const found: Made[] = [];
  while (all.next()) {
    yield;
    if (!wanted(all.id)) continue;
    // What is known must be what the line says now.
    if (all.before) expect(all.before.text).toBe(all.text());
    const made = all.before ?? { text: all.text() };
    all.keep(made);
    found.push(made);
  }
  return found;
}

test('only what changed is made again, whatever comes, goes and changes', () => {
  const change = fc.record({ id: fc.nat(30), rest: fc.constantFrom(undefined, 'a', 'b', 'longer') });
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 8 }), (rounds) => {
      const table = new LineTable<Made>(path);
      const lines = new Map<number, string>();
      let before = new Map<string, Made>();
      for (const changes of rounds) {
        for (const { id, rest } of changes)
          if (rest === undefined) lines.delete(id);
          else lines.set(id, rest);
        write(lines);
        const found = runNow(table.read(REMEMBERED, (all) => each(all)));
        expect(found.map(({ text }) => text)).toEqual([...lines].map(([id, rest]) => `  -7   ${id} ${rest}`));
        for (const made of found) if (before.has(made.text)) expect(before.get(made.text)).toBe(made);
        before = new Map(found.map((made) => [made.text, made]));
      }
    }),
    { numRuns: 200 },
  );
});

test('looks that overlap do not lead each other astray', () => {
  const table = new LineTable<Made>(path);
  write(
    new Map([
      [1, 'a'],
      [2, 'b'],
    ]),
  );
  const first = runNow(table.read(REMEMBERED, (all) => each(all)));
  // The slow one has read the file, and stands at its first line, while others come and go.
  const slow = table.read(REMEMBERED, (all) => each(all));
  slow.next();
  slow.next();
  for (const rest of ['c', 'd', 'e']) {
    write(
      new Map([
        [1, 'a'],
        [2, rest],
      ]),
    );
    const [one, two] = runNow(table.read(REMEMBERED, (all) => each(all)));
    expect(one).toBe(first[0]);
    expect(two?.text).toBe(`  -7   2 ${rest}`);
  }
  expect(runNow(slow)).toEqual(first);
});

test('what nobody wanted is made when somebody does', () => {
  const table = new LineTable<Made>(path);
  write(
    new Map([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]),
  );
  const [two] = runNow(table.read(REMEMBERED, (all) => each(all, (id) => id === 2)));
  const all = runNow(table.read(REMEMBERED, (lines) => each(lines)));
  expect(all.map(({ text }) => text.slice(-1))).toEqual(['a', 'b', 'c']);
  expect(all[1]).toBe(two);
});

test('a look in between leaves all as it was', () => {
  const table = new LineTable<Made>(path);
  write(new Map([[1, 'a']]));
  const [first] = runNow(table.read(REMEMBERED, (all) => each(all)));
  write(new Map([[1, 'b']]));
  runNow(table.read({ remembered: false }, (all) => each(all)));
  write(new Map([[1, 'a']]));
  expect(runNow(table.read(REMEMBERED, (all) => each(all)))[0]).toBe(first);
  expect(runNow(table.read({ remembered: false }, (all) => each(all)))[0]).toBe(first);
});

test('a file without lines has none', () => {
  for (const text of ['', 'key id\n', 'key id']) {
    writeFileSync(path, text);
    expect(runNow(new LineTable<Made>(path).read(REMEMBERED, (all) => each(all)))).toEqual([]);
  }
});
