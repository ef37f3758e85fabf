/** How POSIX shared memory objects are shown. */
import type { ObjectOf } from '../../protocol/kinds';
import type { Fact } from '../facts';
import { exactSize, grouped, momentText, size } from '../values';
import type { KindView } from './kindView';
import { brokenPart, lockFacts } from './futexes';
import { ownerPart } from './owner';
import { byName, has, makerPart, posixFacts, posixLabel, posixTitle } from './posix';
import { mappedPart } from './memoryUsers';
import { waiterFacts } from '../waits';
import { t } from '../translate';

type Memory = ObjectOf<'posix.shm'>;

const words = () => ({
  one: t('shared memory object'),
  many: t('shared memory objects'),
  group: t('POSIX shared memory'),
  verb: t('Destroy Shared Memory'),
  create: t('Create POSIX Shared Memory'),
});

export const posixShm: KindView<'posix.shm'> = {
  kind: 'posix.shm',
  get words() {
    return words();
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
  title: (object, find) => posixTitle(object, words().one, find),
  order: byName,

  description(object, host) {
    const broken = brokenPart(object.locks);
    return {
      steady: [
        ...broken,
        ...(has(object, 'notMemory') ? [typeText(object.type)] : []),
        ...(object.bytes === undefined ? [] : [size(object.bytes)]),
        ...(has(object, 'elsewhere') ? [t('another mount namespace')] : []),
      ],
      counters: [...mappedPart(object), ...makerPart(object.maker), ...ownerPart(object, host)],
      attention: broken.length > 0,
    };
  },

  facts: (object, { process }) => [
    ...posixFacts(object, process, object.maker),
    ...(object.type === 'file' ? [] : [[t('What it is'), typeText(object.type), 'st_mode'] as const]),
    ...sizeFacts(object),
    ...lockFacts(object.locks, process),
    ...waiterFacts(object, process),
  ],

  usage: (_host, count) => grouped(count),
  groupFacts(host) {
    const usage = host.usage['posix.shm'];
    return usage
      ? [
          [t('Used of /dev/shm'), exactSize(usage.used)],
          [t('Size of /dev/shm'), exactSize(usage.size)],
        ]
      : [];
  },
};

function sizeFacts({ bytes, allocated, writtenAt }: Memory): Fact[] {
  return [
    ...(bytes === undefined ? [] : [[t('Size'), exactSize(bytes), 'st_size'] as const]),
    ...(allocated === undefined
      ? []
      : [[t('In memory or swap'), exactSize(allocated), 'st_blocks'] as const]),
    ...(writtenAt === undefined
      ? []
      : [[t('Written, or first touched'), momentText(writtenAt), 'st_mtime'] as const]),
  ];
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
