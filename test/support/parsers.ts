/** Every parser of what the kernel, other processes or the caller say, with samples of it: each answers or says that it is none, and never throws. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { namedBy } from '../../src/native/proc/names';
import { parseEventfd } from '../../src/native/census/descriptors/eventfds';
import { masterIndex } from '../../src/native/census/terminals/masters';
import { leadsTo } from '../../src/native/census/descriptors/links';
import { readAddress } from '../../src/native/libc/socketAddress';
import { fieldOf, numberOf } from '../../src/native/proc/fields';
import { parseEpoll } from '../../src/native/proc/epoll';
import { parseInotify, parsePidfd, parseRing, parseTimer } from '../../src/native/proc/watchers';
import { parseFdLocks, parseLocks } from '../../src/native/proc/locks';
import { BEFORE, parseLock } from '../../src/native/proc/futexWords';
import { parseInet } from '../../src/native/sockdiag/inetDiag';
import { makerOf } from '../../src/native/proc/makers';
import { parseSharedMaps, segmentsAmong } from '../../src/native/proc/maps';
import { parseMountinfo } from '../../src/native/proc/mounts';
import { parseMountTable } from '../../src/native/proc/mountTable';
import { kernelName } from '../../src/native/proc/names';
import { eachAttribute, eachMessage } from '../../src/native/sockdiag/messages';
import { parseNetInet, parseNetUnix } from '../../src/native/sockdiag/netTables';
import { parseQueueText } from '../../src/native/proc/queueText';
import { parseSemaphore } from '../../src/native/proc/semaphoreWords';
import { parseCommandLine, parseStat } from '../../src/native/proc/stat';
import { parseStatus } from '../../src/native/proc/status';
import { parseSyscall } from '../../src/native/proc/syscall';
import {
  idOfLine,
  lines,
  parseQueueLine,
  parseSegmentLine,
  parseSetLine,
} from '../../src/native/proc/sysvipc';
import { parseUnix } from '../../src/native/sockdiag/unixDiag';
import { parseNames } from '../../src/native/proc/users';
import {
  decodeAnswer,
  decodeQuestion,
  encodeAnswer,
  encodeQuestion,
  Frames,
} from '../../src/native/reader/frames';
import { heardSchema, newsSchema, taskSchema } from '../../src/native/waiting/messages';
import { bytesSchema, fromBytes } from '../../src/protocol/bytes';
import { calls } from '../../src/protocol/calls';
import { readJournal } from '../../src/protocol/drainJournal';
import { contracts } from '../../src/protocol/kinds';
import type { Ability } from '../../src/protocol/kinds/kind';
import {
  kindOf,
  parseMappingRef,
  parsePosixRef,
  parseSocketRef,
  parseStreamRef,
  parseSysvRef,
  type Ref,
} from '../../src/protocol/ref';

/** One parser. `samples`: what is mutated. */
export interface Parser {
  name: string;
  samples: readonly Buffer[];
  parse: (bytes: Buffer) => unknown;
}

const text = (bytes: Buffer) => bytes.toString('latin1');
/** A file of this machine, where it can be read. */
function file(path: string): Buffer[] {
  try {
    return [readFileSync(path).subarray(0, 4096)];
  } catch {
    return [];
  }
}
const samples = (...all: string[]) => all.map((one) => Buffer.from(one, 'latin1'));
const hex = (...all: string[]) => all.map((one) => Buffer.from(one.replaceAll(' ', ''), 'hex'));

const STATUS =
  'Name:\tpython3\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t12\nPid:\t12\nPPid:\t1\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nFDSize:\t64\nNSpid:\t12\t3\nThreads:\t2\nSigQ:\t0/31000\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000001\nSigBlk:\t0000000000000000\nSigIgn:\t0000000001001000\nSigCgt:\t0000000000000002\n';
const MAPS =
  '7f35af834000-7f35af837000 rw-s 00000000 00:01 5                          /SYSV53484d31 (deleted)\n7f35af900000-7f35af901000 r--s 00001000 fe:00 2261110                    /tmp/a b\\012c\n';
const MOUNTS =
  '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw\n30 22 0:42 / /home/a\\040b rw - fuse.sshfs host:/ rw\n';
