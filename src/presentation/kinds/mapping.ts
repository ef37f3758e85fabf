/** How shared mappings are shown: files, memfds and anonymous memory that processes map shared. */
import { amount } from '../facts';
import type { Copy } from '../../protocol/copies';
import { exact, named } from '../copies';
import type { ObjectOf } from '../../protocol/kinds';
import { namePiece, type Piece } from '../pieces';
import { oneLine } from '../text';
import { exactSize, type Find, grouped, pidText, size } from '../values';
import type { KindPresentation, State } from './kindView';
import { brokenPart, lockFacts } from './futexes';
import { allocatedFact, memoryFigures } from './memoryFigures';
import { recentFacts, recentPart } from './memoryUsers';
import { ownerPart } from './owner';
import {
  deviceFact,
  holderPids,
  holdersFact,
  holdersPart,
  inodeFact,
  ownerFacts,
  posixStates,
} from './posix';
import { stateFact } from './states';
import { waiterFacts } from '../waits';
import { fileName, folderOf, pathEnd } from '../paths';
import { t } from '../translate';

type Mapping = ObjectOf<'mapping'>;

const labels = () => ({
  one: t('mapping'),
  many: t('mappings'),
  group: t('Shared mappings'),
  whole: t('shared mapping'),
});

export const mapping: KindPresentation<'mapping'> = {
  kind: 'mapping',
  get labels() {
    return labels();
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
  heading,
  sort: ({ what }) => sortText(what),
  order: (a, b) =>
    rank(a) - rank(b) ||
    (a.name === b.name ? (a.ref < b.ref ? -1 : 1) : (a.name ?? '') < (b.name ?? '') ? -1 : 1),

  row(object, host) {
    const broken = brokenPart(object.locks);
    return {
      steady: [
        ...broken,
        placeText(object),
        ...(object.flags.includes('unlinked') && object.what === 'file' ? [t('unlinked')] : []),
        ...(object.flags.includes('nameGone') ? [t('name gone')] : []),
        ...(object.bytes === undefined ? [] : [size(object.bytes)]),
      ],
      counters: [...holdersPart(object), ...recentPart(object.recent)],
      owner: ownerPart(object, host),
      attention: broken.length > 0,
    };
  },

  states,

  facts: [
    { key: 'what', label: () => t('What it is'), value: ({ what }) => whatText(what) },
    {
      key: 'name',
      label: () => t('Name'),
      value: ({ what, name }) =>
        name === undefined ? undefined : { label: what === 'file' ? t('Path') : t('Name'), text: name },
    },
    stateFact(states),
    {
      key: 'bytes',
      ...amount('bytes', ({ bytes }) => bytes),
      label: () => t('Size'),
      kernelName: 'st_size',
      value: ({ bytes, what }) => ({
        text: bytes === undefined ? t('hidden') : exactSize(bytes),
        ...(what === 'anonymous' && { kernelName: '' }),
      }),
    },
    allocatedFact,
    {
      key: 'seals',
      label: () => t('Sealed against'),
      kernelName: 'F_GET_SEALS',
      value: ({ seals }) => seals && (seals.length === 0 ? t('nothing') : seals.join(', ')),
    },
    holdersFact,
    recentFacts,
    lockFacts,
    waiterFacts,
    ...ownerFacts,
    deviceFact,
    inodeFact,
  ],

  figures: memoryFigures,

  inline: ['open'],
  copies: {
    menu: ['path', 'name', 'inode'],
    id: (object) => copyIf(object, true) ?? copyIf(object, false) ?? exact(`inode ${object.inode}`),
    name: (object) => copyIf(object, false),
    path: (object) => copyIf(object, true),
  },

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

function whatText(what: Mapping['what']): string {
  switch (what) {
    case 'file':
      return t('file');
    case 'memfd':
      return t('memfd');
    case 'anonymous':
      return t('anonymous memory');
  }
}

/** The same beside the heading of a panel. */
function sortText(what: Mapping['what']): string {
  switch (what) {
    case 'file':
      return t('file that is mapped shared');
    case 'memfd':
      return t('memfd that is mapped shared');
    case 'anonymous':
      return t('anonymous shared memory');
  }
}

/** The whole path, and what a memfd was called by who made it. */
function heading(object: Mapping, find: Find): readonly Piece[] {
  const { what, name } = object;
  if (name === undefined) return [label(object, find)];
  return [namePiece(what === 'memfd' ? `memfd:${pathEnd(name)}` : pathEnd(name))];
}

const NAME_GONE = (): State => ({
  ...{ key: 'nameGone', icon: 'circle-slash' },
  text: t('the name by which it was mapped is gone; whether it has another could not be seen'),
});

function states(object: Mapping): State[] {
  if (object.what !== 'file') return [];
  return [...posixStates(object), ...(object.flags.includes('nameGone') ? [NAME_GONE()] : [])];
}

/** The folder of a file; of the others what they are. */
function placeText({ what, name }: Mapping): string {
  return what === 'file' && name !== undefined ? oneLine(folderOf(name)) : whatText(what);
}

/** The path of a file, or the name of what is none. */
function copyIf({ what, name, nameBytes }: Mapping, isFile: boolean): Copy | undefined {
  return name !== undefined && (what === 'file') === isFile ? named(name, nameBytes) : undefined;
}
