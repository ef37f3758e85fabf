/** A descriptor of somebody else's socket for under a millisecond (pidfd_getfd(2)). There is no other way to look into a socket. */
import { readlinkSync } from 'node:fs';
import { IpcFailure } from '../../../protocol/errors';
import type { Endpoint } from '../../../protocol/facts';
import type { Ref } from '../../../protocol/ref';
import type { Blind } from '../../../protocol/snapshot';
import { copyDescriptor, openPidfd } from '../../libc/pidfd';
import { close } from '../../libc/fd';
import { readSmall } from '../../proc/read';
import { lives, reached } from '../common/reaching';
import { fieldOf } from '../../proc/fields';

/** What a look through a copy saw, or why there was none. */
export type Seen<T> = { seen: T } | 'denied' | 'gone';

/** Looks through the first holder that lets us, and closes the copy at once. Throws what `look` throws, and our own troubles (EMFILE). */
export function throughSocket<T>(
  inode: string,
  ends: readonly Endpoint[],
  look: (fd: number, end: Endpoint) => T,
): Seen<T> {
  let why: 'denied' | 'gone' = 'gone';
  for (const end of ends) {
    if (end.fd === undefined) continue;
    const copy = reached(() => copyOf(inode, end, end.fd ?? -1));
    if (typeof copy === 'number') {
      try {
        return { seen: look(copy, end) };
      } finally {
        close(copy);
      }
    }
    if (copy === 'denied') why = copy;
  }
  return why;
}

/** The same for details, beside which a look goes on: what went wrong is a reason to know nothing. */
export function detailsThrough<T>(
  inode: string,
  ends: readonly Endpoint[],
  look: (fd: number, end: Endpoint) => T,
): { seen: T } | 'denied' | 'failed' | 'gone' {
  try {
    return throughSocket(inode, ends, look);
  } catch {
    return 'failed';
  }
}

/** What is unknown of a socket for that. Where nobody has it, nobody can tell. */
export function detailsBlind(
  kind: 'unix' | 'inet',
  ref: Ref,
  looked: { seen: unknown } | 'denied' | 'failed' | 'gone',
): Blind[] {
  return looked === 'denied' || looked === 'failed' ? [{ kind, ref, field: 'details', code: looked }] : [];
}

function copyOf(inode: string, end: Endpoint, fd: number): number | 'gone' {
  const { pid, tid } = end;
  const pidfd = tid === undefined ? openPidfd(pid) : openPidfd(tid, true);
  let copy: number | undefined;
  let same = false;
  try {
    copy = copyDescriptor(pidfd, fd);
    // What the number leads to may have changed, and so may whose it is.
    same = readlinkSync(`/proc/self/fd/${copy}`) === `socket:[${inode}]` && lives(end);
    return same ? copy : 'gone';
  } finally {
    if (copy !== undefined && !same) close(copy);
    close(pidfd);
  }
}

/** Descriptors on their way to a Unix socket: `scm_fds` of fdinfo (Linux 5.6); undefined where the kernel does not tell. */
export function descriptorsInFlight({ pid, tid, fd }: Endpoint): number | undefined {
  if (fd === undefined) return undefined;
  const path = `/proc/${pid}${tid === undefined ? '' : `/task/${tid}`}/fdinfo/${fd}`;
  const told = fieldOf(readSmall(path)?.toString('latin1'), 'scm_fds');
  return told === undefined ? undefined : Number(told);
}

/** The failure of a look that could not be made. */
export function unreachable(why: 'denied' | 'gone', ends: readonly Endpoint[]): IpcFailure {
  if (why === 'denied') return new IpcFailure({ code: 'disturbs', detail: { why } });
  return ends.length === 0
    ? new IpcFailure({ code: 'disturbs', detail: { why: 'noHolder' } })
    : new IpcFailure({ code: 'gone' });
}