const SYSV = '0x00000001 32769 600 10 1 12 13 0 0 0 0 1700000000 1700000001 1700000002 4096 0';
const UNIX_MESSAGE =
  '5c000000 1400 0200 01000000 00000000 01010a00 d2040000 0100000000000000 0900 0000 2f746d702f7800 000000 0c00 0100 d2040000 00e00f00 0800 0200 07000000 0c00 0400 01000000 02000000 0500 0600 03000000';
const INET_MESSAGE = `60000000 1400 0200 01000000 00000000 0201 0000 1538 9c40 7f000001${'00'.repeat(12)} 7f000001${'00'.repeat(12)} 00000000 6300000000000000 00000000 0c000000 00000000 e8030000 d2040000 0500 0800 03000000`;

/** What several schemas make of a message, as the server and the children of acts have it. */
function message(bytes: Buffer): unknown {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  const parameters = (value as { params?: unknown } | null)?.params ?? value;
  const content = v.safeParse(bytesSchema, (parameters as { content?: unknown } | null)?.content);
  if (content.success) fromBytes(content.output);
  for (const { parameters: schema } of Object.values(calls)) v.safeParse(schema, parameters);
  for (const schema of [newsSchema, heardSchema, taskSchema]) v.safeParse(schema, value);
  for (const contract of Object.values(contracts))
    for (const ability of Object.values(contract.abilities as Record<string, Ability>))
      v.safeParse(ability.parameters, parameters);
  return value;
}

/** Frames of the reader, in two pieces. */
function frames(bytes: Buffer): void {
  const all = new Frames();
  const half = bytes.length >> 1;
  for (const part of [bytes.subarray(0, half), bytes.subarray(half)]) {
    all.add(part);
    for (let frame = all.next(); frame; frame = all.next()) {
      decodeQuestion(frame);
      decodeAnswer(frame);
    }
  }
}

