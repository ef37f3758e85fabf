/** Objects of every kind, made up: of each one with everything that it can tell, and one with nothing that it need not. */
import { encodeText, toBytes } from '../../src/protocol/bytes';
import type { Endpoint } from '../../src/protocol/facts';
import type { IpcObject, ObjectOf } from '../../src/protocol/kinds';
import {
  eventfdRef,
  fifoOpenerRef,
  fifoRef,
  inetRef,
  type Kind,
  lockRef,
  mappingRef,
  pipeRef,
  posixRef,
  ptyRef,
  sysvRef,
  unixRef,
} from '../../src/protocol/ref';
import type { Host, Process } from '../../src/protocol/snapshot';

const bytes = (text: string) => toBytes(encodeText(text));
const AT = Date.UTC(2026, 6, 30, 10, 3, 1);
const owner = { uid: 1000, gid: 1000, user: 'dev', group: 'dev' };
const bare = { uid: 33, gid: 33 };

/** A machine whose limits and usage are all known. */
export const sampleHost: Host = {
  ...{
    name: 'machine',
    kernel: '6.8',
    architecture: 'x64',
    bootId: 'boot',
    ipcNamespace: '1',
    pidNamespace: '2',
  },
  ...{ uid: 1000, groups: [1000], capabilities: '0' },
  limits: {
    'sysv.msg': { queues: 32_000, messageBytes: 8192, queueBytes: 16_384 },
    'sysv.sem': { sets: 32_000, semaphores: 1_024_000_000, perSet: 32_000, operations: 500 },
    'sysv.shm': { segments: 4096, bytes: '18446744073692774399', segmentBytes: '18446744073692774399' },
    'posix.mq': {
      ...{
        queues: 256,
        messagesDefault: 10,
        messagesMost: 10,
        messageSizeDefault: 8192,
        messageSizeMost: 8192,
      },
    },
  },
  usage: {
    'sysv.msg': { queues: 2, messages: 12, bytes: 1229 },
    'sysv.sem': { sets: 2, semaphores: 13 },
    'sysv.shm': { segments: 2, bytes: 69_632, resident: 8192, swapped: 0 },
    'posix.shm': { used: 4096, size: 67_108_864 },
  },
};

/** Those that the samples name; 44 has ended. */
export const sampleProcesses: readonly Process[] = [
  { pid: 1, startTime: '1', state: 'S', name: 'systemd' },
  { pid: 40, startTime: '40', state: 'S', name: 'bash', command: 'bash -l' },
  { pid: 41, startTime: '41', state: 'S', name: 'sort', command: 'sort -u', uid: 1000 },
  { pid: 42, startTime: '42', state: 'S', name: 'uniq', uid: 1000 },
];

const end = (pid: number, role: Endpoint['role'], more: Partial<Endpoint> = {}): Endpoint => ({
  ...{ pid, startTime: String(pid), role },
  ...more,
});
const act = (id: number, ability: string, parameters: Record<string, unknown>, holds = false): Endpoint =>
  end(50, holds ? 'holder' : 'waiter', { own: true, act: { id, ability, since: AT, parameters } });
const past = (pid: number, now: 'same' | 'other' | 'gone' | 'unknown') => ({ pid, at: AT, now });
const waits = (call: string, on: NonNullable<Endpoint['waits']>[number]['on'], certain = true) => [
  { tid: 41, call, on, certain },
];
const file = { device: '2049', inode: '77' };
const locks = [
  { offset: 64, what: 'mutex' as const, waiters: 2, owner: { tid: 44, now: 'gone' as const } },
  { offset: 4096, what: 'rwlock' as const, waiters: 1, readers: 3 },
  { offset: 8192, what: 'unknown' as const, waiters: 1, owner: { tid: 41, pid: 41, now: 'lives' as const } },
];
const sysv = <K extends 'sysv.msg' | 'sysv.sem' | 'sysv.shm'>(kind: K, id: number) => ({
  ...{ kind, ref: sysvRef(kind, '1', id), id, key: 0x1234, mode: 0o640, flags: [], owner, creator: bare },
  changedAt: AT,
});
const posix = <K extends 'posix.mq' | 'posix.sem' | 'posix.shm'>(kind: K, inode: string) => ({
  ...{ kind, ref: posixRef(kind, { device: '2049', inode, birth: '0' }), device: '2049', inode, flags: [] },
});

