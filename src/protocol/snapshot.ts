/** The snapshot: the contract between the helper and everything else (views, command line, tests). Extend it, do not bend it. */
import * as v from 'valibot';
import { bigCount, count, moment } from './facts';
import { objectSchema } from './kinds';
import { processSchema } from './process';
import { kindSchema, refSchema } from './ref';

export { type Process, processSchema, type Thread, THREADS_MOST, waitsOf } from './process';

/** The version of the snapshot's shape; it rises when a field changes its meaning. */
export const SNAPSHOT_VERSION = 2;

/** What could not be looked at. No count means that nobody can know how many. */
export const blindSchema = v.object({
  kind: v.optional(kindSchema),
  ref: v.optional(refSchema),
  field: v.optional(v.string()),
  /**
   * `notLooked`: this version does not read it. `denied`: the kernel refuses (another user's, or not dumpable). `yama`: it refuses because of
   * kernel.yama.ptrace_scope. `hidepid`: proc is mounted so that others' processes do not show. `pidNamespace`: processes outside of ours cannot be
   * seen at all. `unsettled`: it changed while we looked. `noSysvipc`: /proc/sysvipc is missing
   * (no System V IPC in this kernel, or proc mounted with subset=pid). `cut`: more than is looked at. `remote`: it lies on a network or FUSE file
   * system, which may never answer. `notMounted`: the file system that lists the objects is not mounted, or shows
   * another namespace, so only those are seen that a readable process has open. `noSockDiag`: the kernel has no sock_diag for them, so they were read from /proc/net, which tells
   * less (`field`). `otherNetwork`: so many network namespaces (no count: nobody knows) could not be looked into. `otherTraffic`: so many sockets are left out, since
   * their traffic leaves this host. `otherIpcNamespace`: so many other IPC namespaces have objects of their own, which are not looked into. `notShown`: so many were found that are
   * no objects of any kind (`field`: `memfds` that one process alone has, `subfolders` of /dev/shm, `sockets` that are raw, not bound, of another family or of a namespace that no
   * process lives in, `processes` without an object). `inFlight`: so many descriptors are on their way in sockets (SCM_RIGHTS), so that nobody may seem to have what they lead to.
   * `failed`: reading failed in a way we do not know.
   */
  code: v.picklist([
    'notLooked',
    'denied',
    'yama',
    'hidepid',
    'pidNamespace',
    'unsettled',
    'noSysvipc',
    'cut',
    'remote',
    'notMounted',
    'noSockDiag',
    'otherNetwork',
    'otherTraffic',
    'otherIpcNamespace',
    'notShown',
    'inFlight',
    'failed',
  ]),
  count: v.optional(count),
});
export type Blind = v.InferOutput<typeof blindSchema>;

const limitsSchema = v.object({
  /** msgmni queues; msgmax bytes a message; msgmnb bytes a new queue */
  'sysv.msg': v.optional(v.object({ queues: count, messageBytes: count, queueBytes: count })),
  /** semmni sets; semmns semaphores in all; semmsl a set; semopm operations a call */
  'sysv.sem': v.optional(v.object({ sets: count, semaphores: count, perSet: count, operations: count })),
  /** shmmni segments; shmall and shmmax in bytes */
  'sysv.shm': v.optional(v.object({ segments: count, bytes: bigCount, segmentBytes: bigCount })),
  /** /proc/sys/fs/mqueue (mq_overview(7)); more than the two `Most` needs CAP_SYS_RESOURCE. `queues`: of this namespace. */
  'posix.mq': v.optional(
    v.object({
      queues: count,
      messagesDefault: count,
      messagesMost: count,
      messageSizeDefault: count,
      messageSizeMost: count,
    }),
  ),
});
const usageSchema = v.object({
  'sysv.msg': v.optional(v.object({ queues: count, messages: count, bytes: bigCount })),
  'sysv.sem': v.optional(v.object({ sets: count, semaphores: count })),
  'sysv.shm': v.optional(
    v.object({ segments: count, bytes: bigCount, resident: bigCount, swapped: bigCount }),
  ),
  /** Of the file system at /dev/shm, in bytes. */
  'posix.shm': v.optional(v.object({ used: bigCount, size: bigCount })),
});

/** The machine and the namespaces that a snapshot speaks of. */
export const hostSchema = v.object({
  name: v.string(),
  kernel: v.string(),
  architecture: v.string(),
  /** Of this boot; refs of another boot mean nothing. */
  bootId: v.string(),
  /** Inode numbers of /proc/self/ns/ipc and /proc/self/ns/pid. */
  ipcNamespace: v.string(),
  pidNamespace: v.string(),
  /** The same of /proc/self/ns/net. */
  networkNamespace: v.optional(v.string()),
  /** The uid whose rights the helper has. */
  uid: count,
  /** Its groups, the effective one among them. */
  groups: v.optional(v.array(count)),
  /** Its effective capabilities as hexadecimal text (CapEff of proc(5)). */
  capabilities: v.optional(v.string()),
  /** /dev/shm is a sticky folder: only the owner of a name there takes it away (unlink(2)). */
  stickyMemory: v.optional(v.boolean()),
  limits: limitsSchema,
  usage: usageSchema,
});
export type Host = v.InferOutput<typeof hostSchema>;
export type Limits = v.InferOutput<typeof limitsSchema>;
export type Usage = v.InferOutput<typeof usageSchema>;

export const snapshotSchema = v.object({
  version: v.literal(SNAPSHOT_VERSION),
  startedAt: moment,
  endedAt: moment,
  host: hostSchema,
  objects: v.array(objectSchema),
  processes: v.array(processSchema),
  blind: v.array(blindSchema),
});
export type Snapshot = v.InferOutput<typeof snapshotSchema>;
