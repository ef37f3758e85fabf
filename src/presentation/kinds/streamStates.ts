/** The state of a pipe or FIFO in words: what it means for the people at its ends. */
import { t } from '../translate';
import type { State } from './kindView';
import { endsOf, openersOf, type Side, type Stream, waitingOf } from './streamEnds';

/** Each thing that is to be said, the gravest first. */
export function streamStates(stream: Stream): State[] {
  const has = (flag: string) => stream.flags.includes(flag);
  // Of a file that nobody has open only that is to be said: no end, so no write and no read.
  if (has('fileOnly'))
    return [...openingStates(stream), fileState(stream), ...(has('unlinked') ? [UNLINKED()] : [])];
  // Who waits for what nobody finds: no end of it is known, and who opens the path does not help.
  if (has('deletedOrReplaced'))
    return [
      {
        ...{ key: 'deletedOrReplaced', icon: 'warning', warns: true },
        text: t(
          'deleted or replaced: the FIFO that it waits for is not found any more under its path, so whoever opens that does not let it go on',
        ),
      },
    ];
  return [
    ...openingStates(stream),
    ...(has('noReader') && !opensAlone(stream, 'writer')
      ? [
          {
            ...{ key: 'noReader', icon: 'warning', warns: true },
            text: t('no reader: the next write gets SIGPIPE'),
          },
        ]
      : []),
    ...(has('unlinked') ? [UNLINKED()] : []),
    ...(has('noReaderSeen')
      ? [
          {
            ...{ key: 'noReaderSeen', icon: 'question' },
            text: t(
              'no reader seen, which is no proof: an end may be on its way between two processes, or in one that is hidden',
            ),
          },
        ]
      : []),
    ...(has('noWriter') && !opensAlone(stream, 'reader')
      ? [
          {
            ...{ key: 'noWriter', icon: 'debug-disconnect' },
            text: has('empty')
              ? t('no writer, and nothing is left: the reader sees end of file')
              : t('no writer: the reader sees end of file after the rest'),
          },
        ]
      : []),
    ...(has('noWriterSeen')
      ? [
          {
            ...{ key: 'noWriterSeen', icon: 'question' },
            text: t(
              'no writer seen, which is no proof: an end may be on its way between two processes, or in one that is hidden',
            ),
          },
        ]
      : []),
    ...(has('full') ? [{ key: 'full', icon: 'circle-filled', text: fullText(stream) }] : []),
    // Beside noWriter it would say that a reader waits, and none does.
    ...(has('empty') && !has('noWriter')
      ? [{ key: 'empty', icon: 'circle-outline', text: emptyText(stream) }]
      : []),
    ...(has('packet')
      ? [{ key: 'packet', icon: 'package', text: t('packet mode: each write is read apart') }]
      : []),
  ];
}

const UNLINKED = (): State => ({
  ...{ key: 'unlinked', icon: 'circle-slash' },
  text: t('unlinked: its name is gone, it lives while somebody has it'),
});

function fileState({ flags }: Stream): State {
  return {
    ...{ key: 'fileOnly', icon: 'file' },
    text: flags.includes('noReaderSeen')
      ? t('only a file, as far as can be seen: a process that is hidden may have it open')
      : t('only a file: nobody has it open; who opens it waits until somebody opens the other side'),
  };
}

/** Whose next step is to wait in its open gets neither a signal nor an end of file. */
function opensAlone(stream: Stream, side: Side): boolean {
  return openersOf(stream, side).length > 0 && endsOf(stream, side).length === 0;
}

/** Who is blocked in opening a FIFO waits for somebody at the other side. */
function openingStates(stream: Stream): State[] {
  const { flags } = stream;
  const line = (side: Side, text: (many: boolean, none: boolean) => string): State[] => {
    const count = openersOf(stream, side).length;
    const none = flags.includes(side === 'writer' ? 'noReader' : 'noWriter') && opensAlone(stream, side);
    return count === 0 ? [] : [{ key: `${side}Opens`, icon: 'watch', text: text(count > 1, none) }];
  };
  return [
    ...line('writer', (many, none) =>
      none
        ? many
          ? t('no reader: writers wait until somebody opens it for reading')
          : t('no reader: a writer waits until somebody opens it for reading')
        : many
          ? t('writers wait until somebody opens it for reading')
          : t('a writer waits until somebody opens it for reading'),
    ),
    ...line('reader', (many, none) =>
      none
        ? many
          ? t('no writer: readers wait until somebody opens it for writing')
          : t('no writer: a reader waits until somebody opens it for writing')
        : many
          ? t('readers wait until somebody opens it for writing')
          : t('a reader waits until somebody opens it for writing'),
    ),
  ];
}

function fullText(stream: Stream): string {
  const waiting = waitingOf(stream, 'writer');
  if (waiting === 1) return t('full: the writer waits');
  if (waiting > 1) return t('full: writers wait');
  if (stream.flags.includes('noReader')) return t('full');
  return t('full: the next write waits, or fails (EAGAIN) where it does not block');
}

function emptyText(stream: Stream): string {
  const waiting = waitingOf(stream, 'reader');
  if (waiting === 1) return t('empty: the reader waits');
  if (waiting > 1) return t('empty: readers wait');
  return stream.flags.includes('noReader')
    ? t('empty')
    : t('empty: the next read waits, or fails (EAGAIN) where it does not block');
}