const queues: ObjectOf<'sysv.msg'>[] = [
  {
    ...sysv('sysv.msg', 3),
    ...{
      messages: 12,
      bytes: 1229,
      maxBytes: 16_384,
      lastSend: past(41, 'same'),
      lastReceive: past(42, 'unknown'),
    },
    endpoints: [
      end(41, 'waiter', { waits: waits('msgrcv', { is: 'receive', type: { is: 'type', type: 7 } }) }),
      end(42, 'waiter', { waits: waits('msgsnd', { is: 'send', bytes: 100, type: 3 }, false) }),
      act(1, 'take', { rule: { rule: 'type', type: 7, truncate: 4096 } }),
      act(2, 'send', { type: 3, bytes: 2048 }),
    ],
  },
  {
    ...sysv('sysv.msg', 4),
    ...{ key: 0, owner: bare, messages: 1, bytes: 0, lastSend: null, lastReceive: null },
  },
];
const counts = { values: [1, 0, 5], waitForIncrease: [0, 2, 0], waitForZero: [1, 0, 0] };
const sets: ObjectOf<'sysv.sem'>[] = [
  {
    ...sysv('sysv.sem', 3),
    ...{ semaphores: 3, lastOperationAt: AT, ...counts },
    details: { ...counts, lastPids: [41, 44, 0], past: [past(41, 'same'), past(44, 'gone')] },
    endpoints: [
      end(41, 'waiter', {
        waits: waits('semop', { is: 'operations', of: [{ number: 1, change: -1, undo: true }] }),
      }),
      act(3, 'hold', { operations: [{ number: 0, change: -1 }] }, true),
    ],
  },
  { ...sysv('sysv.sem', 4), semaphores: 32_000, lastOperationAt: null, atZero: 3 },
  { ...sysv('sysv.sem', 5), semaphores: 3, lastOperationAt: null },
];
const segments: ObjectOf<'sysv.shm'>[] = [
  {
    ...sysv('sysv.shm', 3),
    ...{ bytes: 65_536, attachments: 4, resident: 8192, swapped: 4096, flags: ['marked', 'locked'] },
    ...{ createdBy: past(44, 'gone'), lastUse: past(41, 'same'), attachedAt: AT, detachedAt: AT, locks },
    endpoints: [end(41, 'attached', { address: '7f00-7f10', rights: 'rw-s' }), end(42, 'attached')],
  },
  {
    ...sysv('sysv.shm', 4),
    ...{ bytes: '75557863725845603938304', attachments: 0, resident: 0, swapped: 0 },
    ...{ createdBy: past(0, 'unknown'), lastUse: null, attachedAt: null, detachedAt: null, endpoints: [] },
  },
  {
    ...sysv('sysv.shm', 5),
    ...{ bytes: 4096, attachments: 2, resident: 0, swapped: 0 },
    ...{ createdBy: past(42, 'other'), lastUse: null, attachedAt: null, detachedAt: null },
  },
];
const watched = {
  watched: [{ pid: 41, startTime: '41', epoll: 3, fd: 9, events: 0x80000001 }],
  watchedMore: 2,
};
const messageQueues: ObjectOf<'posix.mq'>[] = [
  {
    ...posix('posix.mq', '7'),
    ...watched,
    ...{ owner, mode: 0o600, name: '/jobs', nameBytes: bytes('/jobs') },
    ...{ messages: 3, maxMessages: 10, messageSize: 8192, bytes: 24 },
    notify: { how: 'signal', signal: 36, pid: 41 },
    endpoints: [
      end(41, 'reader', {
        fd: 3,
        waits: waits('mq_timedreceive', { is: 'descriptors', of: [{ fd: 3, direction: 'read' }] }),
      }),
      act(4, 'send', { priority: 5 }),
    ],
  },
  { ...posix('posix.mq', '8'), flags: ['unlinked'] },
  { ...posix('posix.mq', '9'), name: '/none', owner: bare, mode: 0o600, notify: null, endpoints: [] },
];
const semaphores: ObjectOf<'posix.sem'>[] = [
  {
    ...posix('posix.sem', '7'),
    ...{ owner, mode: 0o600, name: '/lock', nameBytes: bytes('name'), layout: 'musl', value: 0, waiters: 2 },
    ...{
      flags: ['guessed', 'elsewhere'],
      maker: { program: 'Python multiprocessing', pid: 44, now: 'gone' },
    },
    ...{ family: { pid: 40, startTime: '40' }, endpoints: [end(41, 'mapped'), act(5, 'wait', {})] },
  },
  { ...posix('posix.sem', '8'), layout: 'glibc', flags: ['unlinked'] },
  { ...posix('posix.sem', '9'), layout: 'glibc', value: 1, waiters: 1, family: { pid: 1, startTime: '1' } },
];
const memories: ObjectOf<'posix.shm'>[] = [
  {
    ...posix('posix.shm', '7'),
    ...{
      owner,
      mode: 0o600,
      name: '/psm_1a2b',
      nameBytes: bytes('name'),
      type: 'file',
      bytes: 4096,
      allocated: 4096,
    },
    ...{ writtenAt: AT, maker: { program: 'PyTorch', pid: 41, now: 'lives' }, locks },
    endpoints: [end(41, 'mapped', { address: '7f00-7f10', rights: 'rw-s', offset: 4096 }), end(42, 'open')],
  },
  { ...posix('posix.shm', '8'), type: 'fifo', flags: ['notMemory'], name: '/odd' },
  { ...posix('posix.shm', '9'), type: 'file', flags: ['unlinked'], bytes: 0 },
];
const mappings: ObjectOf<'mapping'>[] = [
  {
    ...{ kind: 'mapping', ref: mappingRef('2049', '7'), ...file, flags: ['unlinked'], owner, mode: 0o600 },
    ...{ what: 'file', name: '/w/app/ledger.dat', nameBytes: bytes('name'), bytes: 8192, allocated: 4096 },
    ...{
      seals: ['write', 'grow'],
      recent: [{ pid: 44, startTime: '44', rights: 'r--s', seenAt: AT }],
      locks,
    },
    endpoints: [end(41, 'mapped'), end(42, 'mapped')],
  },
  { ...{ kind: 'mapping', ref: mappingRef('2049', '8'), ...file, flags: [] }, what: 'anonymous' },
  {
    ...{ kind: 'mapping', ref: mappingRef('2049', '9'), ...file, flags: [], seals: [] },
    what: 'memfd',
    name: 'pool',
  },
];
const both = [
  end(41, 'writer', {
    ...{ fd: 1, nonblocking: false, description: 1 },
    waits: waits('write', { is: 'descriptors', of: [{ fd: 1, direction: 'write' }] }),
  }),
  end(42, 'reader', { fd: 0 }),
];
const stream = { owner, mode: 0o600, inode: '77' };
const pipes: ObjectOf<'pipe'>[] = [
  {
    ...{ kind: 'pipe', ref: pipeRef('77'), ...stream, endpoints: both, flags: ['packet', 'full'] },
    ...{ unread: 65_536, capacity: 65_536, ancestor: { pid: 40, startTime: '40' }, ...watched },
  },
  { kind: 'pipe', ref: pipeRef('78'), ...stream, flags: ['noReader', 'noWriterSeen'] },
  {
    ...{
      kind: 'pipe',
      ref: pipeRef('79'),
      ...stream,
      flags: ['noWriter', 'empty'],
      endpoints: both.slice(1),
    },
    ancestor: { pid: 1, startTime: '1' },
  },
];
const fifos: ObjectOf<'fifo'>[] = [
  {
    ...{ kind: 'fifo', ref: fifoRef('2049', '77', '0'), ...stream, ...watched },
    ...{
      device: '2049',
      path: '/run/app/jobs',
      pathBytes: bytes('/run/app/jobs'),
      kept: 'folder',
      unread: 5,
      capacity: 65_536,
    },
    ...{ flags: ['unlinked', 'noReader'], ancestor: { pid: 40, startTime: '40' } },
    endpoints: [
      end(42, 'waiter', {
        waits: waits('openat', { is: 'path', path: '/run/app/jobs', direction: 'write' }),
      }),
      act(6, 'read', { length: 65_536 }),
    ],
  },
  {
    ...{ kind: 'fifo', ref: fifoRef('2049', '78', '0'), ...stream },
    ...{ device: '2049', path: '', flags: ['fileOnly', 'noReaderSeen', 'noWriterSeen'] },
  },
  {
    ...{ kind: 'fifo', ref: fifoOpenerRef(42, '42', 42), path: '/run/app/gone' },
    flags: ['deletedOrReplaced', 'noReader', 'noWriterSeen'],
    endpoints: [
      end(42, 'waiter', {
        waits: waits('openat', { is: 'path', path: '/run/app/gone', direction: 'write' }),
      }),
    ],
  },
];
const listener = unixRef('10', '1');
const front = unixRef('11', '2');
const back = unixRef('12', '3');
const unix: ObjectOf<'unix'>[] = [
  {
    ...{ kind: 'unix', ref: listener, inode: '10', owner, mode: 0o755, flags: ['listening'], network: '3' },
    ...watched,
    ...{ type: 'stream', state: 'listening', name: { is: 'path', text: '/run/app.sock' }, peer: null },
    ...{ backlog: { pending: 3, limit: 3 }, connections: 1, file: { device: '1', inode: '2', birth: '0' } },
    ...{ fileOwner: bare, kept: 'sticky', endpoints: [end(41, 'bound', { fd: 5 })] },
  },
  {
    ...{
      kind: 'unix',
      ref: front,
      inode: '11',
      owner: { uid: 33 },
      mode: null,
      flags: ['connected', 'halfClosed'],
    },
    ...{
      type: 'stream',
      state: 'connected',
      name: { is: 'path', text: '/run/app.sock' },
      peer: back,
      listener,
    },
    ...{ receiveQueue: { amount: 12, unit: 'bytes' }, sendQueue: { amount: 0, unit: 'memory' } },
    ...{ shutdown: { receive: true, send: false }, peerCredentials: { pid: 42, uid: 1000, gid: 1000 } },
    ...{ descriptors: 2, endpoints: [end(41, 'connected', { fd: 6 }), act(7, 'talk', {})] },
  },
  {
    ...{ kind: 'unix', ref: back, inode: '12', flags: ['connected', 'pendingError'], type: 'stream' },
    ...{ name: { is: 'unnamed' }, peer: front, receiveQueue: { amount: 5, unit: 'firstPacket' } },
    endpoints: [end(42, 'connected', { fd: 7 })],
  },
  {
    ...{ kind: 'unix', ref: unixRef('13', '4'), inode: '13', flags: ['otherNetwork'], type: 'dgram' },
    ...{ state: 'unconnected', name: { is: 'abstract', text: 'log' }, senders: 5, endpoints: [] },
  },
  {
    ...{ kind: 'unix', ref: unixRef('14', '5'), inode: null, flags: ['stale'] },
    name: { is: 'path', text: '/run/old.sock' },
  },
] as ObjectOf<'unix'>[];
const server = inetRef('20');
const client = inetRef('21');
const inet: ObjectOf<'inet'>[] = [
  {
    ...{
      kind: 'inet',
      ref: server,
      inode: '20',
      owner,
      mode: null,
      flags: ['connected'],
      network: '3',
      protocol: 'tcp',
    },
    ...{
      family: 4,
      local: { address: '127.0.0.1', port: 5432 },
      remote: { address: '127.0.0.1', port: 40_000 },
    },
    ...{ state: 'established', peer: client, listener: inetRef('22'), ...watched },
    ...{ receiveQueue: { amount: 12, unit: 'bytes' }, sendQueue: { amount: 3, unit: 'bytes' } },
    ...{ shutdown: { receive: false, send: true }, endpoints: [end(41, 'connected', { fd: 8 })] },
  },
  {
    ...{
      kind: 'inet',
      ref: client,
      inode: '21',
      flags: ['connected'],
      protocol: 'tcp',
      family: 4,
      state: 'closeWait',
    },
    ...{ local: { address: '127.0.0.1', port: 40_000 }, remote: { address: '127.0.0.1', port: 5432 } },
    ...{ peer: server, receiveQueue: { amount: 0, unit: 'bytes' }, endpoints: [end(42, 'connected')] },
  },
  {
    ...{ kind: 'inet', ref: inetRef('22'), inode: '22', flags: ['listening'], protocol: 'tcp', family: 6 },
    ...{ onlyV6: false, local: { address: '::', port: 80 }, remote: null, state: 'listening' },
    ...{ backlog: { pending: 1, limit: 128 }, connections: 0, endpoints: [] },
  },
  {
    ...{ kind: 'inet', ref: inetRef('24'), inode: '24', flags: [], protocol: 'udp', family: 4, drops: 12 },
    ...{ local: { address: '127.0.0.1', port: 53 }, remote: null, state: 'unconnected', peer: null },
    ...{ receiveQueue: { amount: 4352, unit: 'memory' }, endpoints: [end(41, 'bound', { fd: 9 })] },
  },
  {
    ...{ kind: 'inet', ref: inetRef('23'), inode: null, flags: ['ending'], protocol: 'tcp', family: 4 },
    ...{
      local: { address: '127.0.0.1', port: 80 },
      remote: { address: '127.0.0.1', port: 9 },
      state: 'timeWait',
    },
  },
] as ObjectOf<'inet'>[];

