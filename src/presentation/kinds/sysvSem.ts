/** How System V semaphore sets are shown. */
import { amount } from '../facts';
import type { ObjectOf } from '../../protocol/kinds';
import { agePiece } from '../pieces';
import { grouped } from '../values';
import type { Figure, KindPresentation } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import { countsOf, readingOf, semaphoresText, setFacts, setParts } from './setValues';
import { waiterFacts } from '../waits';
import { byId, idPart, sysvCopies, sysvFacts, sysvLabel, sysvTitle, used, whenText, withLimit } from './sysv';
import { around, t } from '../translate';

type Set = ObjectOf<'sysv.sem'>;

const labels = () => ({
  one: t('semaphore set'),
  many: t('semaphore sets'),
  group: t('System V semaphore sets'),
  whole: t('System V semaphore set'),
  verb: t('Destroy Semaphore Set'),
  create: t('Create System V Semaphore Set'),
});

export const sysvSem: KindPresentation<'sysv.sem'> = {
  kind: 'sysv.sem',
  get labels() {
    return labels();
  },
  icon: 'lock',
  word: 'semaphoreSet',
  get about() {
    return t(
      'A semaphore set is a row of counters that processes raise, lower and wait on, several at once if they like.',
    );
  },

  closed: false,

  label: sysvLabel,
  title: (object) => sysvTitle(object, labels().one),
  sort: ({ id }) => t('System V semaphore set #{0}', id),
  order: byId,

  row: (object, host) => ({
    steady: youPart(object),
    counters: setParts(object),
    owner: ownerPart(object, host),
    last: idPart(object),
  }),

  states: () => [],

  facts: [
    ...sysvFacts('sem'),
    {
      key: 'semaphores',
      label: () => t('Semaphores'),
      kernelName: 'nsems',
      value: ({ semaphores }) => grouped(semaphores),
      ...amount('count', ({ semaphores }) => semaphores),
    },
    setFacts,
    waiterFacts,
    youFacts,
    {
      key: 'lastOperationAt',
      label: () => t('Last operation'),
      kernelName: 'otime',
      value: ({ lastOperationAt }) => whenText(lastOperationAt),
      ...amount('moment', ({ lastOperationAt }) => lastOperationAt),
    },
  ],

  figures,

  inline: ['operate'],
  copies: sysvCopies('-s'),

  usage: (host, count) => withLimit(count, host.limits['sysv.sem']?.sets),

  groupFacts(host) {
    const limits = host.limits['sysv.sem'];
    const usage = host.usage['sysv.sem'];
    return [
      ...(usage
        ? [
            { label: t('Sets'), text: used(usage.sets, limits?.sets), kernelName: 'semmni' },
            {
              label: t('Semaphores in all'),
              text: used(usage.semaphores, limits?.semaphores),
              kernelName: 'semmns',
            },
          ]
        : []),
      ...(limits
        ? [
            {
              label: t('Semaphores in one set, at most'),
              text: grouped(limits.perSet),
              kernelName: 'semmsl',
            },
            {
              label: t('Operations in one call, at most'),
              text: grouped(limits.operations),
              kernelName: 'semopm',
            },
          ]
        : []),
    ];
  },
};

/** How many, how many are at zero, and who waits. */
function figures(object: Set): Figure<Set>[] {
  const { atZero, forIncrease, forZero } = countsOf(object);
  const { lastOperationAt } = object;
  return [
    { key: 'semaphores', look: 'value', says: [semaphoresText(object.semaphores)] },
    ...(readingOf(object) === 'hidden' ? [{ key: 'values', says: [t('values hidden')] }] : []),
    ...(atZero === undefined
      ? []
      : [{ key: 'atZero', look: 'value' as const, says: [t('{0} at zero', grouped(atZero))] }]),
    ...(forIncrease === undefined ? [] : [waitFigure('forIncrease', forIncrease)]),
    ...(forZero === undefined ? [] : [waitFigure('forZero', forZero)]),
    {
      key: 'lastOperationAt',
      says:
        lastOperationAt === null
          ? [t('no operation yet')]
          : around('last operation {0}', agePiece(lastOperationAt)),
    },
  ];
}

function waitFigure(key: 'forIncrease' | 'forZero', count: number): Figure<Set> {
  const increase = key === 'forIncrease';
  const label = increase
    ? t('How many wait for an increase, since this panel was opened')
    : t('How many wait for zero, since this panel was opened');
  const one = increase ? t('1 waits for an increase') : t('1 waits for zero');
  const many = increase
    ? t('{0} wait for an increase', grouped(count))
    : t('{0} wait for zero', grouped(count));
  return {
    ...{ key, look: 'value', says: [count === 1 ? one : many] },
    chart: { label, of: (sample) => countsOf(sample)[key] },
  };
}
