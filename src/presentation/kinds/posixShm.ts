/** How POSIX shared memory objects are shown. */
import { amount } from '../facts';
import type { ObjectOf } from '../../protocol/kinds';
import { exactSize, grouped, momentText, size } from '../values';
import type { KindPresentation } from './kindView';
import { brokenPart, lockFacts } from './futexes';
import { ownerPart } from './owner';
import {
  byName,
  has,
  makerFact,
  makerPart,
  posixCopies,
  posixHead,
  posixLabel,
  posixStates,
  posixTail,
  posixTitle,
} from './posix';
import { allocatedFact, memoryFigures } from './memoryFigures';
import { mappedPart } from './memoryUsers';
import { waiterFacts } from '../waits';
import { t } from '../translate';

type Memory = ObjectOf<'posix.shm'>;

const labels = () => ({
  one: t('shared memory object'),
  many: t('shared memory objects'),
  group: t('POSIX shared memory'),
  whole: t('POSIX shared memory object'),
  verb: t('Destroy Shared Memory'),
  create: t('Create POSIX Shared Memory'),
});

export const posixShm: KindPresentation<'posix.shm'> = {
  kind: 'posix.shm',
  get labels() {
    return labels();
  },
  icon: 'circuit-board',
  word: 'memory',
  get about() {
    return t(
      'A POSIX shared memory object is a file that lies in memory alone: processes map it, so that each sees what the others write.',
    );
  },
  closed: false,

  label: posixLabel,
  title: (object, find) => posixTitle(object, labels().one, find),
  sort: ({ type }) => (type === 'file' ? labels().whole : typeText(type)),
  order: byName,

  row(object, host) {
    const broken = brokenPart(object.locks);
    return {
      steady: [
        ...broken,
        ...(has(object, 'notMemory') ? [typeText(object.type)] : []),
        ...(object.bytes === undefined ? [] : [size(object.bytes)]),
      ],
      counters: [...allocatedPart(object), ...mappedPart(object), ...makerPart(object.maker)],
      owner: ownerPart(object, host),
      attention: broken.length > 0,
    };
  },

  states: posixStates,

  facts: [
    ...posixHead,
    {
      key: 'type',
      label: () => t('What it is'),
      kernelName: 'st_mode',
      value: ({ type }) => (type === 'file' ? undefined : typeText(type)),
    },
    {
      key: 'bytes',
      label: () => t('Size'),
      kernelName: 'st_size',
      value: ({ bytes }) => (bytes === undefined ? t('hidden') : exactSize(bytes)),
      ...amount('bytes', ({ bytes }) => bytes),
    },
    allocatedFact,
    {
      key: 'folder',
      label: () => t('Used of /dev/shm'),
      kernelName: 'statfs',
      value: (_object, { host }) => {
        const usage = host?.usage['posix.shm'];
        return usage && t('{0} of {1}', exactSize(usage.used), exactSize(usage.size));
      },
    },
    {
      key: 'writtenAt',
      label: () => t('Written, or first touched'),
      kernelName: 'st_mtime',
      value: ({ writtenAt }) => (writtenAt === undefined ? undefined : momentText(writtenAt)),
      ...amount('moment', ({ writtenAt }) => writtenAt),
    },
    makerFact,
    ...posixTail,
    lockFacts,
    waiterFacts,
  ],

  figures: memoryFigures,

  inline: ['open'],
  copies: posixCopies('/dev/shm/'),

  usage: (_host, count) => grouped(count),
  groupFacts(host) {
    const usage = host.usage['posix.shm'];
    return usage
      ? [
          { label: t('Used of /dev/shm'), text: exactSize(usage.used) },
          { label: t('Size of /dev/shm'), text: exactSize(usage.size) },
        ]
      : [];
  },
};

/** What it takes up, where that is less than its size says: pages that nobody touched take nothing. */
function allocatedPart({ bytes, allocated }: Memory): string[] {
  if (bytes === undefined || allocated === undefined || BigInt(allocated) >= BigInt(bytes)) return [];
  return [t('{0} in memory', size(allocated))];
}

/** What lies there under the name, where that is no shared memory. */
export function typeText(type: Memory['type']): string {
  switch (type) {
    case 'file':
      return t('a file');
    case 'directory':
      return t('a folder, no shared memory');
    case 'fifo':
      return t('a FIFO, no shared memory');
    case 'socket':
      return t('a socket, no shared memory');
    case 'link':
      return t('a link, no shared memory, and not followed');
    case 'device':
      return t('a device, no shared memory');
    case 'unknown':
      return t('no shared memory');
  }
}
