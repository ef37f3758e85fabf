/** What may stand between us and a descriptor of another process, in words. */
import type { Endpoint } from '../../../protocol/facts';
import { ErrnoError } from '../../libc/errno';
import { readRecord } from '../../proc/read';
import { parseStat } from '../../proc/stat';

/** Runs a way of getting at it; what stands in its way becomes a word, and our own troubles (EMFILE) are thrown. */
export function reached<T>(get: () => T): T | 'denied' | 'gone' {
  try {
    return get();
  } catch (error) {
    if (!(error instanceof ErrnoError)) throw error;
    switch (error.errno) {
      case 'EPERM':
      case 'EACCES':
      case 'ENOSYS':
      case 'EINVAL':
        return 'denied';
      case 'ESRCH':
      case 'ENOENT':
      case 'EBADF':
        return 'gone';
      default:
        throw error;
    }
  }
}

/** Whether the process that was seen with it still lives; its number may be another's by now. */
export function lives({ pid, startTime }: Endpoint): boolean {
  const stat = readRecord(`/proc/${pid}/stat`);
  return stat !== undefined && parseStat(stat)?.startTime === startTime;
}
