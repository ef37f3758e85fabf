/**
 * Walks paths a component a step, each from a directory that we hold, and never onto a file system with a server, which may not answer: between a check of a path and its use another process can
 * put a link or a mount there. What a walk leads to is a pointer (O_PATH), which stays what it is.
 */
import { type FileStatus, targetOfLink, targetOfPointer } from '../libc/directory';
import { ErrnoError } from '../libc/errno';
import { pointTo, statusOf, stepTo } from '../libc/path';
import { close } from '../libc/fd';
import { mountOf, Mounts, withMounts } from './mountTable';

/** Links that are followed on the way, as path_resolution(7) has it. */
const LINKS = 40;

/** What the few links of /proc say that are texts (`self`, `thread-self`, `net`, `mounts`; proc(5)). All others jump to a file, which no text can tell. */
const TEXT_OF_PROC = /^(?:self\/|\d+(?:\/task\/\d+)?$)/;

/** What stands in the way. `remote`: a file system with a server; `missing`: ENOENT or ENOTDIR; `hidden`: what a link of /proc leads to, or what we may not know; else the error. */
export type Obstacle = 'remote' | 'missing' | 'hidden' | ErrnoError;

/** What was reached. To be closed. */
export interface Reached {
  pointer: number;
  /** Its path without links, from the root where the walk began. */
  path: Buffer;
  /** As it was when it was reached, where that was asked on the way. */
  status?: FileStatus;
}

interface How {
  /** Also where a link at its end leads. */
  last?: boolean;
  /** Also through links of /proc that jump (`root`, `cwd`, `exe`, `fd`, `map_files`). Else what they lead to is hidden: who named it may have meant another process by `self`. */
  magic?: boolean;
}

interface Spot {
  pointer: number;
  mount: string;
  /** Its path as mount points have it, without the slash of the root; undefined where nobody knows. */
  at: string | undefined;
}

interface Position extends Spot {
  name: string;
  mounts: Mounts;
  /** A link of /proc led there, so its parent is not where we came from. */
  jumped?: true;
}

