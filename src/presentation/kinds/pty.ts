/** How pseudo-terminals are shown. */
import type { ObjectOf } from '../../protocol/kinds';
import type { PtyWaiting } from '../../protocol/kinds/pty';
import { exact } from '../copies';
import { type Find, exactMode, exactOwner, grouped, pidText } from '../values';
import type { KindPresentation, State } from './kindView';
import { stateFact } from './states';
import { youFacts, youPart } from '../ownActs';
import { waiterFacts, waitersOf } from '../waits';
import { watchedFacts } from '../watched';
import { t } from '../translate';
import { nobodyText } from '../nobody';
import { absenceOfHolders } from '../absence';
import { ownerPart } from './owner';

type Pty = ObjectOf<'pty'>;

/** Processes named one by one; of more only the number. */
const MOST_NAMED = 8;

const labels = () => ({
  one: t('pseudo-terminal'),
  many: t('pseudo-terminals'),
  group: t('Pseudo-terminals'),
  whole: t('pseudo-terminal'),
});

export const pty: KindPresentation<'pty'> = {
  kind: 'pty',
  get labels() {
    return labels();
  },
  icon: 'terminal',
  word: 'pty',
  get about() {
    return t(
      'A pseudo-terminal (pty) joins who shows it (the master: a terminal emulator, sshd, tmux) with the programs in it (the slave); the kernel keeps what either side has not read, and turns Ctrl+C into a signal to the group in front.',
    );
  },
  closed: true,

  label,
  title: (object, find) => t('{0} · {1}', label(object), inIt(object, find)),
  sort: (object) => label(object),
  // Those of our own devpts first.
  order: (a, b) =>
    Number(a.elsewhere === true) - Number(b.elsewhere === true) ||
    (a.device ?? '').localeCompare(b.device ?? '') ||
    a.index - b.index,

  quiet: {
    is: (object) => object.flags.length === 0 && writersPart(object, () => undefined).length === 0,
    text: (count) =>
      count === 1
        ? t('1 pseudo-terminal at which nobody waits to write')
        : t('{0} pseudo-terminals at which nobody waits to write', grouped(count)),
  },

  row: (object, host, find) => ({
    steady: [...youPart(object), ...states(object).map(({ text }) => text), ...writersPart(object, find)],
    counters: [],
    owner: ownerPart(object, host),
    last: [inIt(object, find), ...(object.elsewhere ? [t('of another devpts')] : [])],
    attention: states(object).some(({ warns }) => warns),
  }),

  states,

  facts: [
    stateFact<Pty>(states),
    {
      key: 'slave',
      label: () => t('Programs in it'),
      kernelName: 'slave',
      value: (object, { process, hidden = 'unknown' }) => sideText(object, 'slave', process, hidden),
    },
    {
      key: 'foreground',
      label: () => t('In front'),
      kernelName: 'tpgid',
      value: ({ foreground }, { process }) => {
        if (foreground === undefined) return undefined;
        if (foreground === null) return t('no process group');
        const { group, pids } = foreground;
        const named = some(pids, process);
        return pids.length === 0
          ? t('process group {0}: it gets Ctrl+C', group)
          : t('{0}: process group {1}, which gets Ctrl+C', named, group);
      },
    },
    {
      key: 'session',
      label: () => t('Session'),
      kernelName: 'TIOCGSID',
      value: ({ session }, { process }) => {
        if (session === undefined) return undefined;
        return session === null
          ? t('of none: it controls nobody')
          : t('led by {0}', pidText(session, process));
      },
    },
    {
      key: 'master',
      label: () => t('Shown by'),
      kernelName: 'master',
      value: (object, { process, hidden = 'unknown' }) =>
        object.flags.includes('hungUp') ? t('nobody any more') : sideText(object, 'master', process, hidden),
    },
    {
      key: 'output',
      label: () => t('Not shown yet'),
      kernelName: 'FIONREAD',
      value: ({ output }) => output && waitingText(output),
    },
    {
      key: 'input',
      label: () => t('Not read yet'),
      kernelName: 'FIONREAD',
      value: ({ input, byLine }) => {
        if (input === undefined) return undefined;
        return byLine === true
          ? t('{0} (whole lines; one that is still typed does not count)', waitingText(input))
          : waitingText(input);
      },
    },
    {
      key: 'size',
      label: () => t('Window'),
      kernelName: 'TIOCGWINSZ',
      value: ({ size }) => {
        if (size === undefined) return undefined;
        return size.rows === 0 && size.columns === 0
          ? t('no size set')
          : t('{0} columns, {1} rows', grouped(size.columns), grouped(size.rows));
      },
    },
    {
      key: 'byLine',
      label: () => t('Input'),
      kernelName: 'ICANON, ECHO',
      value: ({ byLine, echo }) => {
        if (byLine === undefined) return undefined;
        const how = byLine ? t('by lines') : t('as it is typed');
        return echo === true ? t('{0}, shown while it is typed', how) : t('{0}, not shown', how);
      },
    },
    {
      key: 'path',
      label: () => t('Path'),
      value: (object) => pathOf(object) ?? (object.elsewhere ? t('of another devpts') : undefined),
    },
    {
      key: 'owner',
      label: () => t('Owner'),
      kernelName: 'st_uid, st_gid',
      value: ({ owner }) => owner && exactOwner(owner),
    },
    {
      key: 'mode',
      label: () => t('Mode'),
      kernelName: 'st_mode',
      value: ({ mode }) => (mode === undefined ? undefined : exactMode(mode)),
    },
    {
      key: 'device',
      label: () => t('Device of its devpts'),
      kernelName: 'st_dev',
      value: ({ device }) => device ?? t('not known'),
    },
    waiterFacts,
    watchedFacts,
    youFacts,
  ],
  figures: (object) => [
    ...(object.size === undefined || object.size.columns === 0
      ? []
      : [
          {
            ...{ key: 'size', look: 'value' as const },
            says: [t('{0} × {1}', grouped(object.size.columns), grouped(object.size.rows))],
          },
        ]),
    ...(object.output === undefined
      ? []
      : [
          {
            ...{ key: 'output', look: 'value' as const },
            says: [t('{0} not shown yet', waitingText(object.output))],
            chart: {
              label: t('What is not shown yet, since this panel was opened'),
              of: ({ output }: Pty) => output?.bytes,
            },
          },
        ]),
  ],

  inline: ['open'],
  copies: {
    menu: ['path'],
    id: (object) => exact(label(object)),
    path: (object) => {
      const path = pathOf(object);
      return path === undefined ? undefined : exact(path);
    },
  },

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};

