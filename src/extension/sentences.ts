/** Failures as sentences: what happened, why, and what to do. The one place where they are written. */
import * as vscode from 'vscode';
import type { Failure } from '../protocol/errors';
import { grouped, momentText, size, sizeOf } from './format';

/** What was tried, in the words of a message: `send to queue 0x00001234`. */
export type Attempt = string;

/** The whole sentence: `Could not send to queue 0x1234: it is full (16 of 16 KiB). ...` */
export function sentence(attempt: Attempt, failure: Failure): string {
  return vscode.l10n.t('Could not {0}: {1}', attempt, why(failure));
}

/** Why, and what to do. */
export function why(failure: Failure): string {
  const { t } = vscode.l10n;
  switch (failure.code) {
    case 'errno':
      return errnoWhy(failure);
    case 'gone':
      return failure.detail?.why === 'namespace'
        ? t('it belongs to another IPC namespace than the one shown now.')
        : failure.detail?.why === 'dismissed'
          ? t('the message was dismissed meanwhile.')
          : t('it is gone; somebody removed it meanwhile.');
    case 'replaced':
      return t(
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
      return t('IPC Inspector cannot read IPC objects here. The Objects view says why.');
    case 'invalid':
      return t(
        'the request made no sense ({0}). This is a defect of IPC Inspector; please report it.',
        detailOf(failure),
      );
    case 'helperEnded':
      return t(
        'the helper process of IPC Inspector ended before it answered, so whether it was done is not known. It is started again by itself: look before you try once more.',
      );
    case 'superseded':
    case 'cancelled':
      return t('it was cancelled.');
    case 'internal':
      return t('something went wrong inside IPC Inspector. Its log says more ("IPC Inspector: Show Log").');
  }
}

function detailOf(failure: Failure): string {
  return Object.values(failure.detail ?? {}).join(' ') || (failure.text ?? failure.code);
}

/** A sentence for each error number that the calls of this version can give (msgget(2), msgop(2), msgctl(2), semctl(2), shmctl(2)). */
function errnoWhy({ errno = '', call = '', detail = {} }: Failure): string {
  const { t } = vscode.l10n;
  const key = `${call} ${errno}`;
  switch (key) {
    case 'msgsnd EAGAIN':
      return Number(detail.bytes) > Number(detail.limit)
        ? t(
            'the message has {0}, and the queue never holds more than {1}. Send a shorter one, or raise its limit.',
            size(detail.bytes ?? 0),
            size(detail.limit ?? 0),
          )
        : t(
            'it is full ({0} in {1} messages). Receive some messages first, or raise its limit.',
            sizeOf(detail.queued ?? 0, detail.limit ?? 0),
            grouped(detail.messages ?? 0),
          );
    case 'msgsnd EINVAL':
      return t(
        'the message has {0}, and this machine allows {1} a message (kernel.msgmax). Send a shorter one.',
        size(detail.bytes ?? 0),
        size(detail.limit ?? 0),
      );
    case 'msgsnd EACCES':
      return t('its mode does not let you write. Ask its owner, or run as a user who may.');
    case 'msgrcv EACCES':
      return t('its mode does not let you read. Ask its owner, or run as a user who may.');
    case 'msgrcv EINVAL':
      return t(
        'a message in it is longer than this machine allows at present (kernel.msgmax), so it cannot be copied before it is taken. Raise that limit and try again.',
      );
    case 'msgrcv ENOSYS':
      return t(
        'this kernel does not copy messages (MSG_COPY needs CONFIG_CHECKPOINT_RESTORE), so nothing was looked at or taken.',
      );
    case 'msgrcv E2BIG':
      return t(
        'a message in it is longer than this machine allows at present (kernel.msgmax). Raise that limit and try again.',
      );
    case 'msgget EEXIST':
      return t('a queue with this key exists already. Choose another key, or use that queue.');
    case 'msgget ENOSPC':
      return t(
        'this machine has as many queues as it allows (kernel.msgmni). Destroy one that nobody needs, or raise that limit.',
      );
    case 'msgget EACCES':
      return t('a queue with this key exists, and its mode does not let you use it. Choose another key.');
    case 'semctl EACCES':
    case 'shmctl EACCES':
      return t('its mode does not let you read it. Ask its owner, or run as a user who may.');
    case 'msgctl EPERM':
    case 'semctl EPERM':
    case 'shmctl EPERM':
      return t('only its owner, its creator or root may do that. Run as one of them.');
  }
  if (errno === 'ENOMEM') return t('the kernel has no memory left for it. Free some, then try again.');
  if (errno === 'ENOSYS') return t('this kernel has no System V IPC ({0} is missing).', call);
  return t('the kernel refused ({0} gave {1}).', call, errno);
}
