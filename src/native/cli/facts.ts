/** Every fact of an object: what it is, the kernel's own name of it, its value. */
import type { IpcObject, ObjectOf } from '../../protocol/kinds';
import type { Lock, Maker } from '../../protocol/kinds/posix';
import type { Kind, PosixKind, SysvKind } from '../../protocol/ref';
import { visible } from '../../presentation/text';
import { inetFacts, unixFacts } from './socketWords';
import {
  exactMode,
  exactOwner,
  exactSize,
  HIDDEN,
  keyText,
  momentText,
  pastText,
  type Processes,
} from './words';

type Fact = [what: string, field: string, value: string];

/** The facts, one a line. */
export function facts(object: IpcObject, processes: Processes): Fact[] {
  return (ofKind[object.kind] as (object: IpcObject, processes: Processes) => Fact[])(object, processes);
}

function common(object: ObjectOf<SysvKind>, id: string, changed: string): Fact[] {
  return [
    ['Ref', '', object.ref],
    ['Key', 'key', object.key === 0 ? 'private (IPC_PRIVATE)' : `${keyText(object.key)} (${object.key})`],
    ['Id', id, String(object.id)],
    ['Owner', 'uid, gid', exactOwner(object.owner)],
    ['Creator', 'cuid, cgid', exactOwner(object.creator)],
    ['Mode', 'mode', exactMode(object.mode)],
    ['Changed', changed, momentText(object.changedAt)],
  ];
}

function stream(object: ObjectOf<'pipe' | 'fifo'>): Fact[] {
  const { unread, capacity } = object;
  return [
    ['Ref', '', object.ref],
    ['Inode', 'st_ino', object.inode],
    ['Owner', 'uid, gid', exactOwner(object.owner)],
    ['Mode', 'mode', exactMode(object.mode)],
    ['State', '', object.flags.join(', ') || '-'],
    ['Unread', 'FIONREAD', unread === undefined ? HIDDEN : exactSize(unread)],
    ['Capacity', 'F_GETPIPE_SZ', capacity === undefined ? HIDDEN : exactSize(capacity)],
    ...(object.ancestor ? [['Nearest common ancestor', '', String(object.ancestor.pid)] satisfies Fact] : []),
  ];
}

/** What all POSIX objects have. */
function posix(object: ObjectOf<PosixKind>): Fact[] {
  const { name, owner, mode, flags } = object;
  return [
    ['Ref', '', object.ref],
    ['Name', '', name === undefined ? HIDDEN : visible(name)],
    ['Owner', 'uid, gid', owner === undefined ? HIDDEN : exactOwner(owner)],
    ['Mode', 'mode', mode === undefined ? HIDDEN : exactMode(mode)],
    ['State', '', flags.join(', ') || '-'],
    ['Device, inode', 'st_dev, st_ino', `${object.device}, ${object.inode}`],
  ];
}

/** A number that may be unknown. */
function known<T>(value: T | undefined, text: (value: T) => string = String): string {
  return value === undefined ? HIDDEN : text(value);
}

function maker({ maker: made }: { maker?: Maker | undefined }): Fact[] {
  if (!made) return [];
  const { program, pid, now } = made;
  const process = pid === undefined ? '' : `, process ${pid}${now === 'gone' ? ', which has ended' : ''}`;
  return [['Made by', 'by its name', `${program}${process}`]];
}

function locks({ locks: all = [] }: { locks?: Lock[] | undefined }): Fact[] {
  return all.map(({ offset, what, waiters, owner }): Fact => {
    const state = owner && (owner.now === 'gone' ? ', which has ended' : '');
    const held = owner ? `, held by thread ${owner.tid}${state}` : '';
    return ['Slept on', `at byte ${offset}`, `${what}, ${waiters} waiting${held}`];
  });
}

function notice({ notify }: ObjectOf<'posix.mq'>): string {
  if (notify === undefined) return HIDDEN;
  if (notify === null) return 'nobody';
  const { how, signal, pid } = notify;
  const who = pid === 0 ? 'a process outside this pid namespace' : `process ${pid}`;
  return `${who} by ${how === 'none' ? 'nothing' : how}${signal === undefined ? '' : ` ${signal}`}`;
}

