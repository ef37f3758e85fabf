/** The flags of a pipe or FIFO in words: what each means for the people at its ends. */
import { visible } from '../../../presentation/text';
import type { StateLine } from '../../parts/stateList';
import { t } from '../../strings';
import { openersOf, type SideName, type StreamObject, waitingOf } from './object';

const WORDS: Readonly<Record<string, (object: StreamObject) => StateLine | undefined>> = {
  noReader: () => ({ icon: 'warning', warns: true, text: t('nobody reads: the next write gets SIGPIPE') }),
  fileOnly: (object) => ({
    icon: 'file',
    text: has(object, 'noReaderSeen')
      ? t('only a file, as far as can be seen: a process that is hidden may have it open')
      : t('only a file: nobody has it open; who opens it waits until somebody opens the other side'),
  }),
  unlinked: () => ({
    icon: 'circle-slash',
    text: t('unlinked: its name is gone, those who have it open keep it'),
  }),
  deletedOrReplaced: () => ({
    icon: 'warning',
    warns: true,
    text: t(
      'deleted or replaced: the FIFO that it waits for is not found any more under its path, so whoever opens that does not let it go on',
    ),
  }),
  noReaderSeen: () => ({
    icon: 'question',
    text: t(
      'no reader was seen, which is no proof: an end may be on its way between two processes, or in one that is hidden',
    ),
  }),
  noWriter: (object) => ({
    icon: 'debug-disconnect',
    text: has(object, 'empty')
      ? t('nobody writes, and nothing is left: the reader sees end of file')
      : t('nobody writes: the reader sees end of file after the rest'),
  }),
  noWriterSeen: () => ({
    icon: 'question',
    text: t(
      'no writer was seen, which is no proof: an end may be on its way between two processes, or in one that is hidden',
    ),
  }),
  full: (object) => ({ icon: 'circle-filled', text: fullText(object) }),
  // Beside noWriter it would say that a reader waits, and none does.
  empty: (object) =>
    has(object, 'noWriter') ? undefined : { icon: 'circle-outline', text: emptyText(object) },
  packet: () => ({ icon: 'package', text: t('packet mode: each write is read apart') }),
};

/** A line for each flag that says something, the gravest first. */
export function stateLines(object: StreamObject): StateLine[] {
  // Of a file that nobody has open only that is to be said: no end, so no write and no read.
  const openers = has(object, 'deletedOrReplaced') ? [] : openingLines(object);
  const told = has(object, 'fileOnly')
    ? ['fileOnly']
    : // Who waits to open it says more than who is not there.
      openers.length > 0 || has(object, 'deletedOrReplaced')
      ? object.flags.filter((flag) => !/^no(?:Reader|Writer)/.test(flag))
      : object.flags;
  const known = Object.keys(WORDS).filter((flag) => told.includes(flag));
  const others = told.filter((flag) => !Object.hasOwn(WORDS, flag));
  return [
    ...openers,
    ...known.flatMap((flag) => WORDS[flag]?.(object) ?? []),
    ...others.map((flag) => ({ icon: 'info', text: visible(flag, 80) })),
  ];
}

/** Who is blocked in opening a FIFO waits for somebody at the other side. */
function openingLines({ endpoints = [] }: StreamObject): StateLine[] {
  const line = (side: SideName, one: string, many: string): StateLine[] => {
    const count = openersOf(endpoints, side).length;
    return count === 0 ? [] : [{ icon: 'watch', text: count === 1 ? one : many }];
  };
  return [
    ...line(
      'writers',
      t('a writer waits until somebody opens it for reading'),
      t('writers wait until somebody opens it for reading'),
    ),
    ...line(
      'readers',
      t('a reader waits until somebody opens it for writing'),
      t('readers wait until somebody opens it for writing'),
    ),
  ];
}

function fullText(object: StreamObject): string {
  const waiting = waitingOf(object.endpoints ?? [], 'writers');
  if (waiting === 1) return t('full: the writer waits');
  if (waiting > 1) return t('full: writers wait');
  if (has(object, 'noReader')) return t('full');
  return t('full: the next write waits, or fails (EAGAIN) where it does not block');
}

function emptyText(object: StreamObject): string {
  const waiting = waitingOf(object.endpoints ?? [], 'readers');
  if (waiting === 1) return t('empty: the reader waits');
  if (waiting > 1) return t('empty: readers wait');
  return has(object, 'noReader')
    ? t('empty')
    : t('empty: the next read waits, or fails (EAGAIN) where it does not block');
}

function has({ flags }: StreamObject, flag: string): boolean {
  return flags.includes(flag);
}