/** `pts/4`, as ps(1) and who(1) have it. */
function label({ index }: Pty): string {
  return `pts/${index}`;
}

/** Undefined where it is another's for us, or nobody's any more. */
function pathOf({ index, device, elsewhere, flags }: Pty): string | undefined {
  return device === undefined || elsewhere || flags.includes('hungUp') ? undefined : `/dev/pts/${index}`;
}

function pidsOf({ endpoints = [] }: Pty, side: 'master' | 'slave'): number[] {
  const pids = endpoints.flatMap(({ role, pid }) => (role === side ? [pid] : []));
  return [...new Set(pids)].sort((a, b) => a - b);
}

function some(pids: readonly number[], find: Find): string {
  const named = pids.slice(0, MOST_NAMED).map((pid) => pidText(pid, find));
  if (pids.length > MOST_NAMED) named.push(t('{0} more', grouped(pids.length - MOST_NAMED)));
  return named.join(', ');
}

/** `bash (9), less (22) in front` */
function inIt(object: Pty, find: Find): string {
  const pids = pidsOf(object, 'slave');
  const front = (object.foreground?.pids ?? []).filter((pid) => pids.includes(pid));
  const others = pids.filter((pid) => !front.includes(pid));
  if (pids.length === 0) {
    const masters = pidsOf(object, 'master');
    return masters.length === 0 ? '' : t('nobody in it, of {0}', some(masters, find));
  }
  if (front.length === 0) return some(others, find);
  const inFront = t('{0} in front', some(front, find));
  return others.length === 0 ? inFront : t('{0}, {1}', some(others, find), inFront);
}

function sideText(
  object: Pty,
  side: 'master' | 'slave',
  find: Find,
  hidden: Parameters<typeof absenceOfHolders>[1],
): string {
  const pids = pidsOf(object, side);
  return pids.length === 0 ? nobodyText(absenceOfHolders(object, hidden)) : some(pids, find);
}

function waitingText({ bytes, atLeast }: PtyWaiting): string {
  const said = bytes === 1 ? t('1 byte') : t('{0} bytes', grouped(bytes));
  return atLeast ? t('{0} or more', said) : said;
}

/** `node (3) waits to write` */
function writersPart(object: Pty, find: Find): string[] {
  const pids = [...new Set(waitersOf(object).flatMap(({ pid, call }) => (WRITES.test(call) ? [pid] : [])))];
  const [first] = pids;
  if (first === undefined) return [];
  return [
    pids.length === 1
      ? t('{0} waits to write', pidText(first, find))
      : t('{0} wait to write', grouped(pids.length)),
  ];
}
const WRITES = /write|^send|splice$/;

function states({ flags }: Pick<Pty, 'flags'>): State[] {
  const all: State[] = [];
  if (flags.includes('outputFull'))
    all.push({
      key: 'outputFull',
      icon: 'warning',
      text: t('full: a write in it waits until it is shown'),
      warns: true,
    });
  if (flags.includes('inputFull'))
    all.push({
      key: 'inputFull',
      icon: 'warning',
      text: t('input full: what is typed waits until somebody reads'),
      warns: true,
    });
  if (flags.includes('outputHeld'))
    all.push({
      key: 'outputHeld',
      icon: 'debug-pause',
      text: t('output held, as by Ctrl+S: Ctrl+Q lets it go on'),
    });
  if (flags.includes('hungUp'))
    all.push({ key: 'hungUp', icon: 'debug-disconnect', text: t('hung up: its master is gone') });
  return all;
}
