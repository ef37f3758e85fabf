/** How files with locks are shown. */
import type { Copy } from '../../protocol/copies';
import type { ObjectOf } from '../../protocol/kinds';
import { type HeldLock, type LockWaiter, locksInTheWay } from '../../protocol/kinds/lock';
import { absenceOfHolders } from '../absence';
import { exact, named } from '../copies';
import { nobodyText } from '../nobody';
import { fileName, folderOf } from '../paths';
import { oneLine } from '../text';
import { exactMode, exactOwner, type Find, grouped, pidText } from '../values';
import type { KindPresentation, State } from './kindView';
import { ownerPart } from './owner';
import { deviceFact, inodeFact } from './posix';
import { stateFact } from './states';
import { youFacts, youPart } from '../ownActs';
import { lockAskedText, rangeText } from '../locks';
import { t } from '../translate';

type Locked = ObjectOf<'lock'>;

/** Locks, waiters and processes that are named one by one; of more only the number. */
const MOST_NAMED = 8;

const labels = () => ({
  one: t('locked file'),
  many: t('locked files'),
  group: t('File locks'),
  whole: t('file with locks'),
});

export const lock: KindPresentation<'lock'> = {
  kind: 'lock',
  get labels() {
    return labels();
  },
  icon: 'lock',
  word: 'fileLock',
  get about() {
    return t(
      'Programs lock a file to keep each other out. A lock of flock or of an open file description is held by everybody who has inherited that; to remove the file frees nobody, and lets two in.',
    );
  },
  closed: true,

  label,
  title: (object) => t('{0} · locks', label(object)),
  sort: () => labels().whole,
  order: (a, b) => compareText(a.path ?? '', b.path ?? '') || compareText(a.ref, b.ref),

  row(object, host, find) {
    return {
      steady: [
        ...youPart(object),
        ...waitPart(object),
        heldPart(object, find),
        ...(object.flags.includes('unlinked') ? [t('unlinked')] : []),
      ],
      counters: [],
      owner: ownerPart(object, host),
      last: object.path === undefined ? [] : [oneLine(folderOf(object.path))],
      attention: object.waiters.length > 0 && object.held.some(isOfEnded),
    };
  },

  states,

  facts: [
    {
      key: 'path',
      label: () => t('Path'),
      value: ({ path }) => path ?? t('hidden: nobody who has it open may be looked at'),
    },
    {
      key: 'lock',
      label: () => t('Lock'),
      kernelName: '/proc/locks',
      value: ({ held }, { process }) => some(held.map((one) => lockText(one, process))),
    },
    {
      key: 'waiter',
      label: () => t('Waits'),
      value: (object, { process }) => some(object.waiters.map((one) => waiterText(object, one, process))),
    },
    {
      key: 'holders',
      label: () => t('Held by'),
      value: (object, { process, hidden = 'unknown' }) => {
        const pids = holdersOf(object);
        return pids.length === 0
          ? nobodyText(absenceOfHolders(object, hidden))
          : some(pids.map((pid) => pidText(pid, process))).join(', ');
      },
    },
    stateFact<Locked>(states),
    inodeFact,
    deviceFact,
    {
      key: 'owner',
      label: () => t('Owner'),
      kernelName: 'st_uid, st_gid',
      value: ({ owner }) => (owner === undefined ? t('hidden') : exactOwner(owner)),
    },
    {
      key: 'mode',
      label: () => t('Mode'),
      kernelName: 'st_mode',
      value: ({ mode }) => (mode === undefined ? t('hidden') : exactMode(mode)),
    },
    {
      key: 'local',
      label: () => t('File system'),
      value: ({ local }) =>
        local === undefined
          ? undefined
          : local
            ? t('of this machine')
            : t('with a server: other machines may hold locks too'),
    },
    youFacts,
  ],
  figures: ({ held, waiters }) => [
    {
      ...{
        key: 'lock',
        look: 'value',
        says: [held.length === 1 ? t('1 lock') : t('{0} locks', grouped(held.length))],
      },
      chart: { label: t('Locks, since this panel was opened'), of: (sample) => sample.held.length },
    },
    {
      ...{ key: 'waiter', look: 'value', says: [waitText(waiters.length)] },
      chart: {
        label: t('How many wait, since this panel was opened'),
        of: (sample) => sample.waiters.length,
      },
    },
  ],

  inline: ['open'],
  copies: {
    menu: ['path', 'inode'],
    id: (object) => pathCopy(object) ?? exact(`inode ${object.inode}`),
    path: pathCopy,
  },
  prompts: {
    hold: {
      how: () => t('Which lock? Programs that use the other call do not notice it'),
      range: () => t('Which bytes, as 0-99 or 100-; empty: the whole file'),
      wait: () => t('And if somebody is in the way?'),
    },
  },
  failures: {
    errno: {
      'flock EAGAIN': () => inTheWay(),
      'fcntl EAGAIN': () => inTheWay(),
      'fcntl EACCES': () => inTheWay(),
      'fcntl EINVAL': () => t('that is no range of bytes that can be locked.'),
      'open EACCES': () => t('you may not open the file: its owner and mode do not let you.'),
    },
    disturbs: () => t('it is a device or a FIFO, and to open it may do something. Nothing was opened.'),
  },

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};

