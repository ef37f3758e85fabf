/** The snapshot against /proc/sysvipc and against programs that we did not write. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import * as v from 'valibot';
import type { ObjectOf } from '../../src/protocol/kinds';
import { snapshotSchema } from '../../src/protocol/snapshot';
import { snapshot } from '../support/helper';
import { needs, output } from '../support/oracles';
import { attach, freeKey, Made, operate, receive, send } from '../support/sysv';

const made = new Made();
afterEach(() => made.clean());

/** The line of an id, by column. */
function procLine(file: string, id: number): Record<string, string> {
  const [head = '', ...rows] = readFileSync(`/proc/sysvipc/${file}`, 'utf8').trim().split('\n');
  const names = head.trim().split(/\s+/);
  const row = rows.map((line) => line.trim().split(/\s+/)).find((cells) => cells[1] === String(id));
  if (!row) throw new Error(`no line of ${id} in ${file}`);
  return Object.fromEntries(names.map((name, at) => [name, row[at] ?? '']));
}

function find<K extends 'sysv.msg' | 'sysv.sem' | 'sysv.shm'>(kind: K, id: number): ObjectOf<K> {
  const object = snapshot().objects.find((one) => one.kind === kind && one.id === id);
  if (!object) throw new Error(`no ${kind} ${id} in the snapshot`);
  return object as ObjectOf<K>;
}

const seconds = (at: number | null) => String((at ?? 0) / 1000);
const commonFields = (object: {
  key: number;
  mode: number;
  owner: { uid: number; gid: number };
  creator: { uid: number; gid: number };
  changedAt: number;
}) => ({
  key: String(object.key | 0),
  uid: String(object.owner.uid),
  gid: String(object.owner.gid),
  cuid: String(object.creator.uid),
  cgid: String(object.creator.gid),
  ctime: seconds(object.changedAt),
});

describe('every field equals /proc/sysvipc', () => {
  test('of a queue that was sent to and received from', () => {
    const id = made.queue(freeKey() | 0x80000000, 0o642);
    send(id, 7, 'hello');
    send(id, 8, 'world, longer');
    receive(id, 7);
    const queue = find('sysv.msg', id);
    expect({
      ...commonFields(queue),
      msqid: String(queue.id),
      perms: queue.mode.toString(8),
      cbytes: String(queue.bytes),
      qnum: String(queue.messages),
      lspid: String(queue.lastSend?.pid),
      lrpid: String(queue.lastReceive?.pid),
      stime: seconds(queue.lastSend?.at ?? 0),
      rtime: seconds(queue.lastReceive?.at ?? 0),
    }).toEqual(procLine('msg', id));
    expect(queue).toMatchObject({ messages: 1, bytes: 13, mode: 0o642, lastSend: { pid: process.pid } });
    expect(queue.maxBytes).toBe(Number(readFileSync('/proc/sys/kernel/msgmnb', 'utf8')));
  });

  test('of a queue that nobody has used', () => {
    const queue = find('sysv.msg', made.queue());
    expect(queue).toMatchObject({ lastSend: null, lastReceive: null, key: 0, messages: 0, bytes: 0 });
  });

  test('of a set', () => {
    const id = made.set(5);
    expect(find('sysv.sem', id).lastOperationAt).toBeNull();
    operate(id, 3, 2);
    const set = find('sysv.sem', id);
    expect({
      ...commonFields(set),
      semid: String(set.id),
      perms: set.mode.toString(8),
      nsems: String(set.semaphores),
      otime: seconds(set.lastOperationAt),
    }).toEqual(procLine('sem', id));
  });

  test('of a segment, attached and not', () => {
    const id = made.segment(100_000, 0o600);
    expect(find('sysv.shm', id)).toMatchObject({
      attachments: 0,
      lastUse: null,
      attachedAt: null,
      detachedAt: null,
    });
    const detach = attach(id);
    try {
      const segment = find('sysv.shm', id);
      expect({
        ...commonFields(segment),
        shmid: String(segment.id),
        perms: segment.mode.toString(8),
        size: String(segment.bytes),
        cpid: String(segment.createdBy.pid),
        lpid: String(segment.lastUse?.pid),
        nattch: String(segment.attachments),
        atime: seconds(segment.attachedAt),
        dtime: seconds(segment.detachedAt),
        rss: String(segment.resident),
        swap: String(segment.swapped),
      }).toEqual(procLine('shm', id));
      expect(segment).toMatchObject({ attachments: 1, flags: [], createdBy: { pid: process.pid } });
    } finally {
      detach();
    }
  });

  test('of a segment that is marked: its key is gone, and it lives until the last process detaches', () => {
    const id = made.segment(4096);
    const detach = attach(id);
    try {
      made.clean();
      expect(find('sysv.shm', id)).toMatchObject({ flags: ['marked'], key: 0, mode: 0o600, attachments: 1 });
    } finally {
      detach();
    }
    expect(snapshot().objects.some((one) => one.kind === 'sysv.shm' && one.id === id)).toBe(false);
  });
});

