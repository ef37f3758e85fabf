/** What the kernel does not let us see, in one row, and what would help. */
import type { Kind } from '../protocol/ref';
import type { Blind } from '../protocol/snapshot';
import { grouped, ofMany } from './values';
import { rowWhy, whyText } from './causes';
import { leftOutTexts } from './leftOut';
import { absenceOfObjects, isFoundThroughProcesses } from './absence';
import { kindViews } from './kinds';
import { t } from './translate';

type Code = Blind['code'];

export interface HiddenRow {
  /** What is hidden. */
  label: string;
  /** Why, and what would show it, in few words. */
  description: string;
  /** Each a line of its own. */
  help: string[];
}

/** How many of each code; undefined where nobody can know. */
type Hidden = Map<Code, number | undefined>;

/**
 * What is hidden of the objects of a kind; with no kind what is hidden of the whole machine: processes, which might have any object, and what else is told once for all kinds. Undefined
 * where nothing is.
 */
export function hiddenRow(blind: readonly Blind[], kind: Kind | undefined): HiddenRow | undefined {
  const found: Hidden = new Map();
  for (const one of blind) {
    const { ref, field, code, count } = one;
    if (ref !== undefined || count === 0 || !TOLD.includes(code) || isUnlisted(one)) continue;
    if (OF_PROCESSES.includes(code) !== (kind === undefined)) continue;
    if (kind !== undefined && one.kind !== kind) continue;
    // What was not searched for FIFOs is told below.
    if (kind === 'fifo' && field !== undefined) continue;
    // Any other field is about the objects themselves, whose rows say it.
    const aside = field !== undefined && field !== 'endpoints' && field !== 'waits';
    if (aside && code !== 'noSockDiag' && code !== 'cut' && field !== 'network') continue;
    // Several kinds tell of the same processes.
    const known = found.get(code);
    found.set(code, found.has(code) ? most(known, count) : count);
  }
  const folders = kind === 'fifo' ? blind.filter(({ field }) => field === 'folders') : [];
  const unlisted = kind === undefined ? [] : blind.filter((one) => one.kind === kind && isUnlisted(one));
  const openers = kind === 'fifo' ? blind.filter(({ field }) => field === 'openers') : [];
  const left = leftOutTexts(blind, kind);
  if (found.size + folders.length + openers.length + unlisted.length + left.length === 0) return undefined;
  const codes = TOLD.filter((code) => found.has(code));
  return {
    label: [
      ...unlisted.map(({ code }) => unlistedText(kind, code)),
      ...codes.map((code) => hiddenText(code, found.get(code))),
      ...folders.map(({ code, count }) => foldersText(code, count)),
      ...openers.map(({ count }) => openersText(count)),
      ...left,
    ].join('; '),
    description: codes.map(rowWhy).filter(Boolean).join('; '),
    help: [
      ...unlisted.map(({ code }) =>
        code === 'denied' ? t('Your user may not list them. To see all, run as root.') : whyText(code),
      ),
      ...(codes.some((code) => OF_PROCESSES.includes(code))
        ? [t('There may be more objects than are shown, and more who have them or wait on them.')]
        : []),
      ...codes.map((code) =>
        code === 'cut' ? t('There are more folders than are searched at once.') : whyText(code),
      ),
      ...(blind.some((one) => one.kind === kind && one.code === 'otherTraffic')
        ? [whyText('otherTraffic')]
        : []),
      ...folders.map(({ code }) =>
        code === 'denied' ? t('Your user may not list those folders.') : whyText(code),
      ),
      ...openers.map(() =>
        t(
          'Its path leads through a network or FUSE file system, which is not asked since it may never answer, or the FIFO has been renamed or unlinked.',
        ),
      ),
    ],
  };
}

/**
 * What of these kinds may be there unseen, each part once: what is hidden of a kind with its name, and what is hidden of the whole machine. Empty where absence is proved of all of them.
 */
export function unseenTexts(blind: readonly Blind[], kinds: readonly Kind[]): string[] {
  const unproved = kinds.filter((kind) => absenceOfObjects(blind, kind) !== 'proved');
  if (unproved.length === 0) return [];
  const parts = unproved.flatMap((kind) => {
    const label = hiddenRow(blind, kind)?.label;
    return label === undefined ? [] : [t('{0}: {1}', kindViews[kind].labels.group, label)];
  });
  const machine = unproved.some(isFoundThroughProcesses) ? hiddenFromObjects(blind)?.label : undefined;
  return machine === undefined ? parts : [...parts, machine];
}

