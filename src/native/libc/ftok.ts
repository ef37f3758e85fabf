/** ftok(3): a key made of a file and a number. libc's own blocks on a dead file system, so the same formula stands here. */
import { stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { KeyChoice } from '../../protocol/inputs';
import { ErrnoError } from './errno';

/** Milliseconds that a file system gets to answer. */
const PATIENCE = 2000;

/** The key that was chosen: the number itself, or `(project << 24) | (low 8 bits of the device << 16) | (low 16 bits of the inode)`. Rejects with ErrnoError. */
export async function keyOf(choice: KeyChoice): Promise<number> {
  if (typeof choice === 'number') return choice;
  const { path, project } = choice;
  const found = await Promise.race([
    stat(path, { bigint: true }).catch((error: unknown) => (error as NodeJS.ErrnoException).code ?? 'EIO'),
    setTimeout(PATIENCE, 'ETIMEDOUT', { ref: false }),
  ]);
  if (typeof found === 'string') throw new ErrnoError('ftok', found, { path });
  const low = (Number(found.dev & 0xffn) << 16) | Number(found.ino & 0xffffn);
  return (((project & 0xff) << 24) | low) >>> 0;
}
