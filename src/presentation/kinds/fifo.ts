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
  path === '' ? t('path unknown (inode {0})', inode) : oneLine(fileName(path) || path);

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
      steady: [...(object.flags.includes('unlinked') ? [t('unlinked')] : []), ...youPart(object), ...state],
      counters: [...descriptorsPart(object), ...ownerPart(object, host)],
      last: object.path === '' ? [] : [oneLine(folderOf(object.path))],
      attention,
    };
  },

  facts: (object, { process }) => [
    [t('Path'), object.path === '' ? t('not known') : object.path],
    ...streamFacts(object, process),
    [t('Device'), object.device, 'st_dev'],
    ...waiterFacts(object, process),
    ...youFacts(object),
  ],

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};
