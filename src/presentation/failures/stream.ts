/** Why calls on pipes and FIFOs fail: mkfifo(3), open(2), read(2), write(2), tee(2), F_SETPIPE_SZ of fcntl(2), and unlink(2) of a FIFO. */
import { WAIT_LABELS } from '../waitLabels';
import { oneLine } from '../text';
import { bytesOf, type Detail, forCalls, has, type Sentences } from './detail';
import { t } from '../translate';

const path = (detail: Detail) => oneLine(String(detail.path ?? '?'));

/** What any call that takes a path may meet on the way to it. */
const onTheWay = {
  ENOTDIR: () => t('something on the way to it is no folder. Look at the path again.'),
  ELOOP: () => t('the links on the way to it lead in a circle, or a link stands in its place.'),
  ENAMETOOLONG: () => t('no file has so long a name. Choose a shorter one.'),
  EROFS: () => t('it lies on a file system that nothing can be written to. Choose another folder.'),
};

const hidden = () =>
  t(
    'Linux lets only the same user or root look into the processes that have it open. Run as that user, or as root.',
  );

/** What was written before it failed: those bytes cannot be called back. */
function partly(detail: Detail): string[] {
  return Number(detail.written) > 0
    ? [t('{0} of {1} were written before that.', bytesOf(detail, 'written'), bytesOf(detail, 'bytes'))]
    : [];
}

function full(detail: Detail): string {
  const why = has(detail, 'room')
    ? t('it has room for {0}.', bytesOf(detail, 'room'))
    : t('it has no room for that.');
  const help = t(
    'Let somebody read it first, raise its capacity, or choose "{0}".',
    t(WAIT_LABELS['fifo write']),
  );
  return [why, ...partly(detail), help].join(' ');
}

function tooMuch(detail: Detail): string {
  if (has(detail, 'limit'))
    return t(
      'only root may give a pipe more than {0} (fs.pipe-max-size). Choose at most that, or run as root.',
      bytesOf(detail, 'limit'),
    );
  return has(detail, 'userLimit')
    ? t(
        'all your pipes together have {0} already (fs.pipe-user-pages-soft), and only root may have more. Choose less, or close some.',
        bytesOf(detail, 'userLimit'),
      )
    : t('only root may give a pipe so much (fs.pipe-max-size, fs.pipe-user-pages-soft). Choose less.');
}

export const stream: Sentences = {
  ...forCalls(['mkfifo', 'mkfifoat', 'mknod', 'mknodat'], {
    ...onTheWay,
    EEXIST: (detail) =>
      has(detail, 'path')
        ? t('{0} exists already. Choose another name.', path(detail))
        : t('a file of this name exists already. Choose another name.'),
    ENOENT: () => t('there is no such folder. Make it first, or choose another.'),
    EACCES: () =>
      t('you may not make files in that folder, or not search one on the way to it. Choose another.'),
    EPERM: () => t('the file system there has no FIFOs. Choose another folder.'),
    EOPNOTSUPP: () => t('the file system there has no FIFOs. Choose another folder.'),
    ENOSPC: () => t('the disk is full.'),
    EDQUOT: () => t('your share of the disk is used up.'),
  }),
  ...forCalls(['open', 'openat'], {
    ...onTheWay,
    ENXIO: () =>
      t(
        'nobody has it open for reading. Start its reader first, or choose "{0}".',
        t(WAIT_LABELS['fifo write']),
      ),
    ENOENT: () => t('there is no such file or folder. Look at the path again.'),
    EACCES: () =>
      t(
        'its mode, or that of a folder on the way to it, does not let you do that. Ask its owner, or run as a user who may.',
      ),
    EPERM: () =>
      t('the kernel does not let you open it (a protected folder, or another program forbids it).'),
  }),
  ...forCalls(['write', 'writev'], {
    EAGAIN: full,
    EPIPE: (detail) =>
      [
        t('its last reader closed it meanwhile, so nobody gets the rest.'),
        ...partly(detail),
        t('Start a reader, then try again.'),
      ].join(' '),
    EBADF: () => t('it is not open for writing.'),
  }),
  ...forCalls(['read', 'readv'], {
    EAGAIN: () =>
      t(
        'there is nothing to read now, but somebody has it open for writing. Try later, or choose "{0}".',
        t(WAIT_LABELS['fifo read']),
      ),
    EBADF: () => t('it is not open for reading.'),
  }),
  ...forCalls(['tee', 'pidfd_getfd', 'pidfd_open'], {
    EACCES: hidden,
    EPERM: hidden,
    EAGAIN: () => t('it is empty.'),
    ESRCH: () => t('the process that had it open has ended. Refresh and look again.'),
    EBADF: () => t('the process that had it open has closed it. Refresh and look again.'),
  }),
  ...forCalls(['fcntl'], {
    EBUSY: (detail) =>
      has(detail, 'unread')
        ? t(
            'more bytes are unread than that ({0}). Let somebody read it first, or choose more.',
            bytesOf(detail, 'unread'),
          )
        : t('more bytes are unread than that. Let somebody read it first, or choose more.'),
    EPERM: tooMuch,
    EINVAL: () => t('no pipe has this capacity.'),
    ENOMEM: () => t('the kernel has no memory left for it. Choose less.'),
    EACCES: hidden,
    EBADF: () => t('the process that had it open has closed it. Refresh and look again.'),
  }),
  ...forCalls(['unlink', 'unlinkat', 'rename', 'renameat2'], {
    ...onTheWay,
    ENOENT: () => t('its name is gone already; somebody removed or renamed it.'),
    EACCES: () => t('you may not remove files from that folder. Ask its owner, or run as a user who may.'),
    EPERM: () =>
      t(
        'only its owner, the owner of its folder or root may remove it there (a sticky folder, as /tmp). Run as one of them.',
      ),
    EBUSY: () => t('the system itself uses it, as a mount for example.'),
    EEXIST: () => t('a file stood in the way of moving it aside, so nothing was done. Try again.'),
  }),
};

/** Why nobody can look into a pipe without a trace. `why` as the helper gives it. */
export function streamDisturbs(why: unknown): string {
  switch (why) {
    case 'noReader':
      return t(
        'nobody has it open for reading, and looking would make you its reader: then a writer would not learn that it has none.',
      );
    case 'noReaderSeen':
      return t(
        'nobody was seen with it open for reading, which is no proof: a process that may not be looked at may read it. Looking as its reader would disturb, so nothing was done. Run as root to see more.',
      );
    case 'noHolderSeen':
      return t(
        'nobody was seen with it open, which is no proof: a process that may not be looked at may have it, and then only through that the capacity could be set. Run as root to see more.',
      );
    case 'noHolder':
      return t('nobody has it open, so it has no capacity yet. It gets one when somebody opens it.');
    default:
      return hidden();
  }
}
