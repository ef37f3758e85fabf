/** How FIFOs are shown. */
import type { Copy } from '../../protocol/copies';
import { exact, named, removing } from '../copies';
import type { ObjectOf } from '../../protocol/kinds';
import { oneLine } from '../text';
import { grouped } from '../values';
import { namePiece } from '../pieces';
import type { KindPresentation } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import { deviceFact } from './posix';
import { descriptorsPart, stateOf, streamFacts, streamFigures } from './stream';
import { streamStates } from './streamStates';
import { waiterFacts } from '../waits';
import { watchedFacts } from '../watched';
import { fileName, folderOf, pathEnd } from '../paths';
import { t } from '../translate';

const labels = () => ({
  one: t('FIFO'),
  many: t('FIFOs'),
  group: t('FIFOs'),
  whole: t('FIFO'),
  verb: t('Destroy FIFO'),
  create: t('Create FIFO'),
});

const labelOf = ({ path, inode }: ObjectOf<'fifo'>): string =>
  path === ''
    ? inode === undefined
      ? t('path unknown')
      : t('path unknown (inode {0})', inode)
    : oneLine(fileName(path) || path);

/** Whether it stands for a thread that waits for what is not found any more: no file is known, so nothing can be done with it. */
const isLost = ({ flags }: ObjectOf<'fifo'>): boolean => flags.includes('deletedOrReplaced');

export const fifo: KindPresentation<'fifo'> = {
  kind: 'fifo',
  get labels() {
    return labels();
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
  heading: (object) => (object.path === '' ? [labelOf(object)] : [namePiece(pathEnd(object.path))]),
  sort: () => labels().whole,
  order: (a, b) => (a.path === b.path ? (a.ref < b.ref ? -1 : 1) : a.path < b.path ? -1 : 1),

  row(object, host) {
    const { words: state, attention } = stateOf(object);
    return {
      steady: [
        ...(object.flags.includes('unlinked') ? [t('unlinked')] : []),
        ...(isLost(object) ? [t('deleted or replaced')] : []),
        ...youPart(object),
        ...state,
      ],
      counters: descriptorsPart(object),
      owner: ownerPart(object, host),
      last: object.path === '' ? [] : [oneLine(folderOf(object.path))],
      attention: attention || isLost(object),
    };
  },

  states: streamStates,
  facts: [
    { key: 'path', label: () => t('Path'), value: ({ path }) => (path === '' ? t('not known') : path) },
    ...streamFacts,
    deviceFact,
    waiterFacts,
    watchedFacts,
    youFacts,
  ],
  figures: streamFigures,

  inline: ['write', 'read'],
  copies: {
    menu: ['path', 'inode', 'command'],
    id: (object) => pathOf(object) ?? exact(object.inode ?? object.ref),
    path: pathOf,
    command: ({ path, pathBytes }) => (path === '' ? undefined : removing(path, pathBytes)),
  },

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};

function pathOf({ path, pathBytes }: ObjectOf<'fifo'>): Copy | undefined {
  return path === '' ? undefined : named(path, pathBytes);
}
