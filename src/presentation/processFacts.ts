/** What there is to tell of a process: the records that tooltips, its page and the command line walk alike. */
import type { BigCount } from '../protocol/facts';
import type { LimitOfProcess, ProcessLimit } from '../protocol/process';
import type { Process } from '../protocol/snapshot';
import { signalsOf } from '../protocol/signals';
import { refOfWait, type Wait } from '../protocol/waits';
import { type Context, type Fact, type FactRecord, type FactValue, walk } from './facts';
import { nameOf } from './kinds';
import { processStateText } from './processes';
import { waitText } from './roles';
import { stateLabel, threadsTitle } from './shared';
import { signalsText } from './signals';
import { terminalText } from './terminals';
import { t } from './translate';
import { type Find, grouped, momentText, pidText, processText, size } from './values';
import { operationLegend } from './waits';
import { inotifyValues, watcherValues } from './watchers';

/** What surrounds a process while it is shown. */
interface ProcessContext extends Context {
  /** The name of a user, or `uid 33`. */
  user: (uid: number) => string;
}

/** Waits and relatives that are told one by one. */
const MOST_WAITS = 20;
const MOST_NAMED = 10;
/** A mask with every signal. */
const ALL = (1n << 64n) - 1n;
/** Those that a C library keeps for itself (32, 33), and those that nobody catches, ignores or blocks. */
const NOBODYS = (1n << 31n) | (1n << 32n) | (1n << 8n) | (1n << 18n);

type ProcessRecord = FactRecord<Process>;

/** One field of the process, as it is. */
const field = (
  key: string,
  label: () => string,
  kernelName: string,
  value: (process: Process, context: ProcessContext) => FactValue | readonly FactValue[] | undefined,
): ProcessRecord => ({ key, label, kernelName, value: value as ProcessRecord['value'] });

