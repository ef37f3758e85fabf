/** Failures as sentences: what happened, why, and what to do. The one place where they are written. */
import type { Failure } from '../../protocol/errors';
import type { SubjectKind } from '../../protocol/ref';
import { kindViews } from '../kinds';
import { oneLine } from '../text';
import { momentText } from '../values';
import { bytesOf, countOf, type Detail, has, type Sentences } from './detail';
import { files, fileSentence, storeSentence } from './files';
import { memoryDisturbs, posix, posixUnsupported, queueDisturbs } from './posix';
import { neverThere, socket, socketDisturbs } from './socket';
import { goneProcess, process } from './process';
import { stream, streamDisturbs } from './stream';
import { sysvMsg } from './sysvMsg';
import { noSuchSemaphore, otherCount, sysvSem } from './sysvSem';
import { segmentDisturbs, sysvShm } from './sysvShm';
import { t } from '../translate';

/** What was tried, in the words of a message: `send to queue 0x00001234`. */
export type Attempt = string;

/** The whole sentence: `Could not send to queue 0x1234: it is full (16 of 16 KiB). ...` */
export function sentence(attempt: Attempt, failure: Failure): string {
  return t('Could not {0}: {1}', attempt, why(failure));
}

/** Why, and what to do. */
export function why(failure: Failure): string {
  switch (failure.code) {
    case 'errno':
      return errnoWhy(failure);
    case 'gone':
      return failure.detail?.why === 'namespace'
        ? t('it belongs to another IPC namespace than the one shown now.')
        : failure.subject === 'process'
          ? goneProcess(failure.detail?.why)
          : failure.detail?.why === 'unseen'
            ? t(
                'it was not found. It is gone, or only processes have it that may not be looked at from here.',
              )
            : failure.detail?.why === 'never'
              ? neverThere()
              : failure.detail?.why === 'dismissed'
                ? t('the message was dismissed meanwhile.')
                : t('it is gone; somebody removed it meanwhile.');
    case 'replaced':
      return failure.detail?.field === undefined || failure.detail.field === 'type'
        ? replacedFile(failure)
        : t(
            'another object stands in its place now: its {0} is {1}, and was {2}. Nothing was done. Refresh and look again.',
            String(failure.detail?.field ?? '?'),
            String(failure.detail?.found ?? '?'),
            String(failure.detail?.asked ?? '?'),
          );
    case 'nothing':
      return failure.detail?.receiver === undefined
        ? t('no such message is queued.')
        : t(
            'no such message is queued. The last one was received by {0} at {1}.',
            failure.detail.receiver,
            momentText(Number(failure.detail.at)),
          );
    case 'unsupported':
      if (failure.detail?.why === 'rename')
        return t(
          'its file system cannot move a file aside, so it cannot be made sure that no other one is removed. Nothing was done; the command rm removes it.',
        );
      if (failure.detail?.why === 'remote')
        return t(
          'its path leads through a file system with a server (network or FUSE), which may never answer. Nothing was done.',
        );
      if (failure.detail?.why === 'noPath')
        return t(
          'its path is not known: it was renamed or unlinked, or is longer than the kernel tells. Nothing was done.',
        );
      return (
        posixUnsupported(failure.detail?.why) ??
        t('IPC Inspector cannot read IPC objects here. The Objects view says why.')
      );
    case 'disturbs':
      return disturbsWhy(failure);
    case 'outside':
      return failure.detail?.number === undefined
        ? outsideWhy(failure.detail ?? {})
        : noSuchSemaphore(failure.detail);
    case 'mismatch':
      return otherCount(failure.detail ?? {});
    case 'tooMuch':
      return t('at most {0} are read or written at once.', bytesOf(failure.detail ?? {}, 'limit'));
    case 'lastDetach':
      return t(
        'this machine removes a segment when the last process detaches (kernel.shm_rmid_forced), and nobody has it attached: to attach it for a moment would destroy it. Look while a process has it attached, or set that to 0.',
      );
    case 'noPage':
      return t('a page of it cannot be had (out of huge pages, most likely). Nothing else was touched.');
    case 'unstored':
      return storeSentence(failure.errno ?? '', failure.detail ?? {});
    case 'noFile':
      return fileSentence(failure.detail ?? {});
    case 'noChild':
      return childWhy(failure.detail ?? {});
    case 'invalid':
      return t(
        'the request made no sense ({0}). This is a defect of IPC Inspector; please report it.',
        detailOf(failure),
      );
    case 'helperEnded':
      return t(
        'the helper process of IPC Inspector ended before it answered, so whether it was done is not known. It is started again by itself: look before you try once more.',
      );
    case 'refused':
      return String(failure.detail?.why ?? '');
    case 'unsettled':
      return failure.detail?.why === 'moved'
        ? t(
            'its process put something else in its place meanwhile, and that may have been overwritten. Refresh and look again.',
          )
        : t(
            'its process put something in its place that does not answer, so whether it was written is not known. Refresh and look again.',
          );
    case 'superseded':
    case 'cancelled':
      return t('it was cancelled.');
    case 'internal':
      return t('something went wrong inside IPC Inspector. Its log says more ("IPC Inspector: Show Log").');
  }
}

