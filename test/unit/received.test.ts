/** The folder of the received messages, which several windows share. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import { ReceivedFolder, type StoredMessage } from '../../src/extension/model/receivedFolder';
import { toBytes } from '../../src/protocol/bytes';
import { journalLine } from '../../src/protocol/drainJournal';
import { sysvRef } from '../../src/protocol/ref';

let path: string;
let said: string[];
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'ipc-inspector-received-'));
  said = [];
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const note = (text: string) => void said.push(text);
const open = () => new ReceivedFolder(path, { warn: note, error: note } as unknown as LogOutputChannel);
const message = (id: string, more: Partial<StoredMessage> = {}): StoredMessage => ({
  ...{ id, at: 1, what: 'received', type: 1, content: toBytes(Buffer.from(id)) },
  ...{ ref: sysvRef('sysv.msg', '1', 3), bootId: 'boot', name: 'q' },
  ...more,
});
const ids = async (folder: ReceivedFolder) => [...(await folder.read()).keys()].sort();

test('what one window stores, alters and removes another one has at its next look', async () => {
  const [one, other] = [open(), open()];
  expect(await ids(other)).toEqual([]);
  await one.write(message('a'));
  await one.write(message('b'));
  expect(await ids(other)).toEqual(['a', 'b']);
  await other.write(message('a', { returnedAt: 7 }));
  expect((await one.read()).get('a')?.returnedAt).toBe(7);
  expect(await one.remove('b')).toBe(true);
  expect(await ids(other)).toEqual(['a']);
  expect(await other.remove('b')).toBe(false);
  expect(said).toEqual([]);
});

test('a folder that has stood still is not read again, and is once it moves', async () => {
  const [one, other] = [open(), open()];
  await one.write(message('a'));
  const old = new Date(Date.now() - 10_000);
  utimesSync(path, old, old);
  expect(await ids(other)).toEqual(['a']);
  await one.write(message('b'));
  expect(await ids(other)).toEqual(['a', 'b']);
});

test('what could not be written stays for this window', async () => {
  const folder = open();
  folder.keep(message('a'));
  await open().write(message('b'));
  expect(await ids(folder)).toEqual(['a', 'b']);
});

test('the half file of another window is left to it, an abandoned one goes', async () => {
  const [young, old] = ['a.json.1.part', 'b.json.1.part'].map((name) => join(path, name)) as [string, string];
  for (const file of [young, old]) writeFileSync(file, '{');
  const then = new Date(Date.now() - 120_000);
  utimesSync(old, then, then);
  await open().read();
  expect([young, old].map((file) => existsSync(file))).toEqual([true, false]);
});

test('what was rescued replaces its copy, and two windows make one line of what has no id', async () => {
  const [one, other] = [open(), open()];
  await one.write(message('a', { what: 'uncertain' }));
  const { id: _id, ...nameless } = message('x', { content: toBytes(Buffer.from('many')) });
  writeFileSync(join(path, 'taken-1-2-3.json'), JSON.stringify({ ...message('a'), takenAt: 5 }));
  writeFileSync(join(path, 'taken-1-2-4.json'), JSON.stringify({ ...nameless, takenAt: 6 }));
  await Promise.all([one.adoptRescued(), other.adoptRescued()]);
  expect(await ids(one)).toEqual(['1-2-4', 'a']);
  expect(await ids(other)).toEqual(['1-2-4', 'a']);
  expect((await other.read()).get('a')).toMatchObject({ what: 'received', at: 5 });
  expect(said).toEqual([]);
});

test('the journal of a drain is read once its writer is dead: what is out of the queue, and what may be', async () => {
  const { id: _id, content: _content, ...entry } = message('x');
  const writer = (pid: number, startTime: string) => ({ is: 'drain' as const, pid, startTime, entry });
  const took = (number: number, content: string) => [
    ...journalLine({ is: 'took', number, priority: 2, takenAt: 5 + number, bytes: content.length }),
    ...Buffer.from(`${content}\n`),
  ];
  const lines = [...took(0, 'none'), ...took(1, 'a\nb'), ...took(2, '{"is":"done"}'), ...took(3, '')];
  const then = [
    ...journalLine({ is: 'sending', number: 0 }),
    ...journalLine({ is: 'sending', number: 1 }),
    ...journalLine({ is: 'left', number: 1 }),
    ...journalLine({ is: 'sending', number: 2 }),
    // What was being written when it died.
    ...Buffer.from('{"is":"sen'),
  ];
  const dead = journalLine(writer(1, '-1'));
  writeFileSync(join(path, 'drain-1-7.journal'), Buffer.from([...dead, ...lines, ...then]));
  // None that it died over a message, over the first line, and one that is at it just now.
  writeFileSync(join(path, 'drain-1-8.journal'), dead);
  const long = '{"is":"took","number":0,"priority":0,"takenAt":1,"bytes":9}\nhalf';
  writeFileSync(join(path, 'drain-1-9.journal'), Buffer.from([...dead, ...Buffer.from(long)]));
  const [young, old] = ['drain-1-10.journal', 'drain-1-11.journal'].map((name) => join(path, name)) as [
    string,
    string,
  ];
  for (const file of [young, old]) writeFileSync(file, '');
  const before = new Date(Date.now() - 120_000);
  utimesSync(old, before, before);
  writeFileSync(join(path, 'taken-1-2-3.json'), '');
  const [, started = ''] = readFileSync('/proc/self/stat', 'latin1').split(') ');
  const alive = journalLine(writer(process.pid, started.split(' ')[19] ?? ''));
  writeFileSync(join(path, 'drain-1-12.journal'), Buffer.from([...alive, ...took(0, 'not yet')]));

  const folder = open();
  const adopted = await folder.adoptRescued();
  const here = [...(await folder.read()).values()].sort((a, b) => a.at - b.at);
  expect(here).toMatchObject([
    { id: '1-7-1', at: 6, what: 'received', priority: 2, content: toBytes(Buffer.from('a\nb')) },
    { id: '1-7-2', at: 7, what: 'uncertain', content: toBytes(Buffer.from('{"is":"done"}')) },
    { id: '1-7-3', at: 8, what: 'received', content: toBytes(Buffer.from('')) },
  ]);
  expect(here).toHaveLength(3);
  expect(adopted.length + said.length).toBe(0);
  const left = readdirSync(path).filter((name) => !/^1-7-\d\.json$/.test(name));
  expect(left.sort()).toEqual(['drain-1-10.journal', 'drain-1-12.journal', 'taken-1-2-3.json']);
  // Whoever has stored one of them already has it.
  writeFileSync(join(path, 'drain-1-7.journal'), Buffer.from([...dead, ...lines, ...then]));
  await folder.write(message('1-7-1', { returnedAt: 9 }));
  await folder.adoptRescued();
  expect((await folder.read()).get('1-7-1')?.returnedAt).toBe(9);
});

test('a file that does not fit is left alone, and told once', async () => {
  writeFileSync(join(path, 'odd.json'), '{');
  const folder = open();
  expect(await ids(folder)).toEqual([]);
  expect(await ids(folder)).toEqual([]);
  expect(said.map((text) => text.slice(0, 33))).toEqual(['history: odd.json is left alone: ']);
  expect(existsSync(join(path, 'odd.json'))).toBe(true);
});
