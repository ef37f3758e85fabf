/** Who reads and who writes a pipe or FIFO, and what keeps it from going on, in words. */
import { absenceOfSide } from '../absence';
import { ancestorFact } from '../ancestors';
import { directionsOf } from '../../protocol/waits';
import { amount, type Context, type FactRecord } from '../facts';
import { nobodyText } from '../nobody';
import { namePiece, type Piece, plainText, processPiece } from '../pieces';
import { holderName } from '../processes';
import { bytesText, exactMode, exactOwner, exactSize, type Find, grouped, pidText, sizeOf } from '../values';
import type { Figure } from './kindView';
import { stateFact } from './states';
import { endsOf, pidsOn, type Side, type Stream } from './streamEnds';
import { streamStates } from './streamStates';
import { around, t } from '../translate';

/** Processes named one by one in a tooltip; of more only the number. */
const MOST_NAMED = 8;

/** `sort (41)`, `sort (41) and 2 more`; `nobody` where that is proved, else `?`. */
function sideText(stream: Stream, side: Side, find: Find): string {
  const [first, ...more] = pidsOn(stream, side);
  if (first === undefined) return absenceOfSide(stream, side) === 'proved' ? t('nobody') : '?';
  return more.length === 0
    ? pidText(first, find)
    : t('{0} and {1} more', pidText(first, find), grouped(more.length));
}

/** The one process that has both sides, and nobody else has one; undefined where others do, or a side is missing. */
export function ownerOfBoth({ endpoints = [] }: Stream): number | undefined {
  const pid = endpoints[0]?.pid;
  let [reads, writes] = [false, false];
  for (const end of endpoints) {
    if (end.pid !== pid) return undefined;
    reads ||= end.role === 'reader' || end.role === 'both';
    writes ||= end.role === 'writer' || end.role === 'both';
  }
  return reads && writes ? pid : undefined;
}

/** `sort (41) -> uniq (42)`: writers, readers; `sort (41) -> itself`. */
export function directionText(stream: Stream, find: Find): string {
  return plainText(direction(stream, find));
}

/** The same with each name by itself: one of letters that go from right to left would turn the sides around. */
export function direction(stream: Stream, find: Find): readonly Piece[] {
  const both = ownerOfBoth(stream);
  if (both !== undefined) return around('{0} -> itself', namePiece(pidText(both, find)));
  const [writer, reader] = (['writer', 'reader'] as const).map((side) =>
    namePiece(sideText(stream, side, find)),
  );
  return around('{0} -> {1}', writer ?? '', reader ?? '');
}

/** What the threads of others wait in: a call on a descriptor of one side, or opening a FIFO. */
type Waiting = 'reader' | 'writer' | 'opensToRead' | 'opensToWrite';
/** Those that somebody waits in; `guessed` where the kernel told the call of none of them. */
type Waits = Partial<Record<Waiting, 'certain' | 'guessed'>>;

function waitsOf({ endpoints = [] }: Stream): Waits {
  const found: Waits = {};
  for (const { role, own, fd, waits = [] } of endpoints)
    for (const { on, certain } of own === true ? [] : waits) {
      const writes = directionsOf(on, fd).includes('write');
      const opens = writes ? 'opensToWrite' : 'opensToRead';
      const side = role === 'writer' || (role === 'both' && writes) ? 'writer' : 'reader';
      const where = role === 'waiter' ? opens : side;
      if (found[where] !== 'certain') found[where] = certain ? 'certain' : 'guessed';
    }
  return found;
}

/** What a row says of the state, most important first, and whether something is wrong. */
export function stateOf(stream: Stream): { words: string[]; attention: boolean } {
  const { flags, unread = 0 } = stream;
  const has = (flag: string) => flags.includes(flag);
  const waits = waitsOf(stream);
  const perhaps = (where: Waiting, words: string) =>
    waits[where] === 'guessed' ? t('{0}, probably', words) : words;
  // Of a file that nobody has open it goes without saying that it has no ends.
  const open = !has('fileOnly');
  // Who waits to open it says more than who is not there.
  const opens = waits.opensToRead !== undefined || waits.opensToWrite !== undefined;
  const words = [
    ...(open
      ? []
      : [
          has('noReaderSeen') ? t('file only, nobody seen with it open') : t('file only, nobody has it open'),
        ]),
    ...(!open || opens
      ? []
      : has('noReader')
        ? [t('no reader')]
        : has('noReaderSeen')
          ? [t('no reader seen')]
          : []),
    ...(!open || opens
      ? []
      : has('noWriter')
        ? [t('no writer')]
        : has('noWriterSeen')
          ? [t('no writer seen')]
          : []),
    ...(waits.writer
      ? [perhaps('writer', has('full') ? t('full, writer waits') : t('writer waits'))]
      : has('full')
        ? [t('full')]
        : []),
    ...(waits.reader ? [perhaps('reader', t('reader waits'))] : []),
    ...(waits.opensToWrite ? [perhaps('opensToWrite', t('writer waits for a reader'))] : []),
    ...(waits.opensToRead ? [perhaps('opensToRead', t('reader waits for a writer'))] : []),
  ];
  const noReader = has('noReader') || has('noReaderSeen');
  const attention =
    (has('noReader') && endsOf(stream, 'writer').length > 0) ||
    (has('noWriter') && (unread > 0 || waits.reader !== undefined)) ||
    (noReader && waits.writer !== undefined);
  return { words, attention };
}

