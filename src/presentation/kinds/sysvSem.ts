/** How System V semaphore sets are shown. */
import { grouped, momentText } from '../values';
import type { KindView } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import { setFacts, setParts } from './setValues';
import { waiterFacts } from '../waits';
import { byId, idPart, sysvFacts, sysvLabel, sysvTitle, used, withLimit } from './sysv';
import { t } from '../translate';

const words = () => ({
  one: t('semaphore set'),
  many: t('semaphore sets'),
  group: t('System V semaphore sets'),
  verb: t('Destroy Semaphore Set'),
  create: t('Create System V Semaphore Set'),
});

export const sysvSem: KindView<'sysv.sem'> = {
  kind: 'sysv.sem',
  get words() {
    return words();
  },
  icon: 'lock',
  word: 'set',
  get about() {
    return t(
      'A semaphore set is a row of counters that processes raise, lower and wait on, several at once if they like.',
    );
  },

  closed: false,

  label: sysvLabel,
  title: (object) => sysvTitle(object, words().one),
  order: byId,

  description: (object, host) => ({
    steady: youPart(object),
    counters: [...setParts(object), ...ownerPart(object, host)],
    last: idPart(object),
  }),

  facts: (object, { process }) => [
    ...sysvFacts(object, 'sem'),
    [t('Semaphores'), grouped(object.semaphores), 'nsems'],
    ...setFacts(object),
    ...waiterFacts(object, process),
    ...youFacts(object),
    [
      t('Last operation'),
      object.lastOperationAt === null ? t('never') : momentText(object.lastOperationAt),
      'otime',
    ],
  ],

  usage: (host, count) => withLimit(count, host.limits['sysv.sem']?.sets),

  groupFacts(host) {
    const limits = host.limits['sysv.sem'];
    const usage = host.usage['sysv.sem'];
    return [
      ...(usage
        ? [
            [t('Sets'), used(usage.sets, limits?.sets), 'semmni'] as const,
            [t('Semaphores in all'), used(usage.semaphores, limits?.semaphores), 'semmns'] as const,
          ]
        : []),
      ...(limits
        ? [
            [t('Semaphores in one set, at most'), grouped(limits.perSet), 'semmsl'] as const,
            [t('Operations in one call, at most'), grouped(limits.operations), 'semopm'] as const,
          ]
        : []),
    ];
  },
};
