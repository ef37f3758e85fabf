/** How FIFOs are shown. */
import type { ObjectOf } from '../../protocol/kinds';
import { oneLine } from '../text';
import { grouped } from '../values';
import type { KindView } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import { descriptorsPart, stateOf, streamFacts } from './stream';
import { waiterFacts } from '../waits';
import { fileName, folderOf } from '../paths';
import { t } from '../translate';

const words = () => ({
  one: t('FIFO'),
  many: t('FIFOs'),
  group: t('FIFOs'),
  verb: t('Destroy FIFO'),
  create: t('Create FIFO'),
});

const labelOf = ({ path, inode }: ObjectOf<'fifo'>): string =>
  path === ''
    ? inode === undefined
      ? t('path unknown')
      : t('path unknown (inode {0})', inode)
    : oneLine(fileName(path) || path);

/** Whether it stands for a thread that waits for what nobody finds any more: no file is known, so nothing can be done with it. */
const isLost = ({ flags }: ObjectOf<'fifo'>): boolean => flags.includes('deletedOrReplaced');

export const fifo: KindView<'fifo'> = {
  kind: 'fifo',
  get words() {
    return words();
  },
  icon: 'arrow-right',
  word: 'fifo',
  get about() {
    return t(
      'A FIFO is a pipe with a name: a file that processes open to write to each other, and that keeps nothing on disk.',
    );
  },
  closed: true,

  label: labelOf,
  title: (object) =>
    object.path === ''
      ? t('FIFO, {0}', labelOf(object))
      : t('{0} · FIFO {1}', labelOf(object), oneLine(object.path)),
  order: (a, b) => (a.path === b.path ? (a.ref < b.ref ? -1 : 1) : a.path < b.path ? -1 : 1),

  description(object, host) {
    const { words: state, attention } = stateOf(object);
    return {
      steady: [
        ...(object.flags.includes('unlinked') ? [t('unlinked')] : []),
        ...(isLost(object) ? [t('deleted or replaced')] : []),
        ...youPart(object),
        ...state,
      ],
      counters: [...descriptorsPart(object), ...ownerPart(object, host)],
      last: object.path === '' ? [] : [oneLine(folderOf(object.path))],
      attention: attention || isLost(object),
    };
  },

  facts: (object, { process }) => [
    [t('Path'), object.path === '' ? t('not known') : object.path],
    ...streamFacts(object, process),
    ...(object.device === undefined ? [] : [[t('Device'), object.device, 'st_dev'] as const]),
    ...waiterFacts(object, process),
    ...youFacts(object),
  ],

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};
