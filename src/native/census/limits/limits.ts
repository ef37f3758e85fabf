/** What is limited of IPC, and how much of it is used: of what the kernel counts by what it tells, of the rest by what shows. */
import { type LimitUse, sum } from '../../../protocol/limits';
import type { BigCount } from '../../../protocol/numbers';
import { exact as countOf } from '../../proc/host';
import type { IpcObject, ObjectOf } from '../../../protocol/kinds';
import { processRef } from '../../../protocol/ref';
import type { Blind, Host, Process } from '../../../protocol/snapshot';
import { eachNumber } from '../../libc/directory';
import { fieldOf } from '../../proc/fields';
import { parseLimits } from '../../proc/limits';
import { readLine, readSmall } from '../../proc/read';
import type { Look } from '../look';
import { type HeldInotify, inotifiesOf } from '../watchers/inotifies';
import { limitOfInotify } from '../watchers/watchersOf';

/** Processes between two places where the look may pause. */
const BREATH = 32;
/** Processes near their limit of open files that are told. */
const NEAREST = 3;
/** sizeof(struct msg_msg) and sizeof(struct posix_msg_tree_node) of 64 bits, and MQ_PRIO_MAX: what a queue takes of RLIMIT_MSGQUEUE besides its messages (getrlimit(2)). */
const MESSAGE_HEAD = 48;
const TREE_NODE = 48;
const PRIORITIES = 32_768;

/** What a look found that the limits are measured by: rows with details of pipes, FIFOs, System V objects and POSIX queues. */
interface Measured {
  host: Host;
  objects: readonly IpcObject[];
  blind: readonly Blind[];
}

/** Every limit that concerns IPC of this namespace, the machine, our own user, and of the processes that are nearest to theirs. Yields often. */
export function* limitUses(found: Measured, look: Look): Generator<undefined, LimitUse[]> {
  return [
    ...ofNamespace(found),
    ...ofMachine(found),
    ...(yield* ofUser(found, look)),
    ...(yield* ofProcesses(look)),
  ];
}

function ofNamespace({ host: { limits, usage }, objects, blind }: Measured): LimitUse[] {
  const found: LimitUse[] = [];
  const of = (
    what: LimitUse['what'],
    used: BigCount | undefined,
    most: BigCount | undefined,
    setting: string,
    shares: Iterable<[number, BigCount]>,
  ) => {
    if (used === undefined || most === undefined) return;
    found.push({ what, used, most, ...settingOf(setting), ...mostOf(shares, (uid) => ({ uid })) });
  };
  const owned = <K extends IpcObject['kind']>(kind: K, amount: (object: ObjectOf<K>) => BigCount = () => 1) =>
    kindOf(objects, kind).flatMap((one): [number, BigCount][] => {
      const { owner }: IpcObject = one;
      return owner ? [[owner.uid, amount(one)]] : [];
    });
  const { queues } = usage['sysv.msg'] ?? {};
  of('queues', queues, limits['sysv.msg']?.queues, 'kernel/msgmni', owned('sysv.msg'));
  of('sets', usage['sysv.sem']?.sets, limits['sysv.sem']?.sets, 'kernel/sem', owned('sysv.sem'));
  of(
    'semaphores',
    usage['sysv.sem']?.semaphores,
    limits['sysv.sem']?.semaphores,
    'kernel/sem',
    owned('sysv.sem', ({ semaphores }) => semaphores),
  );
  of(
    'segments',
    usage['sysv.shm']?.segments,
    limits['sysv.shm']?.segments,
    'kernel/shmmni',
    owned('sysv.shm'),
  );
  of(
    'segmentBytes',
    usage['sysv.shm']?.bytes,
    limits['sysv.shm']?.bytes,
    'kernel/shmall',
    owned('sysv.shm', ({ bytes }) => bytes),
  );
  of(
    'posixQueues',
    kindOf(objects, 'posix.mq').length,
    limits['posix.mq']?.queues,
    'fs/mqueue/queues_max',
    owned('posix.mq'),
  );
  return found.map((one) =>
    // One without a name shows only where a process that has it may be looked at.
    one.what === 'posixQueues' && hides(blind, 'posix.mq') ? { ...one, atLeast: true as const } : one,
  );
}

