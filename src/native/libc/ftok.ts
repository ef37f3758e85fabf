/** ftok(3): a key made of a file and a number. */
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import type { KeyChoice } from '../../protocol/inputs';
import { ErrnoError } from './errno';

/** Milliseconds that a file system gets to answer. */
const PATIENCE = 2000;

/**
 * The key that was chosen: the number itself, or `(project << 24) | (low 8 bits of the device << 16) | (low 16 bits of the inode)`. The file is
 * asked for in a process of its own, which a dead file system may keep for ever. Rejects with ErrnoError.
 */
export async function keyOf(choice: KeyChoice): Promise<number> {
  if (typeof choice === 'number') return choice;
  const { path, project } = choice;
  const answer = await new Promise<string>((resolve) => {
    const child = execFile(
      process.execPath,
      [process.argv[1] ?? '', 'stat', path],
      { timeout: PATIENCE, killSignal: 'SIGKILL' },
      (error, stdout) => resolve(error ? (error.killed ? 'ETIMEDOUT' : 'EIO') : stdout),
    );
    // One that is stuck in the call does not even hear SIGKILL.
    setTimeout(() => resolve('ETIMEDOUT'), PATIENCE + 100).unref();
    child.unref();
  });
  const [device, inode] = answer.trim().split(' ');
  if (device === undefined || inode === undefined) throw new ErrnoError('ftok', answer.trim(), { path });
  const low = (Number(BigInt(device) & 0xffn) << 16) | Number(BigInt(inode) & 0xffffn);
  return (((project & 0xff) << 24) | low) >>> 0;
}

/** What `helper.js stat PATH` prints: device and inode, or the name of the error. */
export function statLine(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev} ${ino}\n`;
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code ?? 'EIO'}\n`;
  }
}