/** How many descriptors are known. */
export function descriptorsPart({ endpoints }: Stream): string[] {
  const many = endpoints?.filter(({ fd }) => fd !== undefined).length ?? 0;
  if (many === 0) return [];
  return [many === 1 ? t('1 descriptor') : t('{0} descriptors', grouped(many))];
}

/** The processes of one side with their descriptors, bounded; undefined where nobody was seen. */
export function sideNames(stream: Stream, side: Side, find: Find): string | undefined {
  const ends = endsOf(stream, side);
  const pids = pidsOn(stream, side);
  if (pids.length === 0) return undefined;
  const named = pids.slice(0, MOST_NAMED).map((pid) => {
    const fds = ends.filter((end) => end.pid === pid && end.fd !== undefined);
    const [first] = fds;
    return first === undefined
      ? pidText(pid, find)
      : fds.length === 1
        ? t('{0} fd {1}', pidText(pid, find), first.fd ?? 0)
        : t('{0} fd {1} and {2} more', pidText(pid, find), first.fd ?? 0, fds.length - 1);
  });
  if (pids.length > MOST_NAMED) named.push(t('{0} more', grouped(pids.length - MOST_NAMED)));
  return named.join(', ');
}

function sideFact(side: Side, label: () => string, kernelName: string): FactRecord<Stream> {
  return {
    ...{ key: side, label, kernelName },
    value: (stream, { process }) =>
      sideNames(stream, side, process) ?? nobodyText(absenceOfSide(stream, side)),
  };
}

/** Of what can be counted only through a process that has it open; nothing of a file that nobody has. */
function countedFact(
  key: 'unread' | 'capacity',
  label: () => string,
  kernelName: string,
): FactRecord<Stream> {
  return {
    ...{ key, label, kernelName },
    ...amount('bytes', (stream) => stream[key]),
    value: (stream) => {
      const bytes = stream[key];
      if (bytes !== undefined) return exactSize(bytes);
      return stream.flags.includes('fileOnly') || stream.flags.includes('deletedOrReplaced')
        ? undefined
        : t('hidden, or not looked at');
    },
  };
}

/** The facts that both kinds have. */
export const streamFacts: readonly FactRecord<Stream>[] = [
  sideFact('writer', () => t('Writers'), 'O_WRONLY'),
  sideFact('reader', () => t('Readers'), 'O_RDONLY'),
  stateFact(streamStates),
  countedFact('unread', () => t('Unread'), 'FIONREAD'),
  countedFact('capacity', () => t('Capacity'), 'F_GETPIPE_SZ'),
  ancestorFact<Stream>(({ ancestor }) => ancestor),
  { key: 'inode', label: () => t('Inode'), kernelName: 'st_ino', value: ({ inode }) => inode },
  {
    key: 'owner',
    label: () => t('Owner'),
    kernelName: 'st_uid, st_gid',
    value: ({ owner }) => (owner === undefined ? undefined : exactOwner(owner)),
  },
  {
    key: 'mode',
    label: () => t('Mode'),
    kernelName: 'st_mode',
    value: ({ mode }) => (mode === undefined ? undefined : exactMode(mode)),
  },
];

/** What waits to be read, and who most likely made it. */
export function streamFigures<O extends Stream>(object: O, { process }: Context): Figure<O>[] {
  const { ancestor } = object;
  const unread = unreadFigure(object);
  if (!ancestor) return [unread];
  const name = processPiece(holderName(ancestor, process));
  // All processes descend from the first: that it is the nearest says only that there is none.
  return [
    unread,
    ancestor.pid === 1
      ? { key: 'ancestor', says: around('no nearer common ancestor than {0}', name) }
      : {
          key: 'ancestor',
          says: around('started by {0}', name),
          detail: t(
            'The nearest process from which all holders descend, itself included: most likely it made the connection.',
          ),
        },
  ];
}

function unreadFigure<O extends Stream>({ unread, capacity, flags, endpoints = [] }: O): Figure<O> {
  const key = 'unread';
  if (flags.includes('deletedOrReplaced')) return { key, look: 'value', says: [t('nobody finds it')] };
  if (flags.includes('fileOnly') && !flags.includes('noReaderSeen'))
    return { key, look: 'value', says: [t('nothing in it')] };
  if (unread === undefined && !endpoints.some(({ fd }) => fd !== undefined))
    return {
      ...{ key, look: 'dim', says: [t('nobody seen with it open')] },
      detail: t('Without a process that has it open there is nobody through whom to look.'),
    };
  if (unread === undefined || capacity === undefined)
    return {
      ...{ key, look: 'dim', says: [t('unread bytes: hidden, or not looked at')] },
      detail: t(
        'Linux lets only the same user copy a descriptor of it, and without a copy nobody can count. Or nobody has looked yet.',
      ),
    };
  return {
    ...{ key, look: 'value', says: [t('{0} unread', sizeOf(unread, capacity))] },
    detail: t('{0} unread, capacity {1}', bytesText(unread), bytesText(capacity)),
    chart: {
      label: t('Unread bytes, since this panel was opened'),
      top: capacity,
      of: (sample) => sample.unread,
    },
  };
}
