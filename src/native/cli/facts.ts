/** Every fact of an object: what it is, the kernel's own name of it, its value. */
import type { IpcObject, ObjectOf } from '../../protocol/kinds';
import type { Kind, SysvKind } from '../../protocol/ref';
import { visible } from '../../protocol/text';
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

  pipe: (object) => stream(object),

  fifo: (object) => [
    ['Path', '', visible(object.path)],
    ...stream(object),
    ['Device', 'st_dev', object.device],
  ],

  unix: unixFacts,

  inet: inetFacts,
};
