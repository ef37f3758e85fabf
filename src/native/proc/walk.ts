/**
 * Walks paths a component a step, each from a directory that we hold, and never onto a file system with a server, which may not answer: between a check of a path and its use another process can
 * put a link or a mount there. What a walk leads to is a pointer (O_PATH), which stays what it is.
 */
import { type FileStatus, targetOfPointer } from '../libc/directory';
import { ErrnoError } from '../libc/errno';
import { pointTo, statusOf, stepTo } from '../libc/path';
import { close } from '../libc/pipe';
import { Mounts } from './mountTable';

/** Links that are followed on the way, as path_resolution(7) has it. */
const LINKS = 40;

/** What stands in the way. `remote`: a file system with a server; `missing`: ENOENT or ENOTDIR; `hidden`: what a link of /proc leads to, or what we may not know; else the error. */
export type Obstacle = 'remote' | 'missing' | 'hidden' | ErrnoError;

/** What was reached. To be closed. */
export interface Reached {
  pointer: number;
  /** Its path without links, from the root where the walk began. */
  path: Buffer;
}

interface How {
  /** Also where a link at its end leads. */
  last?: boolean;
  /** Links of /proc that are none (proc(5), `fd`, `root`) are hidden, since they lead to what their text does not tell. Else their text is followed. */
  magic?: boolean;
}

interface Place {
  pointer: number;
  mount: string;
  name: string;
}

/** Points to an entry of a directory that we hold, a link itself, unless it is one of a file system with a server. To be closed. */
export function stepWithin(directory: number, name: Buffer): number | Obstacle {
  try {
    const pointer = stepTo(directory, name);
    if (pointer !== 'mount') return pointer;
    const mounts = new Mounts();
    const step = cross(mounts, { pointer: directory, mount: mounts.of(directory) ?? '' }, name);
    return typeof step === 'object' && !(step instanceof ErrnoError) ? step.pointer : step;
  } catch (error) {
    return obstacleOf(error);
  }
}

/** The status of such an entry: of a link itself where it is one. */
export function statusWithin(directory: number, name: Buffer): FileStatus | Obstacle {
  const pointer = stepWithin(directory, name);
  if (typeof pointer !== 'number') return pointer;
  try {
    return statusOf(pointer);
  } catch (error) {
    return obstacleOf(error);
  } finally {
    close(pointer);
  }
}

/** Something is mounted there, or this kernel cannot say whether: it is pointed to, which asks nobody, and then told by its mount. */
function cross(
  mounts: Mounts,
  from: { pointer: number; mount: string },
  name: Buffer,
): { pointer: number; mount: string } | Obstacle {
  if (mounts.hasRemote(from.mount, name.toString('latin1'))) return 'remote';
  const pointer = pointTo(name, { directory: from.pointer });
  const mount = mounts.of(pointer);
  if (mount !== undefined && (mount === from.mount || mounts.isLocal(pointer, mount)))
    return { pointer, mount };
  close(pointer);
  return 'remote';
}

/** Walks from one root, ours or another process's. To be closed. */
export class Walker {
  private readonly root: Place | undefined;
  private readonly obstacle: Obstacle | undefined;

  /** `root`: `/`, or `/proc/PID/root` of another process. */
  constructor(
    root: string,
    private readonly mounts: Mounts,
  ) {
    try {
      const pointer = pointTo(root, { follow: true });
      const mount = mounts.of(pointer);
      this.root = { pointer, mount: mount ?? '', name: '' };
      if (mount === undefined || !mounts.isLocal(pointer, mount)) this.obstacle = 'remote';
    } catch (error) {
      this.obstacle = obstacleOf(error);
    }
  }

  /** Absolute paths as bytes. */
  to(path: Buffer, { last = false, magic = true }: How = {}): Reached | Obstacle {
    if (this.obstacle !== undefined || !this.root) return this.obstacle ?? 'hidden';
    if (path.includes(0)) return new ErrnoError('open', 'EINVAL');
    const held: Place[] = [];
    try {
      const obstacle = this.walk(held, path, last, magic);
      if (obstacle !== undefined) return obstacle;
      const text = held.map(({ name }) => `/${name}`).join('') || '/';
      const end = held.pop();
      const pointer = end ? end.pointer : pointTo('.', { directory: this.root.pointer });
      return { pointer, path: Buffer.from(text, 'latin1') };
    } finally {
      for (const { pointer } of held) close(pointer);
    }
  }

  close(): void {
    if (this.root) close(this.root.pointer);
  }

  /** Steps on, holding all directories on the way, so that `..` leads back where we came from. */
  private walk(held: Place[], path: Buffer, last: boolean, magic: boolean): Obstacle | undefined {
    // Latin-1 keeps each byte.
    let rest = partsOf(path.toString('latin1'));
    const mustBeFolder = path.at(-1) === SLASH;
    for (let links = 0; rest.length > 0;) {
      const [name = '', ...more] = rest;
      rest = more;
      if (name === '.') continue;
      if (name === '..') {
        const left = held.pop();
        if (left) close(left.pointer);
        continue;
      }
      const step = this.step(held.at(-1) ?? (this.root as Place), name);
      if (typeof step !== 'object' || step instanceof ErrnoError) return step;
      held.push(step);
      const target = rest.length > 0 || last || mustBeFolder ? targetOfPointer(step.pointer) : undefined;
      if (target === undefined) continue;
      held.pop();
      close(step.pointer);
      if (++links > LINKS) return new ErrnoError('open', 'ELOOP');
      // Of /proc only `self`, `thread-self` and what goes through them (`mounts`, `net`) are texts.
      if (!magic && this.mounts.typeOf(step.mount) === 'proc' && held.some((one) => /^\d+$/.test(one.name)))
        return 'hidden';
      if (target[0] === SLASH) for (const one of held.splice(0)) close(one.pointer);
      rest = [...partsOf(target.toString('latin1')), ...rest];
    }
    return undefined;
  }

  private step(from: Place, name: string): Place | Obstacle {
    const bytes = Buffer.from(name, 'latin1');
    try {
      const pointer = stepTo(from.pointer, bytes);
      if (pointer !== 'mount') return { pointer, mount: from.mount, name };
      const step = cross(this.mounts, from, bytes);
      return typeof step === 'object' && !(step instanceof ErrnoError) ? { name, ...step } : step;
    } catch (error) {
      return obstacleOf(error);
    }
  }
}

const SLASH = 0x2f;

function partsOf(path: string): string[] {
  return path.split('/').filter(Boolean);
}

function obstacleOf(error: unknown): Obstacle {
  if (!(error instanceof ErrnoError)) throw error;
  return error.errno === 'ENOENT' || error.errno === 'ENOTDIR' ? 'missing' : error;
}
