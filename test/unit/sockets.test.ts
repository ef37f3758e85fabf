import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InetRelations } from '../../src/native/mechanisms/socket/inetRelations';
import { UnixRelations } from '../../src/native/census/sockets/unixRelations';
import {
  addressOf,
  inetAddress,
  readAddress,
  unixAddress,
  unixNameOf,
} from '../../src/native/libc/socketAddress';
import {
  type InetRecord,
  isAny,
  isLoopback,
  parseInet,
  sameInet,
  unmapped,
} from '../../src/native/sockdiag/inetDiag';
import { deviceNumbers } from '../../src/native/proc/mountDevices';
import { eachAttribute, eachMessage } from '../../src/native/sockdiag/messages';
import { parseNetInet, parseNetUnix } from '../../src/native/sockdiag/netTables';
import { parseUnix, type UnixRecord } from '../../src/native/sockdiag/unixDiag';
import { SessionLog } from '../../src/native/waiting/sessionLog';
import { toBytes } from '../../src/protocol/bytes';
import { inetInodeRef, inetRef, parseSocketRef, socketFileRef, unixRef } from '../../src/protocol/ref';

/** struct rtattr */
function attribute(type: number, data: Buffer): Buffer {
  const padded = Buffer.alloc((4 + data.length + 3) & ~3);
  padded.writeUInt16LE(4 + data.length);
  padded.writeUInt16LE(type, 2);
  data.copy(padded, 4);
  return padded;
}

function words(...numbers: number[]): Buffer {
  const data = Buffer.alloc(numbers.length * 4);
  numbers.forEach((number, at) => data.writeUInt32LE(number, at * 4));
  return data;
}

