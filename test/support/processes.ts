/** What became of a process. */
import { readFileSync } from 'node:fs';

/** Whether it has ended: gone, or a zombie that its new parent has not yet buried. */
export function ended(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat[stat.lastIndexOf(')') + 2] === 'Z';
  } catch {
    return true;
  }
}
