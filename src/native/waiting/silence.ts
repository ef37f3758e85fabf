/** A child that says nothing: it could not even begin (RLIMIT_NPROC lets Node start and then hang without its threads), and must not keep its caller waiting. */
import type { ChildProcess } from 'node:child_process';
import { cpuClock } from '../libc/time';
import { readRecord } from '../proc/read';
import { parseStat } from '../proc/stat';
import { threadsOf } from '../proc/threads';

/** Milliseconds in which a child that has not begun does nothing at all, nor would if it could. `look`: between two looks at it. */
const PATIENCE = { idle: 5000, look: 500 };
/** Milliseconds after which one that is busy with something else has had its time. */
const MOST = 30_000;
/** Milliseconds after SIGTERM in which one that has begun all the same says so. */
const LAST_WORD = 1000;

/**
 * Watches a child until it is `heard`. One that stays silent is told to end, and `gaveUp` is called with the seconds it had; what it might have taken after all it saves by itself, since its stdin is
 * closed. Only one that is still silent then is killed: it has taken nothing, since it speaks first.
 */
export function watchSilence(
  child: ChildProcess,
  gaveUp: (seconds: number) => void,
  { idle, look: pause } = PATIENCE,
): () => void {
  const { pid = 0 } = child;
  const start = performance.now();
  let [clock, movedAt] = [cpuClock(pid), start];
  let timer: NodeJS.Timeout;
  let silent = true;
  // What it said while we were busy lies in the pipe, and is read before an immediate runs.
  const after = (time: number, act: () => void) => {
    timer = setTimeout(() => setImmediate(() => silent && act()), time).unref();
  };
  const look = () => {
    const now = performance.now();
    const before = clock;
    clock = cpuClock(pid);
    if (clock !== before || isHeldUp(pid)) movedAt = now;
    if (now < movedAt + idle && now < start + MOST) {
      after(pause, look);
      return;
    }
    child.kill('SIGTERM');
    child.kill('SIGCONT');
    child.stdin?.end();
    after(LAST_WORD, () => child.kill('SIGKILL'));
    gaveUp(Math.round((now - start) / 1000));
  };
  const heard = () => {
    silent = false;
    clearTimeout(timer);
  };
  after(pause, look);
  child.once('close', heard);
  return heard;
}

/** Whether a thread of it would go on if a processor or a disk let it (proc(5), stat: R, D), as on a machine that is busy with others. */
function isHeldUp(pid: number): boolean {
  return threadsOf(pid).some((tid) => {
    const stat = readRecord(`/proc/${pid}/task/${tid}/stat`);
    return /^[RD]$/.test((stat && parseStat(stat)?.state) ?? '');
  });
}
