/** The machine, its namespaces and the limits of System V IPC (proc_sys_kernel(5)) and POSIX queues (mq_overview(7)). */
import { existsSync, readlinkSync } from 'node:fs';
import { arch, hostname, release } from 'node:os';
import type { BigCount } from '../../protocol/facts';
import type { Host, Limits } from '../../protocol/snapshot';
import { fieldOf } from './fields';
import { readLine, readSmall } from './read';
import { isObstacle, withPathResolver } from './pathResolver';

/** A whole number as a Number where it is exact, else as decimal text. */
export function exact(value: bigint | string): BigCount {
  const big = BigInt(value);
  return big <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(big) : String(big);
}

/** What does not change while the helper lives, but for the host's name. */
export function readHost(): Omit<Host, 'limits' | 'usage'> {
  return {
    name: hostname(),
    kernel: release(),
    architecture: arch(),
    bootId: readLine('/proc/sys/kernel/random/boot_id') ?? '',
    ipcNamespace: namespace('ipc'),
    pidNamespace: namespace('pid'),
    // Absent in a kernel that has one network only.
    ...(existsSync('/proc/self/ns/net') && { networkNamespace: namespace('net') }),
    uid: process.geteuid?.() ?? 0,
    groups: [...new Set([process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])])],
    ...capabilities(),
    ...memoryFolder(),
  };
}

/** CapEff of our own; absent where proc does not tell. */
function capabilities(): Pick<Host, 'capabilities'> {
  const found = fieldOf(readSmall('/proc/self/status')?.toString('latin1'), 'CapEff');
  return found === undefined ? {} : { capabilities: found };
}

/** A file system with a server is not asked: it may never answer. */
function memoryFolder(): Pick<Host, 'stickyMemory'> {
  const status = withPathResolver((sight) => sight.statusHere(Buffer.from('/dev/shm')));
  return isObstacle(status) ? {} : { stickyMemory: (status.mode & 0o1000) !== 0 };
}

/** The inode number of one of our own namespaces (namespaces(7)). */
function namespace(kind: 'ipc' | 'pid' | 'net'): string {
  return /\[(\d+)\]/.exec(readlinkSync(`/proc/self/ns/${kind}`))?.[1] ?? '0';
}

/** The limits in force; a mechanism that this kernel lacks has none. */
export function readLimits(pageSize: number): Limits {
  const [msgmni, msgmax, msgmnb] = numbers('msgmni', 'msgmax', 'msgmnb');
  const [perSet, semaphores, operations, sets] = (readLine('/proc/sys/kernel/sem') ?? '').split(/\s+/);
  const [shmmni, shmall, shmmax] = numbers('shmmni', 'shmall', 'shmmax');
  const [queues, messagesDefault, messagesMost, messageSizeDefault, messageSizeMost] = [
    'queues_max',
    'msg_default',
    'msg_max',
    'msgsize_default',
    'msgsize_max',
  ].map((name) => Number(readLine(`/proc/sys/fs/mqueue/${name}`) ?? NaN)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    'sysv.msg':
      msgmni && msgmax && msgmnb
        ? { queues: Number(msgmni), messageBytes: Number(msgmax), queueBytes: Number(msgmnb) }
        : undefined,
    'sysv.sem': sets
      ? {
          sets: Number(sets),
          semaphores: Number(semaphores),
          perSet: Number(perSet),
          operations: Number(operations),
        }
      : undefined,
    'sysv.shm':
      shmmni && shmall && shmmax
        ? {
            segments: Number(shmmni),
            bytes: exact(BigInt(shmall) * BigInt(pageSize)),
            segmentBytes: exact(shmmax),
          }
        : undefined,
    'posix.mq': Number.isNaN(queues)
      ? undefined
      : { queues, messagesDefault, messagesMost, messageSizeDefault, messageSizeMost },
  };
}

function numbers(...names: string[]): (string | undefined)[] {
  return names.map((name) => wholeNumber(readLine(`/proc/sys/kernel/${name}`)));
}

/** Undefined where it is none. */
function wholeNumber(text: string | undefined): string | undefined {
  return text !== undefined && /^\d{1,20}$/.test(text) ? text : undefined;
}

/** The inode of the first pid namespace (include/linux/proc_ns.h, PROC_PID_INIT_INO). */
const INITIAL_PID_NAMESPACE = '4026531836';

/** Why there may be processes that do not show in /proc at all. */
export function unseenProcesses(pidNamespace: string): ('hidepid' | 'pidNamespace')[] {
  return [
    ...(pidNamespace === INITIAL_PID_NAMESPACE ? [] : ['pidNamespace' as const]),
    // Process 1 always lives; with hidepid it does not show to who may not trace it (proc(5)).
    ...(existsSync('/proc/1') ? [] : ['hidepid' as const]),
  ];
}