/** The name of a file stands for another one now. */
function replacedFile({ detail = {} }: Failure): string {
  if (detail.aside !== undefined)
    return t(
      'its name stood for another file, which was moved aside while we looked and lost its name to a third. It is {0} in the same folder now: rename it back.',
      oneLine(String(detail.aside)),
    );
  return detail.field === 'type'
    ? t('its name stands for something else now, of another type. Nothing was done. Refresh and look again.')
    : t('its name stands for another file now. Nothing was done. Refresh and look again.');
}

function detailOf(failure: Failure): string {
  return Object.values(failure.detail ?? {}).join(' ') || (failure.text ?? failure.code);
}

/** Every call and errno that has words of its own (msgget, msgop, msgctl, semget, semop, semctl, shmget, shmop, shmctl and ftok). */
export const errnoSentences: Sentences = {
  ...sysvMsg,
  ...sysvSem,
  ...sysvShm,
  ...stream,
  ...posix,
  ...socket,
  ...files,
  ...process,
  'fork EAGAIN': () => tooManyProcesses(),
};

/** Those of families of kinds, which say the same call's errno as it is meant there; other kinds have theirs in their view. */
const families: Readonly<Partial<Record<SubjectKind, Sentences>>> = {
  'sysv.msg': sysvMsg,
  'sysv.sem': sysvSem,
  'sysv.shm': sysvShm,
  'posix.mq': posix,
  'posix.sem': posix,
  'posix.shm': posix,
  mapping: posix,
  pipe: stream,
  fifo: stream,
  unix: socket,
  inet: socket,
  process,
};

function tooManyProcesses(): string {
  return t('it needs a process of its own, and there are as many as are allowed. End some waits first.');
}

function childWhy(detail: Detail): string {
  switch (detail.why) {
    case 'silent':
      return t(
        'the process that it needs of its own did not begin within {0} seconds, so nothing was done. A limit on processes or memory may be reached (ulimit -a), or the machine is very busy.',
        countOf(detail, 'seconds'),
      );
    case 'ended':
      return t(
        'the process that it needs of its own ended before it began ({0}), so nothing was done. A limit on processes or memory may be reached (ulimit -a).',
        oneLine(String(detail.how ?? '?')),
      );
    default:
      return tooManyProcesses();
  }
}

function outsideWhy(detail: Detail): string {
  return has(detail, 'offset', 'bytes')
    ? t(
        'offset {0} and what follows is not within it: it has {1}.',
        countOf(detail, 'offset'),
        bytesOf(detail, 'bytes'),
      )
    : t('that is not within it.');
}

function viewIn(subject: SubjectKind | undefined) {
  return subject === undefined || subject === 'process' ? undefined : kindViews[subject];
}

/** Why nobody can look without a trace, by what it is about. */
function disturbsWhy({ subject, detail = {} }: Failure): string {
  const reason = detail.why;
  const own = viewIn(subject)?.failures?.disturbs;
  if (own) return own(reason);
  switch (subject) {
    case 'pipe':
    case 'fifo':
      return streamDisturbs(reason);
    case 'unix':
    case 'inet':
      return socketDisturbs(reason);
    case 'posix.shm':
    case 'mapping':
      return memoryDisturbs();
    case 'posix.mq':
      return queueDisturbs(reason);
    default:
      return segmentDisturbs(reason);
  }
}

/** What an errno means whatever the call. */
const everywhere: Readonly<Record<string, (call: string) => string>> = {
  ENOMEM: () => t('the kernel has no memory left for it. Free some, then try again.'),
  ENOSYS: (call) => t('this kernel has no System V IPC ({0} is missing).', call),
  EIDRM: () => t('it is gone; somebody removed it meanwhile.'),
  EINTR: () => t('it was interrupted before it was done. Try again.'),
  EPERM: () => t('only its owner, its creator or root may do that. Run as one of them.'),
  EACCES: () => t('its mode does not let you do that. Ask its owner, or run as a user who may.'),
  EMFILE: () => t('too many files are open in the helper process. Try again.'),
  ENFILE: () => t('the machine has as many open files as it allows. Close some programs first.'),
};

function errnoWhy({ errno = '', call = '', detail = {}, subject }: Failure): string {
  const own = `${call} ${errno}`;
  const family = (subject && families[subject]) ?? viewIn(subject)?.failures?.errno ?? {};
  for (const messages of [family, errnoSentences])
    if (Object.hasOwn(messages, own)) return messages[own]?.(detail) ?? '';
  if (Object.hasOwn(everywhere, errno)) return everywhere[errno]?.(call) ?? '';
  return t('the kernel refused ({0} gave {1}).', call, errno);
}