export const PARSERS: readonly Parser[] = [
  {
    name: 'stat',
    samples: [
      ...file('/proc/self/stat'),
      ...samples('7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 99 0 0'),
    ],
    parse: parseStat,
  },
  {
    name: 'watchers',
    samples: [
      ...samples(
        'pos:\t0\nino:\t1044\nclockid: 1\nticks: 0\nsettime flags: 00\nit_value: (59, 999544859)\nit_interval: (1, 500000000)\n',
        'pos:\t0\ninotify wd:2 ino:3f7e8 sdev:fe00000 mask:100 ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:e8f7030000000000\n',
        'pos:\t0\nPid:\t4105\nNSpid:\t4105\n',
        'SqMask:\t0x7\nCqMask:\t0xf\nUserFiles:\t2\nUserBufs:\t0\n',
      ),
    ],
    parse: (bytes) => [
      parseTimer(text(bytes)),
      parseInotify(text(bytes), 1),
      parsePidfd(text(bytes)),
      parseRing(text(bytes)),
    ],
  },
  { name: 'cmdline', samples: samples('python3\0-c\0x\0', '\0\0'), parse: parseCommandLine },
  {
    name: 'status',
    samples: [...file('/proc/self/status'), ...samples(STATUS)],
    parse: (bytes) => parseStatus(text(bytes)),
  },
  {
    name: 'fields',
    samples: samples(STATUS),
    parse: (bytes) => [fieldOf(text(bytes), 'Tgid'), numberOf(text(bytes), 'FDSize')],
  },
  {
    name: 'syscall',
    samples: samples('7 0x7f98 0x1 0xffffffffffffffff 0x0 0x0 0x0 0x7ffd 0x7f35', 'running', '-1 0x0 0x0'),
    parse: (bytes) => parseSyscall(text(bytes)),
  },
  {
    name: 'maps',
    samples: [...file('/proc/self/maps'), ...samples(MAPS)],
    parse: (bytes) => segmentsAmong(parseSharedMaps(text(bytes)), new Set(['00:01'])),
  },
  {
    name: 'mountinfo',
    samples: [...file('/proc/self/mountinfo'), ...samples(MOUNTS)],
    parse: (bytes) => [parseMountinfo(text(bytes)), parseMountTable(text(bytes))],
  },
  {
    name: 'sysvipc',
    samples: samples(SYSV, `head\n${SYSV}\n`),
    parse: (bytes) =>
      [...lines(text(bytes)), text(bytes)].map((line) => [
        parseQueueLine(line),
        parseSetLine(line),
        parseSegmentLine(line),
        idOfLine(bytes, 0),
      ]),
  },
  {
    name: 'epoll',
    samples: samples(
      'pos:\t0\nflags:\t02\nmnt_id:\t15\nino:\t1038\ntfd:        4 events: 80000019 data: deadbeef  pos:0 ino:40e sdev:10\n',
    ),
    parse: (bytes) => parseEpoll(text(bytes), 8),
  },
  {
    name: 'locks',
    samples: samples(
      '1: POSIX  ADVISORY  WRITE 812 fe:00:2730139 0 EOF\n1: -> POSIX  ADVISORY  READ 9 fe:00:2730139 0 99\n2: OFDLCK ADVISORY  WRITE -1 00:1f:7 100 149\n',
      '5: FLOCK  ADVISORY  WRITE 11579 fe:00:2729625 0 EOF\n5: -> FLOCK  ADVISORY  READ 11596 fe:00:2729625 0 EOF\n5:  -> FLOCK  ADVISORY  WRITE 11607 fe:00:2729625 0 EOF\n',
    ),
    parse: (bytes) => parseLocks(text(bytes)),
  },
  {
    name: 'locks of an fdinfo',
    samples: samples(
      'pos:\t0\nflags:\t02100002\nmnt_id:\t27\nino:\t2730161\nlock:\t1: LEASE  ACTIVE    READ 11579 fe:00:2730161 0 EOF\n',
    ),
    parse: (bytes) => parseFdLocks(text(bytes)),
  },
  {
    name: 'tty-index',
    samples: samples('pos:\t0\nflags:\t02100002\nmnt_id:\t24\nino:\t91\ntty-index:\t7\n'),
    parse: (bytes) => masterIndex(text(bytes)),
  },
  {
    name: 'eventfd',
    samples: samples(
      'pos:\t0\nflags:\t02\nmnt_id:\t17\nino:\t1044\neventfd-count:                7\neventfd-id: 66\neventfd-semaphore: 1\n',
    ),
    parse: (bytes) => parseEventfd(text(bytes)),
  },
  {
    name: 'queue file',
    samples: samples('QSIZE:14         NOTIFY:0     SIGNO:10    NOTIFY_PID:20243 \n'),
    parse: (bytes) => parseQueueText(text(bytes)),
  },
  {
    name: 'net/unix',
    samples: [
      ...file('/proc/net/unix'),
      ...samples('Num\n0000000000000000: 00000002 00000000 00010000 0001 01 14 /tmp/a\nb\n'),
    ],
    parse: (bytes) => parseNetUnix(text(bytes)),
  },
  {
    name: 'net/tcp',
    samples: [...file('/proc/net/tcp'), ...file('/proc/net/tcp6')],
    parse: (bytes) => [parseNetInet('tcp', text(bytes)), parseNetInet('udp', text(bytes))],
  },
  {
    name: 'unix_diag',
    samples: hex(UNIX_MESSAGE),
    parse: (bytes) => eachMessage(bytes, 0, bytes.length, (from, to) => parseUnix(bytes, from, to)),
  },
  {
    name: 'inet_diag',
    samples: hex(INET_MESSAGE),
    parse: (bytes) =>
      eachMessage(bytes, 0, bytes.length, (from, to) => [
        parseInet('tcp', bytes, from, to),
        parseInet('udp', bytes, from, to),
      ]),
  },
  {
    name: 'attributes',
    samples: hex(UNIX_MESSAGE.slice(64)),
    parse: (bytes) => eachAttribute(bytes, 0, bytes.length, () => undefined),
  },
  {
    name: 'address',
    samples: hex(
      '01002f746d702f7800',
      '0200 0050 7f000001 0000000000000000',
      '0a00 0050 00000000 00000000000000000000000000000001 00000000',
    ),
    parse: readAddress,
  },
  {
    name: 'semaphore',
    samples: hex(`01000000 00000000 80000000${'00'.repeat(20)}`, `ffffffff 01000000${'00'.repeat(24)}`),
    parse: parseSemaphore,
  },
  {
    name: 'lock',
    samples: [Buffer.alloc(104, 1), Buffer.alloc(104)],
    parse: (bytes) => parseLock({ bytes, at: BEFORE, address: 0x7f0000001000n, sleepers: 1 }),
  },
  {
    name: 'link',
    samples: samples('socket:[12345]', 'pipe:[99]', '/dev/shm/x (deleted)', '/memfd:a (deleted)'),
    parse: (bytes) => [leadsTo(bytes, bytes.length), namedBy(bytes)],
  },
  {
    name: 'name',
    samples: [Buffer.from('näme \\x41'), Buffer.from([0xf0, 0x9f, 0x92, 0xff])],
    parse: (bytes) => [kernelName(bytes), makerOf(text(bytes))],
  },
  {
    name: 'passwd',
    samples: samples('root:x:0:0:root:/root:/bin/bash\n'),
    parse: (bytes) => parseNames(text(bytes)),
  },
  {
    name: 'journal',
    samples: samples(
      '{"is":"drain","pid":1,"startTime":"2","entry":"a"}\n{"is":"took","number":0,"priority":1,"takenAt":2,"bytes":3}\nabc\n{"is":"sending","number":0}\n{"is":"done"}\n',
    ),
    parse: readJournal,
  },
  {
    name: 'reader',
    samples: [
      encodeAnswer(Buffer.from('x')),
      encodeQuestion({ ask: 'present', task: 1, address: 2n, length: 3 }),
      encodeQuestion({ ask: 'magic', link: '/proc/1/fd/2', mount: '3' }),
    ],
    parse: frames,
  },
  {
    name: 'refs',
    samples: samples(
      'sysv.msg:4026531839:32769',
      'pipe:12',
      'fifo:1:2:3',
      'posix.mq:1:2:0',
      'unix:12:34',
      'inet:77',
      'mapping:1:2',
      'process:1:22',
    ),
    parse: (bytes) =>
      [kindOf, parseSysvRef, parseStreamRef, parsePosixRef, parseSocketRef, parseMappingRef].map((parse) =>
        parse(text(bytes) as Ref),
      ),
  },
  {
    name: 'RPC',
    samples: samples(
      '{"jsonrpc":"2.0","id":1,"method":"changes","params":{"epoch":null,"seq":0,"interest":{"levels":{"pipe":"rows"},"details":["pipe:1"],"folders":["/tmp"]},"interval":1000}}',
      '{"jsonrpc":"2.0","id":2,"method":"act","params":{"kind":"sysv.msg","ability":"send","parameters":{"ref":"sysv.msg:1:2","type":"1","content":"AAAA"}}}',
      '{"is":"done","result":{"a":1},"keep":true}',
      '{"ref":"sysv.sem:1:2","operations":[{"number":0,"change":-1}],"offset":0,"length":10,"content":"AAAA","path":"/tmp/x","mode":384}',
    ),
    parse: message,
  },
];