/** What is said where there is none of these kinds, or none that `fits` what is to be done: "none" only where that is proved. */
export function noneText(blind: readonly Blind[], kinds: readonly Kind[], fits: boolean): string {
  const unseen = unseenTexts(blind, kinds).join('; ');
  if (unseen === '')
    return fits
      ? t('There is none on this machine with which you may do that.')
      : t('There is none on this machine.');
  return fits
    ? t('None was seen with which you may do that. Not all can be seen: {0}.', unseen)
    : t('None was seen. Not all can be seen: {0}.', unseen);
}

/** About processes that may not be looked at: they stand once for the machine, and not in every group. */
const OF_PROCESSES: readonly Code[] = ['denied', 'yama', 'hidepid', 'pidNamespace'];
/** Those that are told in a row, in this order. */
const TOLD: readonly Code[] = [
  ...(['notMounted', 'denied', 'yama', 'hidepid', 'pidNamespace'] as const),
  ...(['otherNetwork', 'cut', 'noSockDiag', 'failed'] as const),
];

/** Undefined: nobody can know. */
function most(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : Math.max(one, other);
}

/** Whether it is about the listing of a whole kind. */
function isUnlisted({ ref, kind, field, code, count }: Blind): boolean {
  const whole = ref === undefined && kind !== undefined && field === undefined && count === undefined;
  return whole && (code === 'denied' || code === 'remote' || code === 'failed');
}

function unlistedText(kind: Kind | undefined, code: Code): string {
  if (code === 'failed') return t('they could not be read this time: what is shown may be old');
  return kind === 'posix.shm' || kind === 'posix.sem'
    ? t('/dev/shm cannot be listed: only those that a process has can be seen')
    : t('they cannot be listed');
}

/** Of folders that are searched for FIFOs. */
function foldersText(code: Code, count: number | undefined): string {
  switch (code) {
    case 'cut':
      return t('not every folder was searched for FIFOs');
    case 'remote':
      return ofMany(
        count,
        t('folders on network or FUSE file systems are not searched'),
        t('1 folder on a network or FUSE file system is not searched'),
        (many) => t('{0} folders on network or FUSE file systems are not searched', many),
      );
    case 'unsettled':
    case 'failed':
      return ofMany(
        count,
        t('the search for FIFOs in the folders ended early'),
        t('1 folder could not be searched to its end'),
        (many) => t('{0} folders could not be searched to their end', many),
      );
    default:
      return ofMany(count, t('folders may not be searched'), t('1 folder may not be searched'), (many) =>
        t('{0} folders may not be searched', many),
      );
  }
}

/** Of threads that wait in opening a FIFO. */
function openersText(count: number | undefined): string {
  return ofMany(
    count,
    t('threads wait to open FIFOs that could not be found'),
    t('1 thread waits to open a FIFO that could not be found'),
    (many) => t('{0} threads wait to open FIFOs that could not be found', many),
  );
}

function hiddenText(code: Code, count: number | undefined): string {
  switch (code) {
    case 'denied':
      return ofMany(
        count,
        t('processes of other users cannot be looked at'),
        t('1 process of another user cannot be looked at'),
        (many) => t('{0} processes of other users cannot be looked at', many),
      );
    case 'yama':
      return ofMany(
        count,
        t('processes do not show what they wait for'),
        t('1 process does not show what it waits for'),
        (many) => t('{0} processes do not show what they wait for', many),
      );
    case 'hidepid':
      return count === undefined
        ? t('processes of other users do not show')
        : t('{0} processes of other users do not show', grouped(count));
    case 'notMounted':
      return t('only queues that a process has open can be seen');
    case 'pidNamespace':
      return t('outside this pid namespace: unseen');
    case 'otherNetwork':
      return ofMany(
        count,
        t('other network namespaces may hide more'),
        t('1 network namespace could not be looked into'),
        (many) => t('{0} network namespaces could not be looked into', many),
      );
    case 'cut':
      return ofMany(
        count,
        t('not every folder was searched for files of sockets'),
        t('1 folder was not searched for files of sockets'),
        (many) => t('{0} folders were not searched for files of sockets', many),
      );
    case 'noSockDiag':
      return t('read without sock_diag: less is known of each');
    default:
      return t('a part could not be read');
  }
}

/** The same of the whole machine, where objects are shown: that processes have none of them is no matter there. */
export function hiddenFromObjects(blind: readonly Blind[]): HiddenRow | undefined {
  return hiddenRow(
    blind.filter(({ field }) => field !== 'processes'),
    undefined,
  );
}
