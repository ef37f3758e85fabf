/** What there is to tell of a process: the records that tooltips, its page and the command line walk alike. */
import type { Process } from '../protocol/snapshot';
import { signalsOf } from '../protocol/signals';
import { refOfWait, type Wait } from '../protocol/waits';
import { type Context, type Fact, type FactRecord, type FactValue, walk } from './facts';
import { nameOf } from './kinds';
import { processStateText } from './processes';
import { waitText } from './roles';
import { stateLabel } from './shared';
import { signalsText } from './signals';
import { terminalText } from './terminals';
import { t } from './translate';
import { type Find, grouped, pidText, processText } from './values';
import { operationLegend } from './waits';

/** What surrounds a process while it is shown. */
export interface ProcessContext extends Context {
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

type Record = FactRecord<Process>;

/** One field of the process, as it is. */
const field = (
  key: string,
  label: () => string,
  kernelName: string,
  value: (process: Process, context: ProcessContext) => FactValue | readonly FactValue[] | undefined,
): Record => ({ key, label, kernelName, value: value as Record['value'] });

export const processRecords: readonly Record[] = [
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
  field(
    'threads',
    () => t('Threads'),
    'Threads',
    ({ threadCount }) => (threadCount === undefined ? undefined : grouped(threadCount)),
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
  field(
    'queued',
    () => t('Queued signals'),
    'SigQ',
    ({ signals }) =>
      signals &&
      t('{0} of {1}, of all its user has', grouped(signals.queued.count), grouped(signals.queued.limit)),
  ),
];

/** Everything that is known of a process, in the order in which it is told. */
export function factsOfProcess(process: Process, context: ProcessContext): Fact[] {
  return walk(processRecords, process, context);
}

/** Finds those that a process names first among those that came with it. */
function beside({ details }: Pick<Process, 'details'>, find: Find): Find {
  const own = new Map((details?.relatives ?? []).map((one) => [one.pid, one]));
  return Object.assign((pid: number) => find(pid) ?? own.get(pid), { object: find.object });
}

function relative(
  key: string,
  label: () => string,
  kernelName: string,
  of: (process: Process) => number | undefined,
): Record {
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
): Record {
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
    return { text, kernelName: wait.call };
  });
  const more = waits.length - MOST_WAITS;
  return [...told, ...(more > 0 ? [t('{0} more', grouped(more))] : []), ...operationLegend(waits)];
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
