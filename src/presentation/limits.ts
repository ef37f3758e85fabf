/** What is said of limits: how much of each is used, who uses most, which setting changes it, and what fails once it is reached. */
import { type Limited, type LimitUse, partUsed } from '../protocol/limits';
import type { BigCount } from '../protocol/numbers';
import { parseProcessRef } from '../protocol/ref';
import { t } from './translate';
import { type Find, grouped, pidText, size } from './values';

/** From here on a limit is called near, in hundredths; as the finding has it. */
const NEAR = 80;

/** Of which the kernel has as good as none: shmall and shmmax are near 2^64. */
const AS_GOOD_AS_NONE = 2 ** 60;

/** How a limit is spoken of. */
interface Words {
  label: () => string;
  /** As the kernel or getrlimit(2) calls it. */
  kernelName: string;
  /** Where it is set: a file of /proc/sys as sysctl(8) names it; a limit of processes as ulimit and prlimit(1) do; or neither. */
  set: { sysctl: string; place?: number } | { ulimit: string; prlimit: string } | 'mount';
  inBytes?: true;
  /** What fails then, and with which error. */
  fails: () => string;
}

const WORDS: Readonly<Record<Limited, Words>> = {
  queues: {
    ...{ label: () => t('System V queues'), kernelName: 'msgmni', set: { sysctl: 'kernel.msgmni' } },
    fails: () => noSpace('msgget'),
  },
  sets: {
    ...{ label: () => t('Semaphore sets'), kernelName: 'semmni', set: { sysctl: 'kernel.sem', place: 3 } },
    fails: () => noSpace('semget'),
  },
  semaphores: {
    ...{
      label: () => t('System V semaphores'),
      kernelName: 'semmns',
      set: { sysctl: 'kernel.sem', place: 1 },
    },
    fails: () => noSpace('semget'),
  },
  segments: {
    ...{ label: () => t('Segments'), kernelName: 'shmmni', set: { sysctl: 'kernel.shmmni' } },
    fails: () => noSpace('shmget'),
  },
  segmentBytes: {
    ...{ label: () => t('Bytes in segments'), kernelName: 'shmall', set: { sysctl: 'kernel.shmall' } },
    inBytes: true,
    fails: () => noSpace('shmget'),
  },
  posixQueues: {
    ...{ label: () => t('POSIX queues'), kernelName: 'queues_max', set: { sysctl: 'fs.mqueue.queues_max' } },
    fails: () => noSpace('mq_open'),
  },
  memory: {
    ...{ label: () => t('Memory in /dev/shm'), kernelName: 'tmpfs', set: 'mount', inBytes: true },
    fails: () =>
      t(
        'Making a file longer succeeds all the same: who then touches memory that is not there is ended by SIGBUS; write and fallocate fail with ENOSPC.',
      ),
  },
  systemFiles: {
    ...{
      label: () => t('Open files of all processes'),
      kernelName: 'file-max',
      set: { sysctl: 'fs.file-max' },
    },
    fails: () => t('Whatever opens something then fails with ENFILE, in every process but those of root.'),
  },
  queueBytes: {
    label: () => t('Bytes in POSIX queues'),
    ...{ kernelName: 'RLIMIT_MSGQUEUE', set: { ulimit: 'ulimit -q', prlimit: '--msgqueue' }, inBytes: true },
    fails: () => t('mq_open then fails with EMFILE, "Too many open files", though it is not about files.'),
  },
  inotifyInstances: {
    label: () => t('inotify instances'),
    ...{ kernelName: 'max_user_instances', set: { sysctl: 'fs.inotify.max_user_instances' } },
    fails: () =>
      t('inotify_init then fails with EMFILE, "Too many open files", though few files may be open.'),
  },
  inotifyWatches: {
    label: () => t('inotify watches'),
    ...{ kernelName: 'max_user_watches', set: { sysctl: 'fs.inotify.max_user_watches' } },
    fails: () =>
      t('inotify_add_watch then fails with ENOSPC, "No space left on device", though no disk is full.'),
  },
  pipePages: {
    label: () => t('Pages of pipes'),
    ...{ kernelName: 'pipe-user-pages-soft', set: { sysctl: 'fs.pipe-user-pages-soft' } },
    fails: () =>
      t('A new pipe then holds two pages at most instead of 16, and may not be made larger (EPERM).'),
  },
  signals: {
    label: () => t('Queued signals'),
    ...{ kernelName: 'RLIMIT_SIGPENDING', set: { ulimit: 'ulimit -i', prlimit: '--sigpending' } },
    fails: () =>
      t(
        'sigqueue and timer_create then fail with EAGAIN; real-time signals of kill come without their value.',
      ),
  },
  files: {
    label: () => t('Open files'),
    ...{ kernelName: 'RLIMIT_NOFILE', set: { ulimit: 'ulimit -n', prlimit: '--nofile' } },
    fails: () =>
      t(
        'Whatever opens something in it then fails with EMFILE, "Too many open files"; descriptors that are sent to it are lost.',
      ),
  },
};

