/** What POSIX queues, semaphores and shared memory objects show alike. */
import type { ObjectOf } from '../../protocol/kinds';
import type { Maker } from '../../protocol/kinds/posix';
import type { PosixKind } from '../../protocol/ref';
import type { Fact } from '../facts';
import { oneLine } from '../text';
import { exactMode, exactOwner, type Find, grouped, pidText } from '../values';
import { t } from '../translate';

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
  if (!has(object, 'unlinked')) return oneLine(object.name ?? `inode ${object.inode}`);
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

function makerFact(maker: Maker | undefined, find: Find): Fact[] {
  if (!maker) return [];
  const { program, pid, now } = maker;
  const who =
    pid === undefined
      ? ''
      : now === 'gone'
        ? t(', process {0}, which has ended', pid)
        : now === 'lives'
          ? t(', process {0}', pidText(pid, find))
          : t(', process {0}', pid);
  return [[t('Made by, as its name tells'), `${oneLine(program)}${who}`]];
}

/** The facts that all three have. `maker`: where its name tells one. */
export function posixFacts(object: PosixObject, find: Find, maker?: Maker): Fact[] {
  return [
    [t('Name'), object.name ?? t('none that any process shows')],
    ...(has(object, 'unlinked')
      ? [[t('State'), t('unlinked: its name is gone, it lives while somebody has it')] as const]
      : []),
    ...(has(object, 'elsewhere')
      ? [[t('Place'), t('in the /dev/shm of another mount namespace')] as const]
      : []),
    ...makerFact(maker, find),
    ...holderFacts(object, find),
    ...ownerFacts(object),
    [t('Device'), object.device, 'st_dev'],
    [t('Inode'), object.inode, 'st_ino'],
  ];
}

/** Whose it is; hidden where its file may not be looked at. */
export function ownerFacts({ owner, mode }: Pick<ObjectOf<PosixKind | 'mapping'>, 'owner' | 'mode'>): Fact[] {
  return [
    [t('Owner'), owner ? exactOwner(owner) : t('hidden'), 'st_uid, st_gid'],
    [t('Mode'), mode === undefined ? t('hidden') : exactMode(mode), 'st_mode'],
  ];
}

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

/** That nobody was seen is no proof: the others may be hidden. */
export function holderFacts(object: Pick<PosixObject, 'endpoints'>, find: Find): Fact[] {
  const nobody = object.endpoints === undefined ? t('not looked at') : t('nobody seen');
  return [[t('Processes'), holderNames(object, find) ?? nobody]];
}

/** `3 mapped`, `1 process`: how many have it, where anybody was seen. */
export function holdersPart(object: Pick<PosixObject, 'endpoints'>): string[] {
  const many = holderPids(object).length;
  if (many === 0) return [];
  return [many === 1 ? t('1 process') : t('{0} processes', grouped(many))];
}
