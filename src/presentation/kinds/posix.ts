/** What POSIX queues, semaphores and shared memory objects show alike. */
import type { ObjectOf } from '../../protocol/kinds';
import type { Maker } from '../../protocol/kinds/posix';
import type { PosixKind } from '../../protocol/ref';
import type { Copy } from '../../protocol/copies';
import { absenceOfHolders } from '../absence';
import { exact, type KindCopies, named, removing } from '../copies';
import type { FactRecord } from '../facts';
import { nobodyText } from '../nobody';
import { oneLine } from '../text';
import { exactMode, exactOwner, type Find, grouped, pidText } from '../values';
import type { State } from './kindView';
import { withNamespace } from './namespaces';
import { processesText } from './segmentUsers';
import { stateFact } from './states';
import { t } from '../translate';
import { processesTitle } from '../shared';

type PosixObject = ObjectOf<PosixKind>;

/** Whether an object carries a flag. */
export function has({ flags }: Pick<PosixObject, 'flags'>, flag: string): boolean {
  return flags.includes(flag);
}

/** Each process that has an object once, lowest pid first: an order that no live value changes. Those that only wait are left out. */
export function holderPids({ endpoints = [] }: Pick<PosixObject, 'endpoints'>): number[] {
  const held = endpoints.filter(({ role }) => role !== 'waiter' && role !== 'holder');
  return [...new Set(held.map(({ pid }) => pid))].sort((a, b) => a - b);
}

/** `/jobs`; of one whose name is gone `unlinked, python3 (4312) and 3 more`. */
export function posixLabel(object: PosixObject, find: Find): string {
  if (!has(object, 'unlinked'))
    return withNamespace(oneLine(object.name ?? t('inode {0}', object.inode)), object);
  const [first, ...more] = holderPids(object);
  if (first === undefined) return t('unlinked, inode {0}', object.inode);
  return more.length === 0
    ? t('unlinked, {0}', pidText(first, find))
    : t('unlinked, {0} and {1} more', pidText(first, find), grouped(more.length));
}

/** The label with what it is. */
export function posixTitle(object: PosixObject, word: string, find: Find): string {
  return t('{0} · {1}', posixLabel(object, find), word);
}

/** By name, those without one behind the others; equal ones by what never changes. */
export function byName(a: PosixObject, b: PosixObject): number {
  const [one, other] = [sortName(a), sortName(b)];
  if (one !== other) return one === undefined ? 1 : other === undefined ? -1 : one < other ? -1 : 1;
  return a.inode.length - b.inode.length || (a.inode < b.inode ? -1 : Number(a.inode !== b.inode));
}

/** The name of an unlinked one may change with the process that shows it. */
function sortName(object: PosixObject): string | undefined {
  return has(object, 'unlinked') ? undefined : object.name;
}

/** `Python shared_memory`; a pid in the name whose process has ended is said. */
export function makerPart(maker: Maker | undefined): string[] {
  if (!maker) return [];
  const { program, pid, now } = maker;
  return pid !== undefined && now === 'gone'
    ? [t('{0}, {1} ended', oneLine(program), pid)]
    : [oneLine(program)];
}

/** The same in full: `PyTorch, process 41, which has ended`. */
export function makerText({ program, pid, now }: Maker, find: Find): string {
  const known = oneLine(program);
  if (pid === undefined) return known;
  if (now === 'gone') return t('{0}, process {1}, which has ended', known, pid);
  return t('{0}, process {1}', known, now === 'lives' ? pidText(pid, find) : String(pid));
}

/** Who made it, where its name tells that. */
export const makerFact: FactRecord<{ maker?: Maker | undefined }> = {
  key: 'maker',
  label: () => t('Made by, as its name tells'),
  value: ({ maker }, { process }) => maker && makerText(maker, process),
};

const UNLINKED = () => ({
  ...{ key: 'unlinked', icon: 'circle-slash' },
  text: t('unlinked: its name is gone, it lives while somebody has it'),
});

