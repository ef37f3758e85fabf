/** How shared mappings are shown: files, memfds and anonymous memory that processes map shared. */
import type { ObjectOf } from '../../protocol/kinds';
import type { Fact } from '../facts';
import { oneLine } from '../text';
import { exactSize, type Find, grouped, pidText, size } from '../values';
import type { KindView } from './kindView';
import { brokenPart, lockFacts } from './futexes';
import { recentFacts, recentPart } from './memoryUsers';
import { ownerPart } from './owner';
import { holderFacts, holderPids, holdersPart, ownerFacts } from './posix';
import { waiterFacts } from '../waits';
import { fileName, folderOf } from '../paths';
import { t } from '../translate';

type Mapping = ObjectOf<'mapping'>;

const words = () => ({ one: t('mapping'), many: t('mappings'), group: t('Shared mappings') });

export const mapping: KindView<'mapping'> = {
  kind: 'mapping',
  get words() {
    return words();
  },
  icon: 'file-binary',
  word: 'mapping',
  get about() {
    return t(
      'A shared mapping is a file, or memory without a name, that processes have in their memory: each sees what the others write.',
    );
  },
  closed: true,

  label,
  title: (object, find) => t('{0} · {1}', label(object, find), whatText(object.what)),
  order: (a, b) =>
    rank(a) - rank(b) ||
    (a.name === b.name ? (a.ref < b.ref ? -1 : 1) : (a.name ?? '') < (b.name ?? '') ? -1 : 1),

  description(object, host) {
    const broken = brokenPart(object.locks);
    return {
      steady: [
        ...broken,
        placeText(object),
        ...(object.flags.includes('unlinked') && object.what === 'file' ? [t('unlinked')] : []),
        ...(object.bytes === undefined ? [] : [size(object.bytes)]),
      ],
      counters: [...holdersPart(object), ...recentPart(object.recent), ...ownerPart(object, host)],
      attention: broken.length > 0,
    };
  },

  facts: (object, { process }) => [
    [t('What it is'), whatText(object.what)],
    ...(object.name === undefined ? [] : [[nameWord(object.what), object.name] as const]),
    ...(object.flags.includes('unlinked') && object.what === 'file'
      ? [[t('State'), t('unlinked: its name is gone, it lives while somebody has it')] as const]
      : []),
    ...sizeFacts(object),
    ...holderFacts(object, process),
    ...recentFacts(object.recent, process),
    ...lockFacts(object.locks, process),
    ...waiterFacts(object, process),
    ...ownerFacts(object),
    [t('Device'), object.device],
    [t('Inode'), object.inode],
  ],

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};

/** Files first, then what has no path. */
function rank({ what }: Mapping): number {
  return ['file', 'memfd', 'anonymous'].indexOf(what);
}

function label(object: Mapping, find: Find): string {
  const { what, name } = object;
  if (what === 'file' && name !== undefined) return oneLine(fileName(name) || name);
  if (what === 'memfd' && name !== undefined) return `memfd:${oneLine(name)}`;
  const [first, ...more] = holderPids(object);
  if (first === undefined) return whatText(what);
  return more.length === 0
    ? t('{0}, {1}', whatText(what), pidText(first, find))
    : t('{0}, {1} and {2} more', whatText(what), pidText(first, find), grouped(more.length));
}

export function whatText(what: Mapping['what']): string {
  switch (what) {
    case 'file':
      return t('file');
    case 'memfd':
      return t('memfd');
    case 'anonymous':
      return t('anonymous memory');
  }
}

function nameWord(what: Mapping['what']): string {
  return what === 'file' ? t('Path') : t('Name');
}

/** The folder of a file; of the others what they are. */
function placeText({ what, name }: Mapping): string {
  return what === 'file' && name !== undefined ? oneLine(folderOf(name)) : whatText(what);
}

function sizeFacts({ bytes, allocated, seals, what }: Mapping): Fact[] {
  return [
    [t('Size'), bytes === undefined ? t('hidden') : exactSize(bytes), what === 'anonymous' ? '' : 'st_size'],
    ...(allocated === undefined
      ? []
      : [[t('In memory or swap'), exactSize(allocated), 'st_blocks'] as const]),
    ...(seals === undefined
      ? []
      : [
          [t('Sealed against'), seals.length === 0 ? t('nothing') : seals.join(', '), 'F_GET_SEALS'] as const,
        ]),
  ];
}