/** Points to an entry of a directory that we hold, a link itself, unless it is one of a file system with a server. To be closed. */
export function stepWithin(directory: number, name: Buffer): number | Obstacle {
  try {
    const pointer = stepTo(directory, name);
    if (pointer !== 'mount') return pointer;
    return withMounts((mounts) => {
      const from = { pointer: directory, mount: mounts.of(directory) ?? '', at: pathNow(directory) };
      const step = cross(mounts, from, name);
      return isPlace(step) ? step.pointer : step;
    });
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

/** The path of a directory that we hold, as the kernel has it now, in the form of `Spot.at`. */
function pathNow(pointer: number): string | undefined {
  const path = targetOfLink(Buffer.from(`/proc/self/fd/${pointer}`))?.toString('latin1');
  return path === '/' ? '' : path;
}

/** Something is mounted there, or this kernel cannot say whether: it is pointed to, which asks nobody, and then told by its mount. */
function cross(mounts: Mounts, from: Spot, name: Buffer): Spot | Obstacle {
  const at = below(from.at, name.toString('latin1'));
  if (at !== undefined && mounts.hasRemote(from.mount, at)) return 'remote';
  return landed(mounts, pointTo(name, { directory: from.pointer }), at, from.mount);
}

/** What was pointed to, if it has no server; closes it where it has. `known`: a mount that has none, in which we hold something. */
function landed(mounts: Mounts, pointer: number, at: string | undefined, known?: string): Spot | Obstacle {
  const mount = mounts.of(pointer);
  if (mount !== undefined && (mount === known || mounts.isLocal(pointer, mount)))
    return { pointer, mount, at };
  close(pointer);
  return 'remote';
}

function below(at: string | undefined, name: string): string | undefined {
  return at === undefined ? undefined : `${at}/${name}`;
}

function isPlace<T extends Spot>(step: T | Obstacle): step is T {
  return typeof step === 'object' && !(step instanceof ErrnoError);
}

/** Walks from one root, ours or another process's. To be closed. */
export class Walker {
  private readonly root: Position | undefined;
  private readonly obstacle: Obstacle | undefined;
  /** Of other mount namespaces into which links of /proc have led. */
  private readonly others: Mounts[] = [];

  /** `root`: `/`, or `/proc/PID/root` of another process. `mounts`: as seen from there; of a root that is told by its mount and path. They stay with who gave them. */
  constructor(root: string, mounts: Mounts | ((root: string) => Mounts)) {
    try {
      const pointer = pointTo(root, { follow: true });
      const mount = mountOf(pointer) ?? '';
      const seen = typeof mounts === 'function' ? mounts(`${mount} ${pathNow(pointer) ?? ''}`) : mounts;
      this.root = { pointer, mount, at: '', name: '', mounts: seen };
      if (mount === '' || !seen.isLocal(pointer, mount)) this.obstacle = 'remote';
    } catch (error) {
      this.obstacle = obstacleOf(error);
    }
  }

  /** Absolute paths as bytes. */
  to(path: Buffer, { last = false, magic = true }: How = {}): Reached | Obstacle {
    if (this.obstacle !== undefined || !this.root) return this.obstacle ?? 'hidden';
    if (path.includes(0)) return new ErrnoError('open', 'EINVAL');
    const held: Position[] = [];
    try {
      const obstacle = this.walk(this.root, held, path, { last, magic });
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
    for (const mounts of this.others.splice(0)) mounts.close();
  }

  /** Steps on, holding all directories on the way, so that `..` leads back where we came from. */
  private walk(root: Position, held: Position[], path: Buffer, { last, magic }: How): Obstacle | undefined {
    // Latin-1 keeps each byte.
    let rest = partsOf(path.toString('latin1'));
    const mustBeFolder = path.at(-1) === SLASH;
    for (let links = 0; rest.length > 0;) {
      const [name = '', ...more] = rest;
      rest = more;
      if (name === '.') continue;
      if (name === '..' && held.at(-1)?.jumped !== true) {
        const left = held.pop();
        if (left) close(left.pointer);
        continue;
      }
      const from = held.at(-1) ?? root;
      const step = name === '..' ? this.back(from) : this.step(from, name);
      if (!isPlace(step)) return step;
      held.push(step);
      const target = rest.length > 0 || last || mustBeFolder ? targetOfPointer(step.pointer) : undefined;
      if (target === undefined) continue;
      const text = target.toString('latin1');
      const jumps = step.mounts.isProc(step.pointer, step.mount) && !TEXT_OF_PROC.test(text);
      held.pop();
      close(step.pointer);
      if (++links > LINKS) return new ErrnoError('open', 'ELOOP');
      if (jumps) {
        const jump = magic ? this.jump(from, name) : 'hidden';
        if (!isPlace(jump)) return jump;
        held.push(jump);
        continue;
      }
      if (target[0] === SLASH) for (const one of held.splice(0)) close(one.pointer);
      rest = [...partsOf(text), ...rest];
    }
    return undefined;
  }

  private step(from: Position, name: string): Position | Obstacle {
    const bytes = Buffer.from(name, 'latin1');
    const { mounts } = from;
    try {
      const pointer = stepTo(from.pointer, bytes);
      if (pointer !== 'mount') return { pointer, mount: from.mount, at: below(from.at, name), name, mounts };
      const step = cross(mounts, from, bytes);
      return isPlace(step) ? { ...step, name, mounts } : step;
    } catch (error) {
      return obstacleOf(error);
    }
  }

  /** Where a link of /proc leads, which its text does not tell: there the kernel goes, and asks nobody. The mounts there are those that its process sees. */
  private jump(from: Position, name: string): Position | Obstacle {
    const mounts = this.seenBeside(from.pointer);
    try {
      const spot = landed(mounts, pointTo(name, { directory: from.pointer, follow: true }), undefined);
      if (!isPlace(spot)) return spot;
      return { ...spot, ...(name === 'root' && { at: '' }), name, mounts, jumped: true };
    } catch (error) {
      return obstacleOf(error);
    }
  }

  /** The parent of where a link of /proc led. */
  private back({ pointer, mounts }: Position): Position | Obstacle {
    try {
      const spot = landed(mounts, pointTo('..', { directory: pointer }), undefined);
      return isPlace(spot) ? { ...spot, name: '..', mounts, jumped: true } : spot;
    } catch (error) {
      return obstacleOf(error);
    }
  }

  /** The mounts that the process of a directory in /proc sees, or of one in it (`fd`). */
  private seenBeside(directory: number): Mounts {
    let mounts = new Mounts();
    for (const way of ['', '../']) {
      const beside = new Mounts(`/proc/self/fd/${directory}/${way}mountinfo`);
      if (beside.open()) {
        mounts = beside;
        break;
      }
    }
    this.others.push(mounts);
    return mounts;
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
