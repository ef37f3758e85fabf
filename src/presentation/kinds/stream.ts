/** Who reads and who writes a pipe or FIFO, and what keeps it from going on, in words. */
import { absenceOfSide } from '../absence';
import type { Endpoint } from '../../protocol/facts';
import type { ObjectOf } from '../../protocol/kinds';
import { directionsOf } from '../../protocol/waits';
import type { Fact } from '../facts';
import { exactMode, exactOwner, exactSize, type Find, grouped, pidText } from '../values';
import { t } from '../translate';

/** Processes named one by one in a tooltip; of more only the number. */
const MOST_NAMED = 8;

export type Stream = ObjectOf<'pipe'> | ObjectOf<'fifo'>;
type Side = 'reader' | 'writer';

/** The descriptors of one side; one that is both stands on both. */
function endsOf({ endpoints = [] }: Stream, side: Side): Endpoint[] {
  return endpoints.filter(({ role }) => role === side || role === 'both');
}

/** Each process of one side once, lowest pid first: an order that no live value changes. */
export function pidsOn(stream: Stream, side: Side): number[] {
  return [...new Set(endsOf(stream, side).map(({ pid }) => pid))].sort((a, b) => a - b);
}

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
  const both = ownerOfBoth(stream);
  if (both !== undefined) return t('{0} -> itself', pidText(both, find));
  return t('{0} -> {1}', sideText(stream, 'writer', find), sideText(stream, 'reader', find));
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

/** Each flag as a sentence. */
function flagWords(stream: Stream): string[] {
  const { flags } = stream;
  const waits = waitsOf(stream);
  // Whose next step is to wait in its open gets neither a signal nor an end of file.
  const opens = (side: Side) =>
    endsOf(stream, side).length === 0 && (side === 'writer' ? waits.opensToWrite : waits.opensToRead);
  const words: Readonly<Record<string, string>> = {
    packet: t('packet mode: each write is read apart'),
    full: t('full: a writer has to wait'),
    empty: t('empty: a reader has to wait'),
    noReader: opens('writer')
      ? t('no reader: a writer waits until somebody opens it for reading')
      : t('no reader: the next write gets SIGPIPE'),
    noWriter: opens('reader')
      ? t('no writer: a reader waits until somebody opens it for writing')
      : t('no writer: the reader sees end of file after the rest'),
    noReaderSeen: t('no reader seen, which is no proof'),
    noWriterSeen: t('no writer seen, which is no proof'),
    fileOnly: flags.includes('noReaderSeen')
      ? t('nobody was seen with it open, which is no proof')
      : t('nobody has it open'),
    unlinked: t('unlinked: its name is gone'),
    deletedOrReplaced: t(
      'deleted or replaced: the FIFO that it waits for is not found any more under its path, so whoever opens that does not let it go on',
    ),
  };
  // Of a file all is said with one word.
  const told = flags.includes('fileOnly') ? flags.filter((flag) => !flag.endsWith('Seen')) : flags;
  return told.flatMap((flag) => (Object.hasOwn(words, flag) ? [words[flag] as string] : []));
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

/** The facts that both kinds have. */
export function streamFacts(stream: Stream, find: Find): Fact[] {
  const { ancestor, unread, capacity } = stream;
  const nobody = { proved: t('nobody'), notSeen: t('none seen'), notLooked: t('not looked at') };
  const side = (which: Side): string =>
    sideNames(stream, which, find) ?? nobody[absenceOfSide(stream, which)];
  const state = flagWords(stream);
  return [
    [t('Writers'), side('writer'), 'O_WRONLY'],
    [t('Readers'), side('reader'), 'O_RDONLY'],
    ...(state.length > 0 ? [[t('State'), state.join('; ')] as const] : []),
    ...(unread === undefined ? [] : [[t('Unread'), exactSize(unread), 'FIONREAD'] as const]),
    ...(capacity === undefined ? [] : [[t('Capacity'), exactSize(capacity), 'F_GETPIPE_SZ'] as const]),
    ...(ancestor ? [[t('Nearest common ancestor'), pidText(ancestor.pid, find)] as const] : []),
    ...(stream.inode === undefined ? [] : [[t('Inode'), stream.inode, 'st_ino'] as const]),
    ...(stream.owner === undefined ? [] : [[t('Owner'), exactOwner(stream.owner), 'uid, gid'] as const]),
    ...(stream.mode === undefined ? [] : [[t('Mode'), exactMode(stream.mode), 'mode'] as const]),
  ];
}
