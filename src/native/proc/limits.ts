/** /proc/PID/limits (proc(5), getrlimit(2)): text in, records out. */
import { type BigCount, exactly } from '../../protocol/numbers';
import { PROCESS_LIMITS, type ProcessLimit } from '../../protocol/process';

/** What the file calls them. */
const NAMES: Readonly<Record<ProcessLimit, string>> = {
  files: 'Max open files',
  queueBytes: 'Max msgqueue size',
  signals: 'Max pending signals',
  locked: 'Max locked memory',
  processes: 'Max processes',
};

/** What may be used, and how far that may be raised; null: there is no limit. */
interface LimitRecord {
  soft: BigCount | null;
  hard: BigCount | null;
}

/** Each that concerns IPC; what is missing is absent. */
export function parseLimits(text: string): Partial<Record<ProcessLimit, LimitRecord>> {
  const found: Partial<Record<ProcessLimit, LimitRecord>> = {};
  const lines = text.split('\n');
  for (const name of PROCESS_LIMITS) {
    const line = lines.find((one) => one.startsWith(NAMES[name]));
    const [, soft, hard] =
      /^\s+(\d+|unlimited)\s+(\d+|unlimited)/.exec(line?.slice(NAMES[name].length) ?? '') ?? [];
    if (soft !== undefined && hard !== undefined) found[name] = { soft: valueOf(soft), hard: valueOf(hard) };
  }
  return found;
}

function valueOf(text: string): BigCount | null {
  return text === 'unlimited' ? null : exactly(BigInt(text));
}