function ofMachine({ host: { usage } }: Measured): LimitUse[] {
  const memory = usage['posix.shm'];
  // Allocated, zero, and what is allowed (proc_sys_fs(5), file-nr).
  const [files, , most] = (readLine('/proc/sys/fs/file-nr') ?? '').split('\t');
  return [
    ...(memory ? [{ what: 'memory' as const, used: memory.used, most: memory.size }] : []),
    ...(files !== undefined && most !== undefined && /^\d+$/.test(files + most)
      ? [
          {
            ...{ what: 'systemFiles' as const, used: countOf(BigInt(files)), most: countOf(BigInt(most)) },
            ...settingOf('fs/file-max'),
          },
        ]
      : []),
  ];
}

/** Of the user whose rights we have: the kernel counts by the real one, which is the same for us. */
function* ofUser(found: Measured, look: Look): Generator<undefined, LimitUse[]> {
  const { uid } = found.host;
  const own = parseLimits(readSmall('/proc/self/limits')?.toString('latin1') ?? '');
  const status = readSmall('/proc/self/status')?.toString('latin1');
  const queued = /^(\d+)\/(\d+)$/.exec(fieldOf(status, 'SigQ') ?? '');
  const pages = Number(readLine('/proc/sys/fs/pipe-user-pages-soft') ?? NaN);
  const queueBytes = bytesOfQueues(found, uid);
  const bound = (limit: (typeof own)['files']) =>
    limit && `${limit.soft ?? 'unlimited'} ${limit.hard ?? 'unlimited'}`;
  return [
    ...(own.queueBytes
      ? [
          {
            ...{ what: 'queueBytes' as const, uid, most: own.queueBytes.soft, ...queueBytes },
            setting: bound(own.queueBytes) ?? '',
          },
        ]
      : []),
    ...(yield* ofInotify(uid, look)),
    ...(Number.isSafeInteger(pages)
      ? [
          {
            ...{ what: 'pipePages' as const, uid, most: pages === 0 ? null : pages },
            ...pipePages(found, uid, look.pageSize),
            ...settingOf('fs/pipe-user-pages-soft'),
          },
        ]
      : []),
    ...(queued
      ? [
          {
            ...{ what: 'signals' as const, uid, used: Number(queued[1]), most: Number(queued[2]) },
            setting: bound(own.signals) ?? '',
          },
        ]
      : []),
  ];
}

/** What the kernel counts of each is not told: it follows from what each may hold. `atLeast`: some do not show, or not what they may hold. */
function bytesOfQueues({ objects, blind }: Measured, uid: number): Pick<LimitUse, 'used' | 'atLeast'> {
  const queues = kindOf(objects, 'posix.mq').filter(({ owner }) => owner?.uid === uid);
  const known = queues.filter((one) => one.maxMessages !== undefined && one.messageSize !== undefined);
  const used = sum(known.map(({ maxMessages = 0, messageSize = 0 }) => takenBy(maxMessages, messageSize)));
  const atLeast = known.length < queues.length || hides(blind, 'posix.mq');
  return { used: countOf(used), ...(atLeast && { atLeast }) };
}

/** Bytes of RLIMIT_MSGQUEUE that a POSIX queue takes (getrlimit(2)). */
export function takenBy(maxMessages: number, messageSize: number): number {
  return maxMessages * (MESSAGE_HEAD + messageSize) + Math.min(maxMessages, PRIORITIES) * TREE_NODE;
}