describe('objects of programs that we did not write', () => {
  test('a queue by ipcmk', (context) => {
    needs(context, 'ipcmk');
    const id = Number(/: (\d+)/.exec(output('ipcmk', '-Q', '-p', '0640'))?.[1]);
    made.later(() => output('ipcrm', '-q', String(id)));
    expect(find('sysv.msg', id)).toMatchObject({ mode: 0o640, messages: 0 });
  });

  test('a message by Perl', (context) => {
    needs(context, 'perl', ['-e', '1']);
    const id = made.queue();
    output('perl', '-e', `msgsnd(${id}, pack("l! a*", 42, "from perl"), 0) or die $!`);
    expect(find('sysv.msg', id)).toMatchObject({ messages: 1, bytes: 9, lastSend: { now: 'gone' } });
  });

  test('a set and a segment by Python', (context) => {
    needs(context, 'python3');
    const program = `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.semget(0, 3, 0o1600), libc.shmget(0, 12345, 0o1600))`;
    const [set, segment] = output('python3', '-c', program).trim().split(' ').map(Number) as [number, number];
    made.later(() => output('ipcrm', '-s', String(set), '-m', String(segment)));
    expect(find('sysv.sem', set)).toMatchObject({ semaphores: 3 });
    expect(find('sysv.shm', segment)).toMatchObject({ bytes: 12345, createdBy: { now: 'gone' } });
  });

  test('what ipcs says', (context) => {
    needs(context, 'ipcs');
    const id = made.queue(0, 0o600);
    send(id, 1, 'abc');
    const said = output('ipcs', '-q', '-i', String(id));
    const queue = find('sysv.msg', id);
    expect(said).toContain(`cbytes=${queue.bytes}`);
    expect(said).toContain(`qbytes=${queue.maxBytes}`);
    expect(said).toContain(`qnum=${queue.messages}`);
    expect(said).toContain(`lspid=${queue.lastSend?.pid}`);
  });
});

test('limits and usage', (context) => {
  const [queues, set, segment] = [made.queue(), made.set(7), made.segment(8192)];
  send(queues, 1, 'abc');
  expect([set, segment].every((id) => id >= 0)).toBe(true);
  const { host, objects, blind, processes } = snapshot();
  const kernel = (name: string) => readFileSync(`/proc/sys/kernel/${name}`, 'utf8').trim();
  expect(host.limits['sysv.msg']).toEqual({
    queues: Number(kernel('msgmni')),
    messageBytes: Number(kernel('msgmax')),
    queueBytes: Number(kernel('msgmnb')),
  });
  expect(
    Object.values(host.limits['sysv.sem'] ?? {})
      .map(String)
      .sort(),
  ).toEqual(kernel('sem').split(/\s+/).sort());
  const sum = (kind: string, field: string) =>
    objects
      .filter((one) => one.kind === kind)
      .reduce((all, one) => all + Number(one[field as keyof typeof one]), 0);
  expect(host.usage['sysv.msg']).toEqual({
    queues: objects.filter(({ kind }) => kind === 'sysv.msg').length,
    messages: sum('sysv.msg', 'messages'),
    bytes: sum('sysv.msg', 'bytes'),
  });
  expect(host.usage['sysv.sem']?.semaphores).toBe(sum('sysv.sem', 'semaphores'));
  // Whose mappings and threads may not be looked at depends on the machine, and so does which sockets lead elsewhere; nothing else is hidden from us.
  const known = new Set([
    'endpoints denied',
    'network otherNetwork',
    'peer otherNetwork',
    'remote otherTraffic',
    'file cut',
    // Sets of other users, and queues where nothing is mounted.
    'values denied',
    // What is no object of any kind.
    'memfds notShown',
    'subfolders notShown',
    'sockets notShown',
    'processes notShown',
    'descriptors inFlight',
    'ipcNamespace otherIpcNamespace',
    'connections otherNetwork',
    'senders otherNetwork',
    'undefined notMounted',
  ]);
  expect(blind.filter(({ field, code }) => !known.has(`${field} ${code}`))).toEqual([]);
  expect(processes.find(({ pid }) => pid === process.pid)?.startTime).toBe(
    readFileSync('/proc/self/stat', 'latin1').split(') ')[1]?.split(' ')[19],
  );
  needs(context, 'ipcs');
  expect(output('ipcs', '-q', '-l')).toContain(`= ${host.limits['sysv.msg']?.queues}`);
});

test('a snapshot fits its schema', () => {
  made.queue();
  expect(v.safeParse(snapshotSchema, snapshot()).success).toBe(true);
});
