/** How pipes are shown. */
import { grouped } from '../values';
import type { KindView } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import { descriptorsPart, directionText, ownerOfBoth, stateOf, streamFacts } from './stream';
import { waiterFacts } from '../waits';
import { t } from '../translate';

const words = () => ({ one: t('pipe'), many: t('pipes'), group: t('Pipes') });

export const pipe: KindView<'pipe'> = {
  kind: 'pipe',
  get words() {
    return words();
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
  // Those that join processes first: a runtime as Node's has several to itself. Decimal numbers without leading zeros: a longer one is larger.
  order: (a, b) =>
    Number(ownerOfBoth(a) !== undefined) - Number(ownerOfBoth(b) !== undefined) ||
    a.inode.length - b.inode.length ||
    (a.inode < b.inode ? -1 : Number(a.inode !== b.inode)),

  description(object, host) {
    const { words: state, attention } = stateOf(object);
    return {
      steady: [...youPart(object), ...state],
      counters: [...descriptorsPart(object), ...ownerPart(object, host)],
      attention,
    };
  },

  facts: (object, { process }) => [
    ...streamFacts(object, process),
    ...waiterFacts(object, process),
    ...youFacts(object),
  ],

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};