/** What likes to break numbers, lines and lengths. */
const TOKENS = [
  '',
  '0',
  '-1',
  '4294967296',
  '18446744073709551616',
  '9'.repeat(40),
  '0x',
  '1e999',
  'NaN',
  '\r',
  '\n',
  '\0',
  '\r\n',
  ' (deleted)',
  '\\012',
  '\u2028',
  ')',
  '::',
  ',',
  '"',
  '{',
  ']',
].map((one) => Buffer.from(one));

/** Changes one of the samples in some places; the same for the same numbers. */
export function mutated(all: readonly Buffer[], random: (most: number) => number): Buffer {
  let bytes = Buffer.from(all[random(all.length)] as Buffer);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(bytes.length + 1);
    const end = Math.min(bytes.length, at + random(12));
    const [before, behind] = [bytes.subarray(0, at), bytes.subarray(end)];
    switch (random(7)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << random(8));
        break;
      case 1:
        if (at < bytes.length) bytes[at] = random(256);
        break;
      case 2:
        bytes = Buffer.concat([before, behind]);
        break;
      case 3:
        bytes = Buffer.from(before);
        break;
      case 4:
        bytes = Buffer.concat([before, TOKENS[random(TOKENS.length)] as Buffer, behind]);
        break;
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at, end), behind]);
        break;
      default: {
        const other = all[random(all.length)] as Buffer;
        bytes = Buffer.concat([before, other.subarray(random(other.length + 1))]);
      }
    }
  }
  return bytes.subarray(0, 8192);
}

/** Feeds so many mutated inputs to a parser. Throws where it does, and says with what. */
export function feed(
  { name, samples: all, parse }: Parser,
  inputs: number,
  random: (most: number) => number,
): void {
  for (let input = 0; input < inputs; input++) {
    const bytes = mutated(all, random);
    try {
      parse(bytes);
    } catch (error) {
      throw new Error(`${name} threw at ${JSON.stringify(bytes.toString('latin1'))}`, { cause: error });
    }
  }
}