const processRecords: readonly ProcessRecord[] = [
  field(
    'pid',
    () => t('Pid'),
    'pid',
    ({ pid }) => String(pid),
  ),
  {
    key: 'state',
    label: stateLabel,
    kernelName: 'State',
    value: (process, { process: find }) => processStateText(process, beside(process, find)),
  },
  field(
    'command',
    () => t('Command'),
    'cmdline',
    ({ command }) => command,
  ),
  field(
    'program',
    () => t('Program'),
    'exe',
    ({ executable }) => executable,
  ),
  field(
    'folder',
    () => t('Folder'),
    'cwd',
    ({ workingDirectory }) => workingDirectory,
  ),
  field(
    'user',
    () => t('User'),
    'Uid',
    ({ uid }, { user }) => (uid === undefined ? undefined : t('{0} ({1})', user(uid), uid)),
  ),
  relative(
    'parent',
    () => t('Parent'),
    'PPid',
    ({ parent }) => parent,
  ),
  {
    key: 'children',
    label: () => t('Children'),
    value: ({ details, ...process }, { process: find }) =>
      details && namesText(details.children, details.childCount, beside({ ...process, details }, find)),
  },
  relative(
    'tracer',
    () => t('Traced by'),
    'TracerPid',
    ({ tracer }) => tracer ?? undefined,
  ),
  field(
    'group',
    () => t('Process group'),
    'NSpgid',
    (process, { process: find }) => {
      const { group, details } = process;
      if (group === undefined) return undefined;
      if (group === 0) return t('of another pid namespace');
      const members = details?.memberCount;
      const led =
        group === process.pid ? t('{0}, which it leads', group) : pidText(group, beside(process, find));
      return members === undefined ? led : t('{0}; processes in it: {1}', led, grouped(members));
    },
  ),
  field(
    'session',
    () => t('Session'),
    'NSsid',
    (process, { process: find }) => {
      const { session } = process;
      if (session === undefined) return undefined;
      if (session === 0) return t('of another pid namespace');
      return session === process.pid
        ? t('{0}, which it leads', session)
        : pidText(session, beside(process, find));
    },
  ),
  field(
    'terminal',
    () => t('Terminal'),
    'tty_nr',
    (process, { process: find }) => terminalFact(process, beside(process, find)),
  ),
  field('threads', threadsTitle, 'Threads', ({ threadCount }) =>
    threadCount === undefined ? undefined : grouped(threadCount),
  ),
  {
    key: 'waits',
    label: () => t('Waits'),
    value: ({ threads = [] }, { process: find }) =>
      waitsFact(
        threads.flatMap(({ wait }) => (wait === undefined || wait === 'runs' ? [] : [wait])),
        find,
      ),
  },
  field('pending', () => t('Pending signals'), 'ShdPnd', pendingFact),
  mask(
    'blocked',
    () => t('Blocked signals'),
    'SigBlk',
    ({ blocked }) => blocked,
  ),
  mask(
    'ignored',
    () => t('Ignored signals'),
    'SigIgn',
    ({ ignored }) => ignored,
  ),
  mask(
    'caught',
    () => t('Caught signals'),
    'SigCgt',
    ({ caught }) => caught,
  ),
  mask(
    'usual',
    () => t('Signals left as they are'),
    '',
    ({ caught, ignored }) => (ALL & ~NOBODYS & ~BigInt(`0x${caught}`) & ~BigInt(`0x${ignored}`)).toString(16),
  ),
  field('inherited', () => t('Signals as its ancestor has them'), '', inheritedFact),
  field(
    'signalfds',
    () => t('Signals read from a descriptor'),
    'sigmask',
    ({ details }) =>
      details?.signalfds?.map(({ fd, signals }) =>
        t('fd {0}: {1}', fd, signalsText(signals, details.realTime)),
      ),
  ),
  {
    key: 'watches',
    label: () => t('Watches'),
    value: ({ details, ...process }, { process: find }) =>
      details?.watchers && watcherValues(details.watchers, beside({ ...process, details }, find)),
  },
  {
    key: 'handedDown',
    label: () => t('Descriptors its children need not have'),
    kernelName: 'O_CLOEXEC',
    value: ({ details, ...process }, { process: find }) =>
      details?.handedDown?.map(({ fd, type, inode, to }) => {
        const names = namesText(to, to.length, beside({ ...process, details }, find)) ?? '';
        return t('fd {0}, {1} {2}: {3}', fd, type === 'pipe' ? t('pipe') : t('socket'), inode, names);
      }),
  },
  {
    key: 'limits',
    label: () => t('Limits'),
    value: ({ details }) =>
      details?.limits?.map((one) => ({
        ...{ label: limitLabel(one), text: limitText(one), kernelName: LIMIT_NAMES[one.limit] },
      })),
  },
  {
    key: 'inotify',
    label: () => t('Limits'),
    value: ({ details }) => details && inotifyValues(details),
  },
  field(
    'queued',
    () => t('Queued signals'),
    'SigQ',
    ({ signals }) =>
      signals &&
      t('{0} of {1}, of all its user has', grouped(signals.queued.count), grouped(signals.queued.limit)),
  ),
];

export const LIMIT_NAMES: Readonly<Record<ProcessLimit, string>> = {
  files: 'RLIMIT_NOFILE',
  locked: 'RLIMIT_MEMLOCK',
  queueBytes: 'RLIMIT_MSGQUEUE',
  signals: 'RLIMIT_SIGPENDING',
  processes: 'RLIMIT_NPROC',
};

/** What is limited. */
export function limitLabel({ limit }: LimitOfProcess): string {
  const labels: Record<ProcessLimit, string> = {
    files: t('Open files'),
    locked: t('Locked memory'),
    queueBytes: t('Bytes in POSIX queues of its user'),
    signals: t('Queued signals of its user'),
    processes: t('Threads of its user'),
  };
  return labels[limit];
}

/** `24 of 1,024`, `at least 312 of 96,365`, `800 KiB; how much is used, the kernel does not tell`. */
export function limitText({ limit, soft, hard, use, atLeast }: LimitOfProcess): string {
  const inBytes = limit === 'locked' || limit === 'queueBytes';
  const say = (value: BigCount | null) =>
    value === null ? t('no limit') : inBytes ? size(value) : grouped(value);
  const now =
    use === undefined
      ? t('{0}; how much is used, the kernel does not tell', say(soft))
      : atLeast
        ? t('at least {0} of {1}', say(use), say(soft))
        : t('{0} of {1}', say(use), say(soft));
  return soft === hard ? now : t('{0}; may be raised to {1}', now, say(hard));
}

