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

/** The processes of a helper's acts that live, once they run Node; not the process that reads for it. */
export function actsOf(helper: number | undefined): number[] {
  return childrenOf(helper).filter((child) => {
    try {
      // What only they are given (src/native/waiting/waits.ts).
      return readFileSync(`/proc/${child}/environ`, 'latin1').split('\0').includes('UV_THREADPOOL_SIZE=1');
    } catch {
      return false;
    }
  });
}

/** The children of a process that have not ended. */
export function childrenOf(pid: number | undefined): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((tid) => readFileSync(`/proc/${pid}/task/${tid}/children`, 'latin1').split(' '))
      .filter((child) => child !== '')
      .map(Number)
      .filter((child) => !ended(child));
  } catch {
    return [];
  }
}
