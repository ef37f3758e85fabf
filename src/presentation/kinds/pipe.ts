/** How pipes are shown. */
import { exact } from '../copies';
import { grouped } from '../values';
import type { KindPresentation } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import {
  descriptorsPart,
  direction,
  directionText,
  ownerOfBoth,
  stateOf,
  streamFacts,
  streamFigures,
} from './stream';
import { streamStates } from './streamStates';
import { waiterFacts } from '../waits';
import { watchedFacts } from '../watched';
import { t } from '../translate';

const labels = () => ({ one: t('pipe'), many: t('pipes'), group: t('Pipes'), whole: t('pipe') });

export const pipe: KindPresentation<'pipe'> = {
  kind: 'pipe',
  get labels() {
    return labels();
  },
  icon: 'arrow-right',
  word: 'pipe',
  get about() {
    return t(
      'A pipe carries bytes one way, from those who have its write end to those who have its read end.',
    );
  },
  closed: true,

  label: directionText,
  title: (object, find) => t('{0} · pipe {1}', directionText(object, find), object.inode),
  heading: direction,
  sort: ({ inode }) => t('pipe {0}', inode),
  // Those that join processes first: a runtime as Node's has several to itself. Decimal numbers without leading zeros: a longer one is larger.
  order: (a, b) =>
    Number(ownerOfBoth(a) !== undefined) - Number(ownerOfBoth(b) !== undefined) ||
    a.inode.length - b.inode.length ||
    (a.inode < b.inode ? -1 : Number(a.inode !== b.inode)),

  row(object, host) {
    const { words: state, attention } = stateOf(object);
    return {
      steady: [...youPart(object), ...state],
      counters: descriptorsPart(object),
      owner: ownerPart(object, host),
      attention,
    };
  },

  states: streamStates,
  facts: [...streamFacts, waiterFacts, watchedFacts, youFacts],
  figures: streamFigures,

  inline: ['open'],
  copies: { menu: ['id', 'inode'], id: ({ inode }) => exact(`pipe:[${inode}]`) },

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};