function* ofInotify(uid: number, look: Look): Generator<undefined, LimitUse[]> {
  const [instances, watches] = [limitOfInotify('max_user_instances'), limitOfInotify('max_user_watches')];
  if (instances === undefined || watches === undefined) return [];
  const { held, denied } = yield* inotifiesOf(uid, look);
  // In a pid namespace, or behind hidepid, he may have more processes.
  const hidden = look.unseen.length > 0 || denied || held.some((one) => one.watches === undefined);
  const has = [...new Set(held.map(({ pid }) => pid))].flatMap((pid): [Process, number, number][] => {
    const process = look.processes.living(pid);
    const own = held.filter((one) => one.pid === pid);
    return process ? [[process, own.length, watchesOf(own)]] : [];
  });
  const each = held.filter(({ again }) => !again);
  const all = { instances: each.length, watches: watchesOf(each) };
  const uses = (at: 1 | 2) =>
    mostOf(
      has.map((one): [Process, number] => [one[0], one[at]]),
      ({ pid, startTime }) => ({ ref: processRef(pid, startTime) }),
    );
  const atLeast = hidden ? { atLeast: true as const } : {};
  return [
    {
      ...{ what: 'inotifyInstances', uid, used: all.instances, most: instances, ...uses(1), ...atLeast },
      ...settingOf('fs/inotify/max_user_instances'),
    },
    {
      ...{ what: 'inotifyWatches', uid, used: all.watches, most: watches, ...uses(2), ...atLeast },
      ...settingOf('fs/inotify/max_user_watches'),
    },
  ];
}

function watchesOf(held: readonly HeldInotify[]): number {
  return held.reduce((before, { watches = 0 }) => before + watches, 0);
}

/** By the pipes that show, and what each may hold; of one that nobody lets us ask at least a page. */
function pipePages({ objects }: Measured, uid: number, pageSize: number): Pick<LimitUse, 'used' | 'atLeast'> {
  const pipes = [...kindOf(objects, 'pipe'), ...kindOf(objects, 'fifo')].filter(
    ({ owner, endpoints }) => owner?.uid === uid && (endpoints?.length ?? 0) > 0,
  );
  const used = pipes.reduce((all, { capacity = pageSize }) => all + Math.ceil(capacity / pageSize), 0);
  return { used, atLeast: true };
}

/** The processes that have most of what they may have open. Yields often. */
function* ofProcesses(look: Look): Generator<undefined, LimitUse[]> {
  const found: LimitUse[] = [];
  let breath = 0;
  for (const [pid] of look.clocks) {
    if (++breath % BREATH === 0) yield;
    const { files } = parseLimits(readSmall(`/proc/${pid}/limits`)?.toString('latin1') ?? '');
    let used = 0;
    if (!files || eachNumber(`/proc/${pid}/fd`, () => used++) !== 'done') continue;
    const process = look.processes.living(pid);
    if (!process) continue;
    const { soft, hard } = files;
    found.push({
      ...{ what: 'files', ref: processRef(pid, process.startTime), used, most: soft },
      setting: `${soft ?? 'unlimited'} ${hard ?? 'unlimited'}`,
    });
  }
  const part = ({ used, most }: LimitUse) => (most === null ? 0 : Number(used) / Math.max(1, Number(most)));
  return found.sort((a, b) => part(b) - part(a)).slice(0, NEAREST);
}

function settingOf(name: string): { setting?: string } {
  const setting = readLine(`/proc/sys/${name}`);
  return setting === undefined ? {} : { setting: setting.trim().replaceAll(/\s+/g, ' ') };
}

/** Who has most of it, if anybody has any. */
function mostOf<W>(
  shares: Iterable<readonly [W, BigCount]>,
  name: (who: W) => Omit<NonNullable<LimitUse['uses']>, 'used'>,
): Pick<LimitUse, 'uses'> {
  const sums = new Map<W, bigint>();
  for (const [who, used] of shares) sums.set(who, (sums.get(who) ?? 0n) + BigInt(used));
  let best: [W, bigint] | undefined;
  for (const one of sums) if (!best || one[1] > best[1]) best = one;
  return best && best[1] > 0n ? { uses: { ...name(best[0]), used: countOf(best[1]) } } : {};
}

function kindOf<K extends IpcObject['kind']>(objects: readonly IpcObject[], kind: K): ObjectOf<K>[] {
  return objects.filter((one): one is ObjectOf<K> => one.kind === kind);
}

/** Whether some may have such an object who may not be looked at. */
function hides(blind: readonly Blind[], kind: IpcObject['kind']): boolean {
  return blind.some(
    (one) =>
      one.count !== 0 &&
      (one.kind === undefined || one.kind === kind) &&
      (one.field === undefined || one.field === 'endpoints'),
  );
}