/** struct unix_diag_msg with attributes */
function unixMessage(
  type: number,
  state: number,
  inode: number,
  cookie: bigint,
  ...attributes: Buffer[]
): Buffer {
  const head = Buffer.from([1, type, state, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(inode, 4);
  head.writeBigUInt64LE(cookie, 8);
  return Buffer.concat([head, ...attributes]);
}

const parsedUnix = (message: Buffer) => parseUnix(message, 0, message.length);

describe('unix_diag', () => {
  test('a listener: name, file, who waits, backlog, owner', () => {
    const message = unixMessage(
      1,
      10,
      4_000_000_000,
      (1n << 40n) + 7n,
      attribute(0, Buffer.from('/run/a b\n.sock\0')),
      attribute(1, words(77, (8 << 20) | 3)),
      attribute(3, words(11, 12)),
      attribute(4, words(2, 128)),
      attribute(6, Buffer.from([0])),
      attribute(7, words(1000)),
    );
    expect(parsedUnix(message)).toEqual({
      cookie: '1099511627783',
      inode: '4000000000',
      type: 'stream',
      state: 'listening',
      name: { is: 'path', bytes: Buffer.from('/run/a b\n.sock') },
      file: { device: '8:3', inode: '77' },
      waiting: ['11', '12'],
      receive: 2,
      send: 128,
      shutdown: { receive: true, send: true },
      uid: 1000,
    });
  });

  test('a datagram socket is connected if it has a receiver, whatever its state says', () => {
    expect(parsedUnix(unixMessage(2, 1, 5, 1n))?.state).toBe('unconnected');
    expect(parsedUnix(unixMessage(2, 1, 5, 1n, attribute(2, words(9))))).toMatchObject({
      state: 'connected',
      peer: '9',
    });
  });

  test('names: abstract ones with anything in them, and a path that fills all 108 bytes', () => {
    expect(unixNameOf(Buffer.from('\0a\0b\xff', 'latin1'))).toEqual({
      is: 'abstract',
      bytes: Buffer.from('a\0b\xff', 'latin1'),
    });
    expect(unixNameOf(Buffer.alloc(108, 'n'))?.bytes).toHaveLength(108);
    expect(unixNameOf(Buffer.from('/x\0'))).toEqual({ is: 'path', bytes: Buffer.from('/x') });
    expect(unixNameOf(Buffer.alloc(0))).toBeUndefined();
  });

  test('torn and made-up messages neither throw nor hang', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        let seen = 0;
        eachMessage(buffer, 0, buffer.length, (start, end) => {
          seen++;
          parseUnix(buffer, start, end);
          parseInet('tcp', buffer, start, end);
        });
        eachAttribute(buffer, 0, buffer.length, (_type, start, end) =>
          expect(end).toBeGreaterThanOrEqual(start),
        );
        expect(seen).toBeLessThanOrEqual(13);
        parseUnix(buffer, 0, buffer.length);
        parseInet('udp', buffer, 0, buffer.length);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('inet_diag', () => {
  function inetMessage(family: 2 | 10, state: number): Buffer {
    const message = Buffer.alloc(80);
    message.writeUInt8(family, 0);
    message.writeUInt8(state, 1);
    message.writeUInt16BE(5432, 4);
    message.writeUInt16BE(40_000, 6);
    message.writeBigUInt64LE(99n, 44);
    message.writeUInt32LE(12, 56);
    message.writeUInt32LE(1000, 64);
    message.writeUInt32LE(4_294_967_295, 68);
    attribute(8, Buffer.from([2])).copy(message, 72);
    return message;
  }

  test('a connection of mapped addresses', () => {
    const message = inetMessage(10, 8);
    Buffer.from('00000000000000000000ffff7f000001', 'hex').copy(message, 8);
    Buffer.from('00000000000000000000000000000001', 'hex').copy(message, 24);
    expect(parseInet('tcp', message, 0, message.length)).toEqual({
      protocol: 'tcp',
      family: 6,
      cookie: '99',
      inode: '4294967295',
      state: 'closeWait',
      local: { address: '::ffff:127.0.0.1', port: 5432 },
      remote: { address: '::1', port: 40_000 },
      receive: 12,
      send: 0,
      uid: 1000,
      shutdown: { receive: true, send: false },
    });
  });

  test('timers always change and are no difference; anything else is', () => {
    const one = inetMessage(2, 1);
    for (let at = 0; at < one.length; at++) {
      const other = Buffer.from(one);
      other.writeUInt8((one.readUInt8(at) + 1) & 255, at);
      const timer = (at >= 2 && at < 4) || (at >= 52 && at < 56);
      expect([at, sameInet(one, 0, one.length, other, 0, other.length)]).toEqual([at, timer]);
    }
  });

  test('addresses', () => {
    const text = (hex: string) => addressOf(6, Buffer.from(hex, 'hex'), 0);
    expect(text('20010db8000000000000000000000001')).toBe('2001:db8::1');
    expect(text('00000000000000000000000000000000')).toBe('::');
    expect(text('00000000000000000000ffff01020304')).toBe('::ffff:1.2.3.4');
    expect(
      ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', '10.0.0.1', '::2', '::ffff:10.0.0.1'].map(
        isLoopback,
      ),
    ).toEqual([true, true, true, true, false, false, false]);
    expect(['0.0.0.0', '::', '::ffff:0.0.0.0', '127.0.0.1'].map(isAny)).toEqual([true, true, true, false]);
    expect(unmapped('::ffff:1.2.3.4')).toBe('1.2.3.4');
    expect(unmapped('::ffff:0:1')).toBe('::ffff:0:1');
  });
});

describe('/proc/net', () => {
  const HEAD = 'Num       RefCount Protocol Flags    Type St Inode Path\n';

  test('unix: names with newlines and blanks, abstract ones; what is not accepted is left out', () => {
    const text = `${HEAD}0000000000000000: 00000002 00000000 00010000 0001 01 17 /run/a b\nsecond line \n\n0000000000000000: 00000003 00000000 00000000 0002 03 18 @x@y\n0000000000000000: 00000003 00000000 00000000 0001 03     0\nffff888101c3d000: 00000003 00000000 00000000 0005 03 19\n`;
    expect(parseNetUnix(text)).toEqual([
      {
        cookie: '0',
        inode: '17',
        type: 'stream',
        state: 'listening',
        name: { is: 'path', bytes: Buffer.from('/run/a b\nsecond line \n') },
      },
      {
        cookie: '0',
        inode: '18',
        type: 'dgram',
        state: undefined,
        name: { is: 'abstract', bytes: Buffer.from('x@y') },
      },
      { cookie: '0', inode: '19', type: 'seqpacket', state: 'connected', name: undefined },
    ]);
    expect(parseNetUnix('')).toEqual([]);
    expect(parseNetUnix(HEAD)).toEqual([]);
  });

  test('a line that the kernel gives twice, since others came between two reads, is one socket', () => {
    const line = 'ffff888101c3d000: 00000003 00000000 00000000 0005 03 19 @a\n';
    expect(parseNetUnix(HEAD + line + line)).toHaveLength(1);
    const tcp = (inode: number) =>
      `   0: 0100007F:1538 00000000:0000 0A 00000000:00000003 00:00000000 00000000   999        0 ${inode} 1 0000000000000000 100 0 0 10 0\n`;
    const records = parseNetInet('tcp', `  sl\n${tcp(7)}${tcp(7)}${tcp(0)}${tcp(0)}`);
    // Those without a number are two.
    expect(records.map(({ inode }) => inode)).toEqual(['7', '0', '0']);
  });

  test('tcp and tcp6', () => {
    const text = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1538 00000000:0000 0A 00000000:00000003 00:00000000 00000000   999        0 5151 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:1538 0000000000000000FFFF00000100007F:9C40 01 00000005:00000007 00:00000000 00000000     0        0 0 1 0000000000000000
`;
    expect(parseNetInet('tcp', text)).toEqual([
      {
        protocol: 'tcp',
        family: 4,
        cookie: undefined,
        inode: '5151',
        state: 'listening',
        local: { address: '127.0.0.1', port: 5432 },
        remote: undefined,
        receive: 3,
        send: NaN,
        uid: 999,
      },
      {
        protocol: 'tcp',
        family: 6,
        cookie: undefined,
        inode: '0',
        state: 'established',
        local: { address: '::1', port: 5432 },
        remote: { address: '::ffff:127.0.0.1', port: 40_000 },
        receive: 7,
        send: 5,
        uid: undefined,
      },
    ]);
  });
});

test('devices as stat gives them', () => {
  expect(deviceNumbers(String(0xfe00))).toBe('254:0');
  expect(deviceNumbers(String((8 << 8) | 3))).toBe('8:3');
  expect(deviceNumbers(String((1n << 44n) | 0x12345678n))).toBe('5206:74616');
});

test('addresses of our own, there and back', () => {
  expect(readAddress(unixAddress('path', Buffer.from('/x')))).toEqual({
    is: 'unix',
    name: { is: 'path', bytes: Buffer.from('/x') },
  });
  expect(readAddress(unixAddress('abstract', Buffer.from('a\0')))).toEqual({
    is: 'unix',
    name: { is: 'abstract', bytes: Buffer.from('a\0') },
  });
  expect(readAddress(inetAddress('127.0.0.1', 80))).toEqual({ is: 'inet', address: '127.0.0.1', port: 80 });
  expect(readAddress(inetAddress('::1', 65_535))).toEqual({ is: 'inet', address: '::1', port: 65_535 });
  expect(() => unixAddress('path', Buffer.alloc(108, 'x'))).toThrow('ENAMETOOLONG');
  expect(() => unixAddress('path', Buffer.from('a\0b'))).toThrow('EINVAL');
});

test('refs, there and back', () => {
  expect(parseSocketRef(unixRef('5', '6'))).toEqual({ kind: 'unix', inode: '5', cookie: '6' });
  expect(parseSocketRef(socketFileRef('1', '2', '3'))).toEqual({
    kind: 'unix',
    file: { device: '1', inode: '2', birth: '3' },
  });
  expect(parseSocketRef(inetRef('7'))).toEqual({ kind: 'inet', cookie: '7' });
  expect(parseSocketRef(inetInodeRef('8'))).toEqual({ kind: 'inet', inode: '8' });
  for (const no of [
    'unix:',
    'unix:1',
    'unix:1:2:3',
    'unix:file:1:2',
    'inet:',
    'inet:x',
    'inet:1:2',
    'unix:a:b',
    'pipe:1',
  ])
    expect([no, parseSocketRef(no)]).toEqual([no, undefined]);
});

describe('relations', () => {
  const socket = (inode: string, more: Partial<UnixRecord>): UnixRecord => ({
    cookie: `c${inode}`,
    inode,
    type: 'stream',
    state: 'connected',
    name: undefined,
    ...more,
  });
  const path = {
    name: { is: 'path', bytes: Buffer.from('/s') } as const,
    file: { device: '0:1', inode: '9' },
  };

  test('a path that was bound anew: connections of the old listener are not the new one’s', () => {
    const old = { ...path, file: { device: '0:1', inode: '8' } };
    const listener = socket('1', { state: 'listening', ...path });
    const [mine, orphan] = [socket('2', { ...path, peer: '3' }), socket('4', { ...old, peer: '5' })];
    const relations = new UnixRelations({
      own: [listener, mine, orphan, socket('3', { peer: '2' }), socket('5', { peer: '4' })],
      foreign: [],
      fallback: false,
    });
    expect(relations.of(listener)).toEqual({ peer: null, connections: 1 });
    expect(relations.of(mine)).toEqual({ peer: 'unix:3:c3', listener: 'unix:1:c1' });
    expect(relations.of(orphan)).toEqual({ peer: 'unix:5:c5' });
  });

  test('a peer that is in no dump is unknown, not none', () => {
    const lone = socket('1', { peer: '77' });
    expect(new UnixRelations({ own: [lone], foreign: [], fallback: false }).of(lone).peer).toBeUndefined();
  });

  test('TCP: the same ports over IPv4 and IPv6 are two connections', () => {
    const end = (address: string, port: number) => ({ address, port });
    const tcp = (
      cookie: string,
      family: 4 | 6,
      local: InetRecord['local'],
      remote?: InetRecord['local'],
    ): InetRecord => ({
      protocol: 'tcp',
      family,
      cookie,
      inode: cookie,
      state: remote ? 'established' : 'listening',
      local,
      remote,
      receive: 0,
      send: 0,
      uid: 0,
    });
    const all = [
      tcp('1', 4, end('127.0.0.1', 80), end('127.0.0.1', 9)),
      tcp('2', 4, end('127.0.0.1', 9), end('127.0.0.1', 80)),
      tcp('3', 6, end('::1', 80), end('::1', 9)),
      tcp('4', 6, end('::1', 9), end('::1', 80)),
      tcp('5', 6, end('::', 80)),
      tcp('6', 4, end('0.0.0.0', 80)),
      tcp('7', 4, end('10.0.0.1', 5), end('10.9.9.9', 80)),
      tcp('8', 4, end('10.0.0.1', 6), end('10.0.0.1', 7)),
      tcp('9', 4, end('10.0.0.1', 7), end('10.0.0.1', 6)),
    ];
    const relations = new InetRelations(all);
    expect(all.map((one) => relations.of(one).peer)).toEqual([
      'inet:2',
      'inet:1',
      'inet:4',
      'inet:3',
      null,
      null,
      null,
      'inet:9',
      'inet:8',
    ]);
    expect([
      relations.of(all[0] as InetRecord).listener,
      relations.of(all[2] as InetRecord).listener,
    ]).toEqual(['inet:6', 'inet:5']);
    expect(relations.elsewhere).toBe(1);
  });
});

describe('the log of a session', () => {
  const nobody = () => undefined;
  const received = (length: number) =>
    ({ at: 1, is: 'received', connection: 1, content: toBytes(Buffer.alloc(length)) }) as const;

  test('what was acknowledged is credited, and stays for a while', async () => {
    const credits: number[] = [];
    const log = new SessionLog((credit) => credits.push(credit));
    for (let at = 0; at < 3; at++) log.note(received(1000), [], false);
    const first = await log.pull(0, nobody);
    expect([first.seq, first.events.length, first.missed, first.state]).toEqual([3, 3, 0, 'running']);
    log.note(received(1000), [], false);
    await log.pull(3, nobody);
    expect(credits.at(-1)).toBeGreaterThanOrEqual(3000);
    expect((await log.pull(0, nobody)).events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    log.end();
    expect(await log.pull(4, nobody)).toMatchObject({ events: [], state: 'ended' });
  });

  test('large ones come in several answers, and old ones that were acknowledged are dropped and counted', async () => {
    const log = new SessionLog(nobody);
    for (let at = 0; at < 30; at++) log.note(received(100_000), [], false);
    let after = 0;
    let pulls = 0;
    while (after < 30) {
      const state = await log.pull(after, nobody);
      expect(state.missed).toBe(0);
      expect(state.events[0]?.seq).toBe(after + 1);
      after = state.seq;
      pulls++;
    }
    expect(pulls).toBeGreaterThan(2);
    log.note(received(1), [], false);
    await log.pull(30, nobody);
    const late = await log.pull(0, nobody);
    expect(late.missed).toBeGreaterThan(0);
    expect(late.events[0]?.seq).toBe(late.missed + 1);
  });

  test('ended only when the last event is in the reader’s hands', async () => {
    const log = new SessionLog(nobody);
    for (let at = 0; at < 30; at++) log.note(received(100_000), [], false);
    log.end();
    expect((await log.pull(0, nobody)).state).toBe('running');
    expect((await log.pull(29, nobody)).state).toBe('ended');
  });
});
