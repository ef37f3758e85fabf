/** Who makes objects of such a name: well-known programs only, and a guess, since anybody may choose any name. */

/** What a name tells. */
export interface NamedMaker {
  program: string;
  /** The process of which the name speaks. */
  pid?: number;
}

const PYTHON = 'Python multiprocessing';
const FAST_DDS = 'ROS 2 (Fast DDS)';

/** A pattern of names without slash, and `sem.` where it is a semaphore's; its first group is a pid. */
const MAKERS: readonly [pattern: RegExp, program: string][] = [
  // multiprocessing/shared_memory.py, heap.py, synchronize.py
  [/^psm_[0-9a-f]{8}$/, PYTHON],
  [/^pym-(\d+)-/, PYTHON],
  [/^sem\.mp-/, PYTHON],
  [/^sem\.loky-(\d+)-/, 'joblib (loky)'],
  [/^PostgreSQL\.\d+$/, 'PostgreSQL'],
  [/^(?:sem\.)?(?:fastrtps_|fastdds_)/, FAST_DDS],
  [/^torch_(\d+)_/, 'PyTorch'],
  [/^\.(?:org\.chromium\.Chromium|com\.google\.Chrome)\./, 'Chromium'],
  [/^org\.(?:mozilla|chromium)\.ipc\.(\d+)\./, 'Firefox'],
  [/^pulse-shm-\d+$/, 'PulseAudio'],
  [/^nccl-/, 'NCCL'],
  [/^lttng-ust-/, 'LTTng'],
  [/^(?:sem\.)?(?:jack_|jack-|jackdb)/, 'JACK'],
];

/** The maker of an object by its name in /dev/shm (read as latin1); undefined where it says nothing. */
export function makerOf(name: string): NamedMaker | undefined {
  for (const [pattern, program] of MAKERS) {
    const match = pattern.exec(name);
    if (!match) continue;
    const pid = Number(match[1]);
    return { program, ...(Number.isSafeInteger(pid) && pid > 0 && { pid }) };
  }
  return undefined;
}