function inTheWay(): string {
  return t('others hold a lock that is in the way. Choose to wait, or ask who holds it to release it.');
}

function label({ path, device, inode }: Locked): string {
  return path === undefined ? t('inode {0} of device {1}', inode, device) : oneLine(fileName(path));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a !== b);
}

function pathCopy({ path, pathBytes }: Locked): Copy | undefined {
  return path === undefined ? undefined : named(path, pathBytes);
}

/** Each process that holds a lock there, once. */
function holdersOf({ held }: Locked): number[] {
  return [...new Set(held.flatMap(({ holders }) => holders.map(({ pid }) => pid)))].sort((a, b) => a - b);
}

/** `held by apt (7)`, `held by 3 processes`, `held by a hidden process` */
function heldPart(object: Locked, find: Find): string {
  const [first, ...more] = holdersOf(object);
  if (first === undefined) return t('holder hidden');
  return more.length === 0
    ? t('held by {0}', pidText(first, find))
    : t('held by {0} and {1} more', pidText(first, find), grouped(more.length));
}

function waitPart({ waiters }: Locked): string[] {
  return waiters.length === 0 ? [] : [waitText(waiters.length)];
}

function waitText(waiters: number): string {
  return waiters === 1 ? t('1 waits') : t('{0} wait', grouped(waiters));
}

/** Whether who took it has ended, and others have it still. */
function isOfEnded({ taker, holders }: HeldLock): boolean {
  return taker?.now === 'ended' && holders.length > 0;
}

/** `flock, exclusive: held by sleep (12) fd 9; taken by 11, which has ended` */
function lockText(lock: HeldLock, find: Find): string {
  const { holders, taker, breaking } = lock;
  const who = some(holders.map(({ pid, fd }) => t('{0} fd {1}', pidText(pid, find), fd))).join(', ');
  return [
    t(
      '{0}: {1}',
      lockAskedText(lock),
      who === '' ? t('held by a process that may not be looked at') : t('held by {0}', who),
    ),
    ...(breaking === true ? [t('the kernel wants it back for somebody who waits')] : []),
    ...(taker === undefined || taker.now === 'holds' ? [] : [takerText(taker, find)]),
  ].join('; ');
}

function takerText({ pid, now }: NonNullable<HeldLock['taker']>, find: Find): string {
  switch (now) {
    case 'ended':
      return t('taken by {0}, which has ended', pid);
    case 'outside':
      return t('taken outside this pid namespace, or by a process that has ended');
    default:
      return t('taken by {0}, which was not seen with it', pidText(pid, find));
  }
}

/** `bash (13): flock, exclusive, behind sleep (12)` */
function waiterText({ held }: Locked, waiter: LockWaiter, find: Find): string {
  const who = waiter.pid === undefined ? t('a process that is not told') : pidText(waiter.pid, find);
  const ahead = locksInTheWay(held, waiter);
  const pids = [...new Set(ahead.flatMap(({ holders }) => holders.map(({ pid }) => pid)))];
  const behind = some(pids.map((pid) => pidText(pid, find))).join(', ');
  const asked = waiter.type === undefined ? rangeText(waiter) : lockAskedText(waiter);
  return behind === '' ? t('{0}: {1}', who, asked) : t('{0}: {1}, behind {2}', who, asked, behind);
}

function some(texts: readonly string[]): string[] {
  const named = texts.slice(0, MOST_NAMED);
  return texts.length > MOST_NAMED ? [...named, t('{0} more', grouped(texts.length - MOST_NAMED))] : named;
}

function states({ flags, held, waiters }: Locked): State[] {
  const ended = held.some(isOfEnded);
  return [
    ...(ended
      ? [
          {
            key: 'heir',
            icon: 'person-add',
            text: t(
              'who took a lock has ended, and others hold it still, since they have inherited its open file',
            ),
            warns: waiters.length > 0,
          },
        ]
      : []),
    ...(flags.includes('unlinked')
      ? [
          {
            key: 'unlinked',
            icon: 'circle-slash',
            text: t('unlinked: its name is gone, so whoever opens that name anew locks another file'),
            warns: true,
          },
        ]
      : []),
  ];
}