const eventfds: readonly ObjectOf<'eventfd'>[] = [
  {
    ...{ kind: 'eventfd', ref: eventfdRef('12'), owner: null, mode: null, id: 12, flags: ['full'] },
    ...{ value: '18446744073709551614', semaphore: false, ...watched },
    endpoints: [
      end(41, 'open', {
        fd: 5,
        waits: waits('write', { is: 'descriptors', of: [{ fd: 5, direction: 'write' }] }),
      }),
      end(42, 'open', { fd: 6, nonblocking: true }),
    ],
  },
  { kind: 'eventfd', ref: eventfdRef('13'), owner: null, mode: null, id: 13, flags: [] },
];

const lockedFiles: readonly ObjectOf<'lock'>[] = [
  {
    ...{ kind: 'lock', ref: lockRef('65024', '77'), device: '65024', inode: '77', owner, mode: 0o644 },
    ...{
      flags: ['unlinked'],
      path: '/srv/data/\\xff.lock',
      pathBytes: toBytes(Buffer.from('/srv/data/\xff.lock', 'latin1')),
    },
    endpoints: [
      end(41, 'holder', { fd: 9 }),
      end(42, 'waiter', {
        waits: waits('flock', { is: 'lock', fd: 3, type: 'flock', mode: 'exclusive', start: 0 }),
      }),
      act(8, 'hold', { how: { type: 'ofd', mode: 'shared' }, range: { start: 0, end: 9 } }, true),
    ],
    held: [
      {
        ...{ type: 'flock', mode: 'exclusive', start: 0, taker: { pid: 44, now: 'ended' } },
        holders: [{ pid: 41, startTime: '41', fd: 9 }],
      },
      {
        ...{ type: 'posix', mode: 'shared', start: 10, end: 19, taker: { pid: 42, now: 'holds' } },
        holders: [{ pid: 42, startTime: '42', fd: 4 }],
      },
      { type: 'ofd', mode: 'exclusive', start: '9223372036854775806', holders: [] },
      {
        type: 'lease',
        mode: 'shared',
        start: 0,
        holders: [],
        breaking: true,
        taker: { pid: 0, now: 'outside' },
      },
    ],
    waiters: [
      { pid: 42, startTime: '42', tid: 42, fd: 3, type: 'flock', mode: 'exclusive', start: 0 },
      { mode: 'shared', start: 0 },
    ],
    local: true,
  },
  {
    ...{ kind: 'lock', ref: lockRef('65024', '78'), device: '65024', inode: '78', flags: [] },
    ...{ held: [{ type: 'flock', mode: 'shared', start: 0, holders: [] }], waiters: [] },
  },
];