const ofKind: { [K in Kind]: (object: ObjectOf<K>, processes: Processes) => Fact[] } = {
  'sysv.msg': (object, processes) => [
    ...common(object, 'msqid', 'msg_ctime'),
    ['Messages', 'msg_qnum', String(object.messages)],
    ['Bytes queued', 'msg_cbytes', exactSize(object.bytes)],
    ['Byte limit', 'msg_qbytes', object.maxBytes === undefined ? HIDDEN : exactSize(object.maxBytes)],
    ['Last send', 'msg_stime', momentText(object.lastSend?.at ?? null)],
    ['Last sender', 'msg_lspid', pastText(object.lastSend, processes)],
    ['Last receive', 'msg_rtime', momentText(object.lastReceive?.at ?? null)],
    ['Last receiver', 'msg_lrpid', pastText(object.lastReceive, processes)],
  ],

  'sysv.sem': (object) => [
    ...common(object, 'semid', 'sem_ctime'),
    ['Semaphores', 'sem_nsems', String(object.semaphores)],
    ['Last operation', 'sem_otime', momentText(object.lastOperationAt)],
    // Without details they may not be read; with them each stands in the table below.
    ...(object.details ? [] : [['Values', 'semval', HIDDEN] satisfies Fact]),
  ],

  'sysv.shm': (object, processes) => [
    ...common(object, 'shmid', 'shm_ctime'),
    ['Size', 'shm_segsz', exactSize(object.bytes)],
    ['In memory', 'rss', exactSize(object.resident)],
    ['In swap', 'swap', exactSize(object.swapped)],
    ['Attachments', 'shm_nattch', String(object.attachments)],
    [
      'Marked',
      'SHM_DEST',
      object.flags.includes('marked') ? 'yes: goes when the last process detaches' : 'no',
    ],
    ['Locked', 'SHM_LOCKED', object.flags.includes('locked') ? 'yes: kept out of swap' : 'no'],
    ['Created by', 'shm_cpid', pastText(object.createdBy, processes)],
    ['Last user', 'shm_lpid', pastText(object.lastUse, processes)],
    ['Last attach', 'shm_atime', momentText(object.attachedAt)],
    ['Last detach', 'shm_dtime', momentText(object.detachedAt)],
  ],

  'posix.mq': (object) => [
    ...posix(object),
    ['Messages', 'mq_curmsgs', known(object.messages)],
    ['Message limit', 'mq_maxmsg', known(object.maxMessages)],
    ['Message size', 'mq_msgsize', known(object.messageSize, exactSize)],
    ['Bytes queued', 'QSIZE', known(object.bytes, exactSize)],
    ['Notice to', 'mq_notify', notice(object)],
  ],

  'posix.sem': (object) => [
    ...posix(object),
    ['Value', 'sem_getvalue', known(object.value)],
    ['Waiting', 'nwaiters', known(object.waiters)],
    ['Layout', '', object.flags.includes('guessed') ? `${object.layout}, a guess` : object.layout],
    ...maker(object),
    ...(object.family ? [['Nearest common ancestor', '', String(object.family.pid)] satisfies Fact] : []),
  ],

  'posix.shm': (object) => [
    ...posix(object),
    ['Type', 'st_mode', object.type],
    ['Size', 'st_size', known(object.bytes, exactSize)],
    ['In memory or swap', 'st_blocks', known(object.allocated, exactSize)],
    ['Written', 'st_mtime', known(object.writtenAt, momentText)],
    ...maker(object),
    ...locks(object),
  ],

  pipe: (object) => stream(object),

  mapping: (object) => [
    ['Ref', '', object.ref],
    ['What', '', object.what],
    ['Name', '', object.name === undefined ? '-' : visible(object.name)],
    ['Owner', 'uid, gid', known(object.owner, exactOwner)],
    ['Mode', 'mode', known(object.mode, exactMode)],
    ['State', '', object.flags.join(', ') || '-'],
    ['Size', 'st_size', known(object.bytes, exactSize)],
    ...(object.what === 'file'
      ? []
      : [['In memory or swap', 'st_blocks', known(object.allocated, exactSize)] satisfies Fact]),
    ...(object.seals ? [['Seals', 'F_GET_SEALS', object.seals.join(', ') || '-'] satisfies Fact] : []),
    ['Device, inode', '/proc/PID/maps', `${object.device}, ${object.inode}`],
    ...(object.recent ?? []).map(({ pid, rights, seenAt }): Fact => [
      'Had it mapped',
      rights,
      `process ${pid}, until ${momentText(seenAt)}`,
    ]),
    ...locks(object),
  ],

  fifo: (object) => [
    ['Path', '', visible(object.path)],
    ...stream(object),
    ['Device', 'st_dev', object.device],
  ],

  unix: unixFacts,

  inet: inetFacts,
};
