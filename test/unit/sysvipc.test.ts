import { describe, expect, test } from 'vitest';
import {
  idOfLine,
  lines,
  parseQueueLine,
  parseSegmentLine,
  parseSetLine,
} from '../../src/native/proc/sysvipc';

const MSG = `       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime
      4660          3   640          48          3  4312     0  1000   100     0     0 1795175148          0 1795175147
-2147483648      98304   600       16384         12 4194304 17 65534 65534 65534 65534 1795175148 1795175149 1795175147
`;

describe('/proc/sysvipc', () => {
  test('a line of msg', () => {
    const [first] = [...lines(MSG)];
    expect(parseQueueLine(first ?? '')).toEqual({
      key: 0x1234,
      id: 3,
      mode: 0o640,
      bytes: 48,
      messages: 3,
      lastSender: 4312,
      lastReceiver: 0,
      uid: 1000,
      gid: 100,
      cuid: 0,
      cgid: 0,
      sentAt: 1795175148,
      receivedAt: 0,
      changedAt: 1795175147,
    });
  });

  test('a key with its highest bit set fills more than its column and is unsigned for people', () => {
    const [, second] = [...lines(MSG)];
    expect(parseQueueLine(second ?? '')).toMatchObject({ key: 0x80000000, id: 98304, lastSender: 4194304 });
  });

  test('a line of sem', () => {
    expect(
      parseSetLine('         0          7   666      32000     1     2     3     4          0 1795175147'),
    ).toEqual({
      key: 0,
      id: 7,
      mode: 0o666,
      semaphores: 32000,
      uid: 1,
      gid: 2,
      cuid: 3,
      cgid: 4,
      operatedAt: 0,
      changedAt: 1795175147,
    });
  });

  test('a line of shm keeps sizes beyond 2^53 and the flags in its mode', () => {
    const line =
      '         0         65  3600 18446744073692774399   100   101      2     0     0     0     0 1 2 3  4096     8192';
    expect(parseSegmentLine(line)).toMatchObject({
      mode: 0o3600,
      bytes: '18446744073692774399',
      creator: 100,
      lastUser: 101,
      attachments: 2,
      attachedAt: 1,
      detachedAt: 2,
      changedAt: 3,
      resident: '4096',
      swapped: '8192',
    });
  });

  test('the id of a line is found without the rest', () => {
    for (const line of lines(MSG)) expect(idOfLine(Buffer.from(line), 0)).toBe(parseQueueLine(line)?.id);
    expect([...lines('')]).toEqual([]);
  });

  test('a line with too few columns is refused, not read as zeros', () => {
    expect(parseQueueLine('1 2 600')).toBeUndefined();
    expect(parseQueueLine(`${'1 '.repeat(13)}x`)).toBeUndefined();
  });
});
