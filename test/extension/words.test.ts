/** How values, rows and failures read. */
import * as assert from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { exactPast, exactSize, hexKey, modeText, pastText, size, sizeOf } from '../../src/extension/format';
import { sentence, why } from '../../src/extension/sentences';
import { RowKeeper, rowOf } from '../../src/extension/views/rows';
import type { ObjectOf } from '../../src/protocol/kinds';
import { type Ref, sysvRef } from '../../src/protocol/ref';
import type { Host, Process } from '../../src/protocol/snapshot';

/** As in the product, but shorter. */
const HOLDS = { counters: 500, tooltip: 1500 };
const host = { uid: 1000, limits: {}, usage: {} } as Host;
const owner = { uid: 1000, gid: 1000, user: 'dev', group: 'dev' };
function queue(facts: Partial<ObjectOf<'sysv.msg'>> = {}): ObjectOf<'sysv.msg'> {
  return {
    ...{ kind: 'sysv.msg', ref: sysvRef('sysv.msg', '1', 3), id: 3, key: 0x1234, mode: 0o640, flags: [] },
    ...{ owner, creator: owner, changedAt: 0, messages: 12, bytes: 1229, maxBytes: 16384 },
    ...{ lastSend: null, lastReceive: null },
    ...facts,
  };
}

suite('values', () => {
  test('sizes', () => {
    assert.deepStrictEqual(
      [0, 1, 1023, 1024, 1229, 10240, 102400, 1048575, 1 << 20, '75557863725845603938304'].map((bytes) =>
        size(bytes),
      ),
      ['0 B', '1 B', '1023 B', '1 KiB', '1.2 KiB', '10 KiB', '100 KiB', '1 MiB', '1 MiB', '64 ZiB'],
    );
    assert.strictEqual(sizeOf(1229, 16384), '1.2 of 16 KiB');
    assert.strictEqual(sizeOf(48, 16384), '48 B of 16 KiB');
    assert.strictEqual(sizeOf(0, 16384), '0 of 16 KiB');
    assert.strictEqual(exactSize(16384), '16 KiB (16,384 B)');
  });
  test('modes and keys', () => {
    assert.strictEqual(modeText(0o640), 'rw-r-----');
    assert.strictEqual(modeText(0o777), 'rwxrwxrwx');
    assert.strictEqual(hexKey(0x1234), '0x00001234');
  });
  test('remembered processes', () => {
    const process: Process = { pid: 7, startTime: '1', state: 'S', name: 'python3' };
    const find = (pid: number) => (pid === 7 ? process : undefined);
    assert.strictEqual(pastText({ pid: 7, at: 0, now: 'same' }, find), 'python3 (7)');
    assert.strictEqual(pastText({ pid: 7, at: 0, now: 'other' }, find), '7, ended');
    assert.strictEqual(pastText({ pid: 8, at: 0, now: 'gone' }, find), '8, ended');
    assert.strictEqual(pastText({ pid: 8, at: 0, now: 'unknown' }, find), '8');
    assert.strictEqual(pastText({ pid: 7, at: 0, now: 'unknown' }, find), '7');
    assert.match(exactPast({ pid: 7, at: 0, now: 'unknown' }, find), /^7; perhaps python3/);
    assert.match(pastText({ pid: 0, at: 0, now: 'unknown' }, find), /outside this pid namespace/);
  });
});

suite('rows', () => {
  test('a queue', () => {
    const row = rowOf(queue(), host);
    assert.strictEqual(row.label, '0x00001234');
    assert.strictEqual(row.description, '#3 · 12 messages · 1.2 of 16 KiB');
    assert.strictEqual(row.foreign, false);
  });
  test("another user's private queue of one message", () => {
    const row = rowOf(queue({ key: 0, messages: 1, owner: { uid: 33, gid: 33, user: 'www-data' } }), host);
    assert.strictEqual(row.label, 'private #3');
    assert.strictEqual(row.description, '1 message · 1.2 of 16 KiB · www-data');
    assert.strictEqual(row.foreign, true);
  });
  test('a limit that was not read is left out, not zero', () => {
    assert.strictEqual(rowOf(queue({ maxBytes: undefined }), host).description, '#3 · 12 messages · 1.2 KiB');
  });

  test('counters are held back, states are not, and nothing fires for nothing', async () => {
    const fired: Ref[][] = [];
    const keeper = new RowKeeper((refs) => fired.push(refs), HOLDS);
    const { ref } = queue();
    keeper.gave(ref, rowOf(queue(), host));
    keeper.update([queue()], host);
    keeper.update([queue({ messages: 13 })], host);
    keeper.update([queue({ messages: 14 })], host);
    assert.deepStrictEqual(fired, [], 'a counter within three seconds');
    keeper.update([queue({ messages: 14, owner: { uid: 0, gid: 0, user: 'root' } })], host);
    assert.deepStrictEqual(fired, [[ref]], 'a new owner at once');
    keeper.gave(ref, rowOf(queue({ messages: 14 }), host));
    keeper.update([queue({ messages: 15 })], host);
    await sleep(HOLDS.counters + 200);
    assert.deepStrictEqual(fired, [[ref], [ref]], 'the counter after three seconds');
    keeper.dispose();
  });

  test('a row whose tooltip was read is fired when a fact in it changed', async () => {
    const fired: Ref[][] = [];
    const keeper = new RowKeeper((refs) => fired.push(refs), HOLDS);
    const before = queue();
    keeper.gave(before.ref, rowOf(before, host));
    keeper.told(before.ref, before);
    keeper.update([queue({ lastSend: { pid: 1, at: 1, now: 'gone' } })], host);
    await sleep(HOLDS.counters + 200);
    assert.deepStrictEqual(fired, [], 'the tooltip may still be open');
    await sleep(HOLDS.tooltip);
    assert.deepStrictEqual(fired, [[before.ref]]);
    keeper.dispose();
  });
});

suite('failures read as sentences', () => {
  test('a full queue', () => {
    assert.strictEqual(
      sentence('send to queue 0x00001234', {
        ...{ code: 'errno', call: 'msgsnd', errno: 'EAGAIN' },
        detail: { bytes: 1, queued: 16384, messages: 2, limit: 16384 },
      }),
      'Could not send to queue 0x00001234: it is full (16 of 16 KiB in 2 messages). Receive some messages first, or raise its limit.',
    );
  });
  test('every error that these calls give has words of its own', () => {
    const known: Record<string, string[]> = {
      msgsnd: ['EAGAIN', 'EINVAL', 'EACCES', 'ENOMEM'],
      msgrcv: ['EACCES', 'ENOSYS', 'EINVAL', 'E2BIG'],
      msgget: ['EEXIST', 'ENOSPC', 'EACCES', 'ENOMEM'],
      msgctl: ['EPERM'],
      semctl: ['EPERM', 'EACCES'],
      shmctl: ['EPERM', 'EACCES'],
    };
    for (const [call, errnos] of Object.entries(known))
      for (const errno of errnos) {
        const words = why({ code: 'errno', call, errno });
        assert.ok(!words.includes(errno) && words.endsWith('.'), `${call} ${errno}: ${words}`);
      }
  });
  test('one that nobody foresaw names itself', () => {
    assert.match(why({ code: 'errno', call: 'msgsnd', errno: 'EXDEV' }), /msgsnd gave EXDEV/);
  });
});
