/** The acts on a System V semaphore set. */
import type { ObjectOf, ParametersOf } from '../../../protocol/kinds';
import { nameOf } from '../../../presentation/kinds';
import { waitsAt } from '../../../presentation/kinds/setValues';
import { operationsText } from '../../../presentation/ownActs';
import { t } from '../../../presentation/translate';
import { type Find, grouped, pastText } from '../../../presentation/values';
import { waitersSentence } from '../../../presentation/waits';
import { finder, ownTexts, waitersText } from '../consequences';
import type { ActContext } from '../context';
import { altering, creating, creatorOf, whichSysv } from './common';
import { type KindActs, type Question, says } from './kindActs';

type Set = ObjectOf<'sysv.sem'>;

export const sysvSem: KindActs<'sysv.sem'> = {
  identity: (set) => ({ ...creatorOf(set), semaphores: set.semaphores }),
  acts: {
    create: creating('sysv.sem'),
    operate: {
      page: true,
      report: ({ ask }, { name, after }) =>
        ask.tellBriefly(
          after === undefined ? t('Done on {0}.', name) : t('Done on {0} after {1}.', name, after),
        ),
    },
    hold: {
      background: true,
      report: ({ ask }, { name, parameters: { operations } }) =>
        ask.tellBriefly(t('You hold {0} on {1}.', operationsText(operations), name)),
    },
    set: { page: true, confirm: setQuestion, report: says((name) => t('Set a value of {0}.', name)) },
    setAll: {
      page: true,
      confirm: setAllQuestion,
      report: says((name) => t('Set the values of {0}.', name)),
    },
    alter: altering,
    destroy: {
      which: whichSysv,
      consequences: (set, { find }) => [
        set.semaphores === 1
          ? t('It has 1 semaphore.')
          : t('It has {0} semaphores.', grouped(set.semaphores)),
        waitersText(set) ?? hiddenWaiters(),
        ...waitersSentence(set, find),
        t('Calls that wait on it fail (EIDRM).'),
      ],
    },
  },
};

function hiddenWaiters(): string {
  return t('How many wait on it is hidden: its mode does not let you read it.');
}

async function setQuestion(
  context: ActContext,
  set: Set,
  { number, value }: ParametersOf<'sysv.sem', 'set'>,
): Promise<Question> {
  const { find } = await finder(context, [set]);
  const was = set.details?.values[number] ?? set.values?.[number];
  const waits = waitsAt(set, number);
  return {
    question: t('Set semaphore [{0}] of {1} to {2}?', number, nameOf(set, context.inventory.process), value),
    detail: [
      was === undefined
        ? t('Its value is hidden: its mode does not let you read it.')
        : t('It is {0} now.', was),
      ...(waits && waits.increase + waits.zero > 0
        ? [
            t(
              '{0} wait for it to rise and {1} for zero; who can go on then does.',
              grouped(waits.increase),
              grouped(waits.zero),
            ),
          ]
        : []),
      ...waitersSentence(set, find),
      ...lastChanger(set, number, find),
      t('This discards what processes would give back (SEM_UNDO) of this semaphore.'),
      ...ownTexts(set),
    ],
    verb: t('Set Value'),
  };
}

function lastChanger({ details }: Set, number: number, find: Find): string[] {
  const pid = details?.lastPids[number];
  const past = details?.past.find((one) => one.pid === pid);
  return past ? [t('Last changed by: {0}.', pastText(past, find))] : [];
}

async function setAllQuestion(
  context: ActContext,
  set: Set,
  { values }: ParametersOf<'sysv.sem', 'setAll'>,
): Promise<Question> {
  const { find } = await finder(context, [set]);
  const pasts = (set.details?.past ?? []).filter(({ pid }) => pid !== 0);
  return {
    question: t('Set all {0} values of {1}?', grouped(values.length), nameOf(set, context.inventory.process)),
    detail: [
      waitersText(set) ?? hiddenWaiters(),
      t('Whoever can go on with the new values does.'),
      ...waitersSentence(set, find),
      ...(pasts.length > 0
        ? [
            t(
              'Changed by: {0}.',
              pasts
                .slice(0, 8)
                .map((past) => pastText(past, find))
                .join(', '),
            ),
          ]
        : []),
      t('This discards what processes would give back (SEM_UNDO) of all its semaphores.'),
      ...ownTexts(set),
    ],
    verb: t('Set All Values'),
  };
}
