/** How event counters are shown. */
import { amount } from '../facts';
import type { ObjectOf } from '../../protocol/kinds';
import { EVENTFD_MOST } from '../../protocol/kinds/eventfd';
import { exact } from '../copies';
import { holderPids } from './posix';
import { type Find, grouped, pidText } from '../values';
import type { KindPresentation, State } from './kindView';
import { stateFact } from './states';
import { youFacts, youPart } from '../ownActs';
import { waiterFacts, waitersOf } from '../waits';
import { watchedFacts } from '../watched';
import { t } from '../translate';
import { nobodyText } from '../nobody';
import { absenceOfHolders } from '../absence';

type Eventfd = ObjectOf<'eventfd'>;

/** Processes named one by one; of more only the number. */
const MOST_NAMED = 8;

const labels = () => ({
  one: t('event counter'),
  many: t('event counters'),
  group: t('Event counters'),
  whole: t('event counter'),
});

export const eventfd: KindPresentation<'eventfd'> = {
  kind: 'eventfd',
  get labels() {
    return labels();
  },
  icon: 'symbol-number',
  word: 'eventfd',
  get about() {
    return t(
      'An event counter (eventfd) is a number in the kernel: a write adds to it, a read takes what is there, and waits where that is zero.',
    );
  },
  closed: true,

  label,
  title: (object, find) => t('{0} · {1}', label(object), holdersText(object, find)),
  sort: label,
  // Those that join processes first: event loops have several to themselves.
  order: (a, b) => Number(isPrivate(a)) - Number(isPrivate(b)) || a.id - b.id,

  quiet: {
    is: (object) => isPrivate(object) && object.flags.length === 0 && object.endpoints?.length !== 0,
    text: (count) =>
      count === 1
        ? t('1 event counter of one process alone')
        : t('{0} event counters, each of one process alone', grouped(count)),
  },

  row: (object, _host, find) => ({
    steady: [...youPart(object), ...waitPart(object, find)],
    counters: [valueText(object), ...(object.semaphore === true ? [t('semaphore')] : [])],
    last: [holdersText(object, find)],
  }),

  states,

  facts: [
    {
      key: 'value',
      label: () => t('Value'),
      kernelName: 'eventfd-count',
      value: valueText,
      ...amount('number', ({ value }) => value),
    },
    {
      key: 'semaphore',
      label: () => t('A read takes'),
      kernelName: 'EFD_SEMAPHORE',
      value: ({ semaphore }) =>
        semaphore === undefined
          ? t('not told by this kernel')
          : semaphore
            ? t('one (semaphore mode)')
            : t('all of it'),
    },
    stateFact<Eventfd>(states),
    {
      key: 'most',
      label: () => t('Holds at most'),
      kernelName: 'ULLONG_MAX - 1',
      value: () => grouped(String(EVENTFD_MOST)),
    },
    {
      key: 'id',
      label: () => t('Id'),
      kernelName: 'eventfd-id',
      value: ({ id }) => String(id),
      ...amount('number', ({ id }) => id),
    },
    {
      key: 'holders',
      label: () => t('Shared by'),
      value: (object, { process, hidden = 'unknown' }) =>
        holderPids(object).length === 0
          ? nobodyText(absenceOfHolders(object, hidden))
          : holdersText(object, process),
    },
    waiterFacts,
    watchedFacts,
    youFacts,
  ],
  figures: (object) => [
    {
      ...{ key: 'value', look: 'value', says: [t('value {0}', valueText(object))] },
      chart: {
        label: t('Its value, since this panel was opened'),
        of: ({ value }) => (value === undefined ? undefined : Number(value)),
      },
    },
  ],

  inline: ['post'],
  copies: { menu: ['id'], id: ({ id }) => exact(`eventfd ${id}`) },
  prompts: { post: { value: () => t('How much to add: a whole number from 1 on') } },
  failures: {
    errno: {
      'write EAGAIN': () =>
        t('it has no room for that: a reader has to take something first. Nothing was added.'),
      'pidfd_getfd EPERM': () =>
        t(
          'Linux lets only who may trace a process that has it copy its descriptor. Run as its user, or as root.',
        ),
    },
  },

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};

function label({ id }: Eventfd): string {
  return t('eventfd {0}', id);
}

function valueText({ value }: Eventfd): string {
  return value === undefined ? t('value hidden') : grouped(value);
}

/** Whether one process has it to itself. */
function isPrivate({ endpoints = [] }: Eventfd): boolean {
  return endpoints.every(({ pid }) => pid === endpoints[0]?.pid);
}

function holdersText(object: Eventfd, find: Find): string {
  const pids = holderPids(object);
  const named = pids.slice(0, MOST_NAMED).map((pid) => pidText(pid, find));
  if (pids.length > MOST_NAMED) named.push(t('{0} more', grouped(pids.length - MOST_NAMED)));
  return named.join(', ');
}

/** `node (3) waits`, `3 wait` */
function waitPart(object: Eventfd, find: Find): string[] {
  const pids = [...new Set(waitersOf(object).map(({ pid }) => pid))];
  const [first] = pids;
  if (first === undefined) return [];
  return [pids.length === 1 ? t('{0} waits', pidText(first, find)) : t('{0} wait', grouped(pids.length))];
}

function states({ flags }: Pick<Eventfd, 'flags'>): State[] {
  return flags.includes('full')
    ? [{ key: 'full', icon: 'warning', text: t('full: a write waits until somebody reads'), warns: true }]
    : [];
}
