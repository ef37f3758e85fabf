/** Objects of /dev/shm as files: reached by a pointer to the very file (O_PATH), by its name or through a process that has it, and compared before anything is done. */
import { IpcFailure } from '../../../protocol/errors';
import { type FileParts, parsePosixRef, type PosixKind, type Ref } from '../../../protocol/ref';
import { FOLDER } from './shmFolder';
import type { FileStatus } from '../../libc/directory';
import { ErrnoError } from '../../libc/errno';
import { splitPath, statusOf } from '../../libc/path';
import { pointToOne } from '../common/holderLinks';

/** Which object a ref names. Throws `invalid` for one of another kind. */
export function partsOf(ref: Ref, kind: PosixKind): FileParts {
  const parts = parsePosixRef(ref);
  if (parts?.kind !== kind) throw new IpcFailure({ code: 'invalid', detail: { field: 'ref' } });
  return parts;
}

/** Whether a file is the one; its birth only where that is part of what it is. */
export function isFile({ device, inode, birth }: FileParts, found: FileStatus): boolean {
  return found.device === device && found.inode === inode && (birth === '0' || found.birth === birth);
}

/** Throws `replaced` unless what we point to is the file. */
export function expectFile(parts: FileParts, pointer: number): FileStatus {
  const found = statusOf(pointer);
  if (!isFile(parts, found)) throw new IpcFailure({ code: 'replaced' });
  return found;
}

/** Its path in the folder. */
export function pathOf(name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${FOLDER}/`), name]);
}

/** Points to its file, as `pointToOne` does. */
export function pointToFile(parts: FileParts, name: Buffer | undefined, links: readonly string[]): number {
  return pointToOne({ path: name && pathOf(name), links }, (pointer) => isFile(parts, statusOf(pointer)));
}

/** A new name as the folder is to have it. Throws ErrnoError (EINVAL: `.` and `..`; ENAMETOOLONG). */
export function newName(name: string): Buffer {
  const bytes = Buffer.from(name.slice(1));
  if (bytes.length > 255) throw new ErrnoError('open', 'ENAMETOOLONG');
  return splitPath(pathOf(bytes)).name;
}
