/** What became of a process. */
import { readdirSync, readFileSync } from 'node:fs';

/** Whether it has ended: gone, or a zombie that its new parent has not yet buried. */
export function ended(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat[stat.lastIndexOf(')') + 2] === 'Z';
  } catch {
    return true;
  }
}

/** The processes that a helper has started for acts: its children by the kernel's list, without its reader. */
export function actsOf(pid: number | undefined): number[] {
  return linesOf(`/proc/${pid}/task`)
    .flatMap((task) => textOf(`/proc/${pid}/task/${task}/children`).trim().split(' '))
    .filter((child) => child !== '' && !/reader|\0read\0/.test(textOf(`/proc/${child}/cmdline`)))
    .map(Number)
    .filter((child) => !ended(child));
}

function linesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty where its process or thread has ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