const terminals: readonly ObjectOf<'pty'>[] = [
  {
    ...{ kind: 'pty', ref: ptyRef('26', 4), device: '26', index: 4, owner, mode: 0o620 },
    flags: ['outputFull'],
    endpoints: [
      end(41, 'master', { fd: 9, nonblocking: true, closeOnExec: true }),
      end(42, 'slave', { fd: 0 }),
      end(43, 'slave', {
        fd: 1,
        waits: waits('write', { is: 'descriptors', of: [{ fd: 1, direction: 'write' }] }),
      }),
    ],
    ...{ session: 42, foreground: { group: 43, pids: [43] }, size: { rows: 24, columns: 80 } },
    ...watched,
    ...{ byLine: true, echo: true, output: { bytes: 4095, atLeast: true }, input: { bytes: 0 } },
  },
  {
    ...{ kind: 'pty', ref: ptyRef('45', 0), device: '45', index: 0, elsewhere: true, flags: ['hungUp'] },
    endpoints: [end(44, 'slave', { fd: 2 })],
  },
  { kind: 'pty', ref: ptyRef('0', 7), index: 7, flags: [], session: null, foreground: null },
];

/** Of every kind. */
export const samples: { readonly [K in Kind]: readonly ObjectOf<K>[] } = {
  ...{ 'sysv.msg': queues, 'sysv.sem': sets, 'sysv.shm': segments },
  ...{ 'posix.mq': messageQueues, 'posix.sem': semaphores, 'posix.shm': memories, mapping: mappings },
  ...{ pipe: pipes, fifo: fifos, unix, inet, lock: lockedFiles, eventfd: eventfds, pty: terminals },
};

export const allSamples: readonly IpcObject[] = Object.values(samples).flat();
