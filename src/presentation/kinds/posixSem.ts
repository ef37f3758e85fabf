/** How POSIX named semaphores are shown. */
import type { ObjectOf } from '../../protocol/kinds';
import { ancestorFact } from '../ancestors';
import { amount, type Context } from '../facts';
import { processPiece } from '../pieces';
import { holderName } from '../processes';
import { grouped } from '../values';
import { waitText } from './futexes';
import type { Figure, KindPresentation } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import {
  byName,
  has,
  makerFact,
  makerPart,
  makerText,
  posixCopies,
  posixHead,
  posixLabel,
  posixStates,
  posixTail,
  posixTitle,
} from './posix';
import { waiterFacts } from '../waits';
import { around, t } from '../translate';

type Semaphore = ObjectOf<'posix.sem'>;

const labels = () => ({
  one: t('POSIX semaphore'),
  many: t('POSIX semaphores'),
  group: t('POSIX semaphores'),
  whole: t('POSIX semaphore'),
  verb: t('Destroy Semaphore'),
  create: t('Create POSIX Semaphore'),
});

export const posixSem: KindPresentation<'posix.sem'> = {
  kind: 'posix.sem',
  get labels() {
    return labels();
  },
  icon: 'lock',
  word: 'semaphore',
  get about() {
    return t(
      'A POSIX semaphore is a counter in shared memory that processes raise and lower; who would lower zero waits.',
    );
  },
  closed: false,

  label: posixLabel,
  title: (object, find) => posixTitle(object, labels().one, find),
  sort: () => labels().whole,
  order: byName,

  row: (object, host) => ({
    steady: youPart(object),
    counters: [valuePart(object), ...waitPart(object), ...makerPart(object.maker)],
    owner: ownerPart(object, host),
  }),

  states: posixStates,

  facts: [
    ...posixHead,
    {
      key: 'value',
      label: () => t('Value'),
      kernelName: 'sem_getvalue',
      value: ({ value }) => (value === undefined ? hidden() : grouped(value)),
      ...amount('number', ({ value }) => value),
    },
    {
      key: 'waiters',
      label: () => t('Waits, by its own count'),
      kernelName: 'nwaiters',
      value: ({ waiters }) => (waiters === undefined ? hidden() : grouped(waiters)),
      ...amount('count', ({ waiters }) => waiters),
    },
    { key: 'layout', label: () => t('Layout'), value: layoutText },
    makerFact,
    ...posixTail,
    ancestorFact<Semaphore>(({ family }) => family),
    waiterFacts,
    youFacts,
  ],

  figures,

  inline: ['post', 'tryWait'],
  copies: posixCopies<Semaphore>(({ layout }) => (layout === 'glibc' ? '/dev/shm/sem.' : '/dev/shm/')),

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};

function hidden(): string {
  return t('hidden: neither its file nor the memory of a process that has it may be read');
}

function valuePart({ value }: Semaphore): string {
  return value === undefined ? t('value hidden') : grouped(value);
}

function waitPart({ waiters }: Semaphore): string[] {
  if (!waiters) return [];
  return [waitText(waiters)];
}

function layoutText(object: Semaphore): string {
  return has(object, 'guessed') ? t('{0}, a guess by its size and words', object.layout) : object.layout;
}

/** Its value, how many wait, and whose family has it. */
function figures(object: Semaphore, { process }: Context): Figure<Semaphore>[] {
  const { value, waiters, family, maker } = object;
  return [
    value === undefined
      ? { key: 'value', look: 'dim', says: [valuePart(object)] }
      : {
          key: 'value',
          look: 'value',
          says: [t('value {0}', grouped(value))],
          chart: { label: t('Its value, since this panel was opened'), of: (sample) => sample.value ?? 0 },
        },
    ...(waiters === undefined
      ? []
      : [
          {
            ...{ key: 'waiters', look: 'value' as const, says: [waitText(waiters)] },
            chart: {
              label: t('How many wait, since this panel was opened'),
              of: (sample: Semaphore) => sample.waiters ?? 0,
            },
          },
        ]),
    ...(maker ? [{ key: 'maker', says: [makerText(maker, process)] }] : []),
    ...(family && family.pid !== 1
      ? [
          {
            key: 'ancestor',
            says: around('family of {0}', processPiece(holderName(family, process))),
            detail: t('The nearest process from which all who have it descend, itself included.'),
          },
        ]
      : []),
  ];
}