function noSpace(call: string): string {
  return t('{0} then fails with ENOSPC, "No space left on device", though no disk is full.', call);
}

/** Who is named with a limit. */
export interface LimitAround {
  find: Find;
  /** The name of a user. */
  user: (uid: number) => string;
}

/** A limit as it is told. */
export interface LimitText {
  /** `Bytes in POSIX queues of dev` */
  label: string;
  /** The same without whose limit it is, and whose that is; empty of the machine's. */
  what: string;
  whose: string;
  kernelName: string;
  /** `39 of 32,000`, `at least 24 of 128`, `no limit` */
  used: string;
  /** `95 %`; empty where that is not known. */
  percent: string;
  near: boolean;
  /** `postgres (4301) 2.0 GiB`; empty where nobody is known. */
  usesMost: string;
  /** The same in parts. */
  who?: { name: string; used: string };
  /** `kernel.msgmni`, `ulimit -q` */
  setting: string;
  /** `now 32000`; empty where nobody tells. */
  now: string;
  fails: string;
  /** A line for a shell that raises it to twice as much. */
  raise: string;
}

export function limitUseText(use: LimitUse, around: LimitAround): LimitText {
  const { what, uses } = use;
  const amount = (value: BigCount) => (WORDS[what].inBytes ? size(value) : grouped(value));
  const who = uses && { name: whoText(uses, around), used: amount(uses.used) };
  const { label, kernelName, set, fails } = WORDS[what];
  const part = partUsed(use);
  return {
    label: labelOf(label(), use, around),
    what: label(),
    whose: whoText(use, around),
    kernelName,
    used: usedText(use, amount),
    percent: part === undefined ? '' : percentText(part),
    near: part !== undefined && part * 100 >= NEAR,
    usesMost: who ? `${who.name} ${who.used}` : '',
    ...(who && { who }),
    setting: typeof set === 'string' ? 'mount -o size=' : 'sysctl' in set ? set.sysctl : set.ulimit,
    now: use.setting === undefined ? '' : t('now {0}', use.setting),
    fails: fails(),
    raise: raiseLine(use),
  };
}

function usedText({ most, used, atLeast }: LimitUse, amount: (value: BigCount) => string): string {
  const inUse = used === undefined ? undefined : atLeast ? t('at least {0}', amount(used)) : amount(used);
  if (most === null || Number(most) >= AS_GOOD_AS_NONE)
    return inUse === undefined ? t('no limit') : t('{0}, no limit', inUse);
  return inUse === undefined ? t('{0} allowed', amount(most)) : t('{0} of {1}', inUse, amount(most));
}

/** The limits that tell how much is used, those first of which most is. */
export function nearestFirst(limits: readonly LimitUse[]): LimitUse[] {
  const known = limits.filter((one) => partUsed(one) !== undefined);
  return known.sort((a, b) => (partUsed(b) ?? 0) - (partUsed(a) ?? 0));
}

/** `Nearest to its end: POSIX queue bytes of dev, 761 of 800 KiB (95 %).` */
export function nearestText(use: LimitUse, around: LimitAround): string {
  const { label, used, percent } = limitUseText(use, around);
  return t('Nearest to its end: {0}, {1} ({2}).', label, used, percent);
}

function labelOf(label: string, { uid, ref }: LimitUse, around: LimitAround): string {
  if (uid === undefined && ref === undefined) return label;
  return t('{0} of {1}', label, whoText({ uid, ref }, around));
}

function whoText({ uid, ref }: Pick<LimitUse, 'uid' | 'ref'>, { find, user }: LimitAround): string {
  const parts = ref === undefined ? undefined : parseProcessRef(ref);
  if (parts) return pidText(parts.pid, find);
  return uid === undefined ? '' : user(uid);
}

function percentText(part: number): string {
  if (part > 0 && part < 0.01) return t('below 1 %');
  return t('{0} %', grouped(Math.floor(part * 100)));
}

function raiseLine({ what, most, setting = '', ref }: LimitUse): string {
  const { set } = WORDS[what];
  const twice = String(2n * BigInt(most ?? 0));
  if (set === 'mount') return `sudo mount -o remount,size=${twice} /dev/shm`;
  if ('sysctl' in set) {
    const values = setting.split(' ');
    const at = set.place ?? 0;
    const changed = values.map((value, place) =>
      place === at && /^\d+$/.test(value) ? String(2n * BigInt(value)) : value,
    );
    return `sudo sysctl -w ${set.sysctl}=${changed.length > 1 ? `"${changed.join(' ')}"` : changed.join('')}`;
  }
  const pid = ref === undefined ? undefined : parseProcessRef(ref)?.pid;
  return pid === undefined ? `${set.ulimit} ${twice}` : `sudo prlimit --pid ${pid} ${set.prlimit}=${twice}:`;
}
