/** Files reached through those who have them: links of /proc to descriptors and mappings (proc(5)), each compared before it is used. */
import { IpcFailure } from '../../../protocol/errors';
import type { Endpoint } from '../../../protocol/facts';
import { ErrnoError } from '../../libc/errno';
import { type Path, pointTo } from '../../libc/path';
import { close } from '../../libc/fd';
import { isLocalPointer } from '../../proc/mountTable';
import { reach } from './paths';

/** Paths of /proc that lead to the file through those who have it: their descriptors, then their mappings (which need CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN). */
export function linksOf(ends: readonly Endpoint[]): string[] {
  const fds = ends.flatMap((end) => linkOf(end) ?? []);
  // The names in map_files have no leading zeros.
  const mapped = ends.flatMap(({ pid, address }) =>
    address === undefined ? [] : [`/proc/${pid}/map_files/${address.replace(/(^|-)0+(?=[0-9a-f])/g, '$1')}`],
  );
  return [...fds, ...mapped];
}

/** The link of /proc to a descriptor; undefined of what is only mapped. */
export function linkOf({ pid, tid, fd }: Endpoint): string | undefined {
  return fd === undefined ? undefined : `/proc/${pid}${tid === undefined ? '' : `/task/${tid}`}/fd/${fd}`;
}

/** Links that are tried in a look, in which thousands may lead to the same file. */
const TRIED = 8;

/** The first of `linksOf`: the descriptors before the mappings, which a plain user may not follow. */
export function someLinksOf(ends: readonly Endpoint[]): string[] {
  return linksOf(ends).slice(0, TRIED);
}

/**
 * Points to a file by the first way that leads to it; links of /proc are followed, and no other. To be closed. Throws `gone` where none does, or ErrnoError EACCES where one is
 * closed to us.
 */
export function pointToOne(
  { path, links }: { path?: Path | undefined; links: readonly string[] },
  isIt: (pointer: number) => boolean,
): number {
  let denied = false;
  for (const way of [
    ...(path === undefined ? [] : [() => reach(path)]),
    ...links.map((link) => () => pointTo(link, { follow: true })),
  ]) {
    let pointer: number;
    try {
      pointer = way();
    } catch (error) {
      if (!(error instanceof IpcFailure)) throw error;
      if (!(error instanceof ErrnoError)) continue;
      denied ||= error.errno === 'EACCES' || error.errno === 'EPERM';
      continue;
    }
    let keeps = false;
    try {
      // What is opened then must answer; and it is no object of ours that has a server.
      keeps = isIt(pointer) && isLocalPointer(pointer);
      if (keeps) return pointer;
    } finally {
      if (!keeps) close(pointer);
    }
  }
  if (denied) throw new ErrnoError('open', 'EACCES');
  throw new IpcFailure({ code: 'gone' });
}