/** What is to be said of a name. */
export function posixStates(object: Pick<PosixObject, 'flags'>): State[] {
  return [
    ...(has(object, 'unlinked') ? [UNLINKED()] : []),
    ...(has(object, 'elsewhere')
      ? [{ key: 'elsewhere', icon: 'globe', text: t('in the /dev/shm of another mount namespace') }]
      : []),
  ];
}

export const deviceFact: FactRecord<{ device?: string }> = {
  key: 'device',
  label: () => t('Device'),
  kernelName: 'st_dev',
  value: ({ device }) => device,
};

export const inodeFact: FactRecord<{ inode: string }> = {
  key: 'inode',
  label: () => t('Inode'),
  kernelName: 'st_ino',
  value: ({ inode }) => inode,
};

/** Whose it is; hidden where its file may not be looked at. */
export const ownerFacts: readonly FactRecord<Pick<ObjectOf<PosixKind | 'mapping'>, 'owner' | 'mode'>>[] = [
  {
    key: 'owner',
    label: () => t('Owner'),
    kernelName: 'st_uid, st_gid',
    value: ({ owner }) => (owner ? exactOwner(owner) : t('hidden')),
  },
  {
    key: 'mode',
    label: () => t('Mode'),
    kernelName: 'st_mode',
    value: ({ mode }) => (mode === undefined ? t('hidden') : exactMode(mode)),
  },
];

/** Who has it. That nobody was seen is no proof where others are hidden. */
export const holdersFact: FactRecord<PosixObject | ObjectOf<'mapping'>> = {
  key: 'holders',
  label: () => processesTitle(),
  value: (object, { process, hidden = 'unknown' }) =>
    holderNames(object, process) ?? nobodyText(absenceOfHolders(object, hidden)),
};

/** The facts that all three have first. */
export const posixHead: readonly FactRecord<PosixObject>[] = [
  {
    key: 'name',
    label: () => t('Name'),
    value: ({ name }) => name ?? t('none that any process shows'),
  },
  stateFact<PosixObject>(posixStates),
];

/** Who has it, whose it is, and which file that is. */
export const posixTail: readonly FactRecord<PosixObject>[] = [
  holdersFact,
  ...ownerFacts,
  deviceFact,
  inodeFact,
];

/** Processes named one by one in a tooltip; of more only the number. */
const MOST_NAMED = 8;

/** Who has it, by name and bounded; undefined where nobody was seen. */
export function holderNames(object: Pick<PosixObject, 'endpoints'>, find: Find): string | undefined {
  const pids = holderPids(object);
  if (pids.length === 0) return undefined;
  const named = pids.slice(0, MOST_NAMED).map((pid) => pidText(pid, find));
  if (pids.length > MOST_NAMED) named.push(t('{0} more', grouped(pids.length - MOST_NAMED)));
  return named.join(', ');
}

/** `3 mapped`, `1 process`: how many have it, where anybody was seen. */
export function holdersPart(object: Pick<PosixObject, 'endpoints'>): string[] {
  const many = holderPids(object).length;
  return many === 0 ? [] : [processesText(many)];
}

/** What can be copied of one. `before`: the folder, and what stands there before its name (sem_open(3) of glibc puts `sem.`). */
export function posixCopies<O extends PosixObject>(before: string | ((object: O) => string)): KindCopies<O> {
  const name = ({ name: text, nameBytes }: O): Copy | undefined =>
    text === undefined ? undefined : named(text, nameBytes, '/');
  return {
    menu: ['name', 'inode', 'command'],
    id: (object) => name(object) ?? exact(object.inode),
    name,
    command: (object) =>
      object.name === undefined
        ? undefined
        : removing(
            object.name.slice(1),
            object.nameBytes,
            typeof before === 'string' ? before : before(object),
          ),
  };
}