/** Everything that is known of a process, in the order in which it is told. */
export function factsOfProcess(process: Process, context: ProcessContext): Fact[] {
  return walk(processRecords, process, context);
}

/** Finds those that a process names first among those that came with it. */
export function beside({ details }: Pick<Process, 'details'>, find: Find): Find {
  const own = new Map((details?.relatives ?? []).map((one) => [one.pid, one]));
  return Object.assign((pid: number) => find(pid) ?? own.get(pid), { object: find.object });
}

function relative(
  key: string,
  label: () => string,
  kernelName: string,
  of: (process: Process) => number | undefined,
): ProcessRecord {
  return field(key, label, kernelName, (process, { process: find }) => {
    const pid = of(process);
    if (pid === undefined) return undefined;
    return pid === 0 ? t('outside this pid namespace') : pidText(pid, beside(process, find));
  });
}

function mask(
  key: string,
  label: () => string,
  kernelName: string,
  of: (signals: NonNullable<Process['signals']>) => string,
): ProcessRecord {
  return field(
    key,
    label,
    kernelName,
    ({ signals, details }) => signals && signalsText(of(signals), details?.realTime),
  );
}

function namesText(pids: readonly number[], count: number, find: Find): string | undefined {
  if (count === 0) return undefined;
  const named = pids.slice(0, MOST_NAMED).map((pid) => {
    const found = find(pid);
    if (!found) return String(pid);
    return found.state === 'Z' ? t('{0}, ended and not collected', processText(found)) : processText(found);
  });
  const more = count - named.length;
  return more > 0 ? t('{0} and {1} more', named.join(', '), grouped(more)) : named.join(', ');
}

function terminalFact({ terminal, group, details }: Process, find: Find): string | undefined {
  if (terminal === undefined) return undefined;
  if (terminal === null) return t('none');
  const name = terminalText(terminal.device);
  const { foregroundGroup } = terminal;
  if (foregroundGroup === null) return t('{0}; nobody is in front of it', name);
  if (foregroundGroup === group) return t('{0}; its own group gets what is typed there', name);
  const who = details?.foreground && namesText(details.foreground, details.foreground.length, find);
  return t('{0}; what is typed there goes to {1}', name, who ?? t('group {0}', foregroundGroup));
}

function waitsFact(waits: readonly Wait[], find: Find): FactValue[] {
  const told = waits.slice(0, MOST_WAITS).map((wait) => {
    const ref = refOfWait(wait);
    const object = ref === undefined ? undefined : find.object?.(ref);
    const text = object ? t('{0} on {1}', waitText(wait), nameOf(object, find)) : waitText(wait);
    return { text: sinceText(text, wait), kernelName: wait.call };
  });
  const more = waits.length - MOST_WAITS;
  return [...told, ...(more > 0 ? [t('{0} more', grouped(more))] : []), ...operationLegend(waits)];
}

/** With the moment since when. */
function sinceText(text: string, { since, atLeast }: Pick<Wait, 'since' | 'atLeast'>): string {
  if (since === undefined) return text;
  return atLeast
    ? t('{0}, since {1} at least', text, momentText(since))
    : t('{0}, since {1}', text, momentText(since));
}

/** Of the process, and of each thread that has some of its own. */
function pendingFact({ signals, details }: Process): readonly FactValue[] | undefined {
  if (!signals) return undefined;
  if (!details) return [signalsText(signals.pending)];
  const own = details.threads.filter(({ pending }) => signalsOf(pending).length > 0);
  return [
    signalsText(details.pending, details.realTime),
    ...own.map(({ tid, pending }) => ({
      text: t('of thread {0}: {1}', tid, signalsText(pending, details.realTime)),
      kernelName: 'SigPnd',
    })),
  ];
}

function inheritedFact(
  process: Process,
  { process: find }: ProcessContext,
): readonly FactValue[] | undefined {
  const near = beside(process, find);
  return process.details?.inherited.map(({ is, signals, from }) => {
    const [who, what] = [pidText(from, near), signalsText(signals, process.details?.realTime)];
    return is === 'ignored'
      ? t('ignored, as {0} does: {1}', who, what)
      : t('blocked, as {0} does: {1}', who, what);
  });
}
