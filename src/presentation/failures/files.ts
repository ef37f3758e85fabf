/** Why a file cannot be used: as ftok(3) does, whose errors are those of stat(2), as the content of a message, and as the place where one is kept. */
import { oneLine } from '../text';
import { bytesOf, type Detail, type Sentences } from './detail';
import { t } from '../translate';

const path = (detail: Detail) => oneLine(String(detail.path ?? '?'));

export const files: Sentences = {
  'ftok ENOENT': (detail) =>
    t(
      'there is no {0}, and a key is made of a file that exists. Make it first, or choose another.',
      path(detail),
    ),
  'ftok EACCES': (detail) =>
    t('a folder on the way to {0} may not be searched by you. Choose another file.', path(detail)),
  'ftok ENOTDIR': (detail) =>
    t('something on the way to {0} is no folder. Look at the path again.', path(detail)),
  'ftok ELOOP': (detail) => t('the links on the way to {0} lead in a circle.', path(detail)),
  'ftok ENAMETOOLONG': () => t('no file has so long a name.'),
  'ftok EOVERFLOW': (detail) => t('{0} is too large to be looked at.', path(detail)),
  'ftok EIO': (detail) => t('the disk that has {0} does not answer as it should.', path(detail)),
  'ftok ETIMEDOUT': (detail) =>
    t(
      'the file system of {0} does not answer; most likely it is a network that is away. Choose a file on a local one.',
      path(detail),
    ),
};

/** Why the bytes of a file could not be taken. `why`: what VS Code calls it, and `tooLong`. */
export function fileSentence(detail: Detail): string {
  switch (detail.why) {
    case 'tooLong':
      return t(
        'the file has {0}, and at most {1} are taken. Choose a shorter one.',
        bytesOf(detail, 'bytes'),
        bytesOf(detail, 'limit'),
      );
    case 'FileNotFound':
      return t('there is no file {0}.', path(detail));
    case 'FileIsADirectory':
      return t('{0} is a folder. Choose a file.', path(detail));
    case 'NoPermissions':
      return t('you may not read {0}.', path(detail));
    case 'Unavailable':
      return t('{0} cannot be reached at present.', path(detail));
    default:
      return t('{0} cannot be read.', path(detail));
  }
}

/** Why a message could not be kept on disk, whatever the errno. */
export function storeSentence(errno: string, detail: Detail): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOSPC: t('the disk is full'),
    EDQUOT: t('your share of the disk is used up'),
    EACCES: t('you may not write there'),
    EPERM: t('you may not write there'),
    EROFS: t('nothing can be written there'),
  };
  const reason = (Object.hasOwn(reasons, errno) ? reasons[errno] : undefined) ?? t('writing fails');
  return detail.what === 'message'
    ? t(
        'the message was received and stands in the history, but it cannot be stored in {0}: {1}. Copy what you need before the window closes.',
        path(detail),
        reason,
      )
    : t(
        'a copy must be stored before anything is taken, and it cannot be stored in {0}: {1}. Nothing was received.',
        path(detail),
        reason,
      );
}
