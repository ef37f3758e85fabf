/** How POSIX named semaphores are shown. */
import type { ObjectOf } from '../../protocol/kinds';
import { type Find, grouped, pidText } from '../values';
import type { KindView } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import { byName, has, makerPart, posixFacts, posixLabel, posixTitle } from './posix';
import { waiterFacts } from '../waits';
import { t } from '../translate';

type Semaphore = ObjectOf<'posix.sem'>;

const words = () => ({
  one: t('POSIX semaphore'),
  many: t('POSIX semaphores'),
  group: t('POSIX semaphores'),
  verb: t('Destroy Semaphore'),
  create: t('Create POSIX Semaphore'),
});

export const posixSem: KindView<'posix.sem'> = {
  kind: 'posix.sem',
  get words() {
    return words();
  },
  icon: 'lock',
  word: 'semaphore',
  get about() {
    return t(
      'A POSIX semaphore is a counter in shared memory that processes raise and lower; who would lower zero waits.',
    );
  },
  closed: false,

  label: posixLabel,
  title: (object, find) => posixTitle(object, words().one, find),
  order: byName,

  description: (object, host) => ({
    steady: [...youPart(object), ...(has(object, 'elsewhere') ? [t('another mount namespace')] : [])],
    counters: [
      valuePart(object),
      ...waitPart(object),
      ...makerPart(object.maker),
      ...ownerPart(object, host),
    ],
  }),

  facts: (object, { process }) => [
    ...posixFacts(object, process, object.maker),
    [t('Value'), object.value === undefined ? hidden() : grouped(object.value), 'sem_getvalue'],
    [
      t('Waits, by its own count'),
      object.waiters === undefined ? hidden() : grouped(object.waiters),
      'nwaiters',
    ],
    [t('Layout'), layoutText(object)],
    ...familyFacts(object, process),
    ...waiterFacts(object, process),
    ...youFacts(object),
  ],

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};

function hidden(): string {
  return t('hidden: neither its file nor the memory of a process that has it may be read');
}

function valuePart({ value }: Semaphore): string {
  return value === undefined ? t('value hidden') : grouped(value);
}

function waitPart({ waiters }: Semaphore): string[] {
  if (!waiters) return [];
  return [waiters === 1 ? t('1 waits') : t('{0} wait', grouped(waiters))];
}

function layoutText(object: Semaphore): string {
  return has(object, 'guessed') ? t('{0}, a guess by its size and words', object.layout) : object.layout;
}

function familyFacts({ family }: Semaphore, find: Find) {
  return family ? [[t('Nearest common ancestor'), pidText(family.pid, find)] as const] : [];
}
