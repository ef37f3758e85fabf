/** Paths of Linux, taken apart as basename(1) and dirname(1) do. */
import { visible } from './text';

/** Characters of a path that stand at the head of a panel. They reach 4,096 bytes; the end tells more than the beginning, and the whole stands among the facts. */
const MOST = 240;

/** A path in a line of its own. */
export function pathEnd(path: string): string {
  const characters = Array.from(path);
  const shown = visible(characters.slice(-MOST).join(''));
  return characters.length > MOST ? `…${shown}` : shown;
}

/** The last part of a path; empty for `/` and for an empty path. */
export function fileName(path: string): string {
  const end = withoutEnd(path);
  return end.slice(end.lastIndexOf('/') + 1);
}

/** Everything before the last part: `/run` of `/run/x.sock`, `.` where there is no folder. */
export function folderOf(path: string): string {
  const end = withoutEnd(path);
  const at = end.lastIndexOf('/');
  if (at < 0) return end === '' && path.startsWith('/') ? '/' : '.';
  return withoutEnd(end.slice(0, at)) || '/';
}

function withoutEnd(path: string): string {
  return path.replace(/\/+$/, '');
}
