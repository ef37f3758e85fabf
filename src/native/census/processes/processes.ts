/** The processes that objects name, and what became of those that the kernel remembers by pid alone. */
import type { Past } from '../../../protocol/facts';
import type { Process } from '../../../protocol/snapshot';
import { bootedAt, cpuClock, ticksPerSecond } from '../../libc/time';
import { readRecord } from '../../proc/read';
import { argumentsOf, type Arguments } from '../../proc/processMemory';
import { hasExited, survivorOf } from '../../proc/threads';
import { parseCommandLine, parseStat, type StatRecord } from '../../proc/stat';
import { fieldOf } from '../../proc/fields';

/** System V times are whole seconds, cut off, of a clock that lags by up to a tick (ktime_get_real_seconds). */
const SECOND = 1000;
const TICK = 10;

interface CachedProcess {
  clock: number;
  /** Undefined: it lives, but /proc does not show it (hidepid). */
  process: Process | undefined;
  /** The thread that shows what it is: its leader, unless that has exited. */
  task: number;
  /** As they were read in this look; a look later they may be others. `leader`: the stat of its leader; `stat`: that of `task`. */
  now?: { status: Buffer | undefined; leader: StatRecord; stat: StatRecord } | undefined;
}

/** What is known of processes, kept from one census to the next. */
export class ProcessTable {
  private readonly known = new Map<number, CachedProcess>();
  private seen = new Map<number, CachedProcess | undefined>();
  private named = new Map<number, Process>();
  /** Where the arguments stand that nobody has wanted to know yet, or nobody could be asked for. */
  private readonly unread = new WeakMap<Process, Arguments & { told?: true }>();
  private bootedAt = 0;
  private tick = TICK;

  /** Starts a new look: what was learned is checked again, each process at most once. */
  begin(): void {
    this.known.clear();
    for (const [pid, known] of this.seen) {
      if (!known) continue;
      delete known.now;
      this.known.set(pid, known);
    }
    this.seen = new Map();
    this.named = new Map();
    this.bootedAt = bootedAt();
    this.tick = SECOND / ticksPerSecond();
  }

  /**
   * A remembered process. `exact`: `at` is the moment of the act itself, to the second; else only a later bound of it.
   * Remembers to report the process if it may be the one.
   */
  past(pid: number, at: number, exact: boolean): Past {
    const now = this.compare(pid, at, exact);
    if (now === 'same' || now === 'unknown') {
      const process = this.look(pid)?.process;
      if (process) this.named.set(pid, process);
    }
    return { pid, at, now };
  }

  /**
   * What became of the process that had a number at a moment which is known to a tick of the clock, in milliseconds since the epoch: `same`: it lives, for it began before; `other`: it has ended, and one
   * that began later has its number.
   */
  hadNumber(pid: number, at: number): Past['now'] {
    const known = pid === 0 ? undefined : this.look(pid);
    if (pid === 0 || (known && !known.process)) return 'unknown';
    if (!known?.process) return 'gone';
    const start = this.bootedAt + Number(known.process.startTime) * this.tick;
    if (start >= at + this.tick + TICK) return 'other';
    return start + this.tick <= at ? 'same' : 'unknown';
  }

  /** A moment before which a thread was not, in milliseconds since the epoch: a tick before the one in which it began; undefined where it is gone. */
  beganAt(pid: number, tid: number): number | undefined {
    const line = readRecord(`/proc/${pid}/task/${tid}/stat`);
    const stat = line && parseStat(line);
    return stat && this.bootedAt + Number(stat.startTime) * this.tick - TICK;
  }

  /** A living process that holds or waits; undefined where it is gone, or hidden. Remembers to report it. */
  living(pid: number): Process | undefined {
    const process = this.look(pid)?.process;
    if (process) this.named.set(pid, process);
    return process;
  }

  /** These, as far as they live and show, without reporting them: they are only named beside others. */
  beside(pids: Iterable<number>): Process[] {
    const found = [...new Set(pids)].flatMap((pid) => this.look(pid)?.process ?? []);
    this.readCommands(found.filter((process) => this.unread.has(process)));
    return found.map((process) => this.seen.get(process.pid)?.process ?? process);
  }

  /** Whose a living process is (its effective uid); undefined where it is gone, or hidden. Does not report it. */
  userOf(pid: number): number | undefined {
    return this.look(pid)?.process?.uid;
  }

  /** When a living process was born, as text; undefined where it is gone, or hidden. Does not report it: it may hold nothing that anybody wants to know. */
  bornAt(pid: number): string | undefined {
    return this.look(pid)?.process?.startTime;
  }

  /** /proc/PID/status as it is now; of a process whose leader has exited that of a thread that lives. */
  status(pid: number): Buffer | undefined {
    return this.seen.get(pid)?.now?.status ?? readRecord(`/proc/${this.task(pid)}/status`);
  }

  /** The same of its stat. */
  stat(pid: number): StatRecord | undefined {
    return this.seen.get(pid)?.now?.stat ?? statOf(this.task(pid));
  }

  /** The stat of its leader, also of one that has exited. */
  leader(pid: number): StatRecord | undefined {
    return this.seen.get(pid)?.now?.leader ?? statOf(pid);
  }

  /** The thread whose files in /proc show what a process is: its leader, unless that has exited. */
  task(pid: number): number {
    return this.seen.get(pid)?.task ?? pid;
  }

  /** The living processes that `past` and `living` spoke of since `begin`, in the order of their pids. */
  mentioned(): Process[] {
    this.readCommands([...this.named.values()].filter((process) => this.unread.has(process)));
    return [...this.named.values()].sort((a, b) => a.pid - b.pid);
  }

  /** All at once, since the reader is another process. */
  private readCommands(processes: readonly Process[]): void {
    const places = processes.map((process) => this.unread.get(process) as Arguments & { told?: true });
    for (const [at, command] of argumentsOf(places).entries()) {
      const [process, place] = [processes[at] as Process, places[at]];
      if (command === 'unanswered') {
        // The next look asks again.
        if (place) place.told = true;
        continue;
      }
      this.unread.delete(process);
      if (!command) continue;
      const now = place?.told ? this.renew(process) : process;
      now.command = parseCommandLine(command) ?? '';
    }
  }

  /** Another object for a process that was told already, and is compared with what is told next. */
  private renew(process: Process): Process {
    const now = { ...process };
    if (this.named.get(now.pid) === process) this.named.set(now.pid, now);
    const known = this.seen.get(now.pid);
    if (known?.process === process) known.process = now;
    return now;
  }

  private compare(pid: number, at: number, exact: boolean): Past['now'] {
    if (pid === 0) return 'unknown';
    const known = this.look(pid);
    if (!known) return 'gone';
    if (!known.process) return 'unknown';
    // Started within [start, start + tick); the act within [at, at + 1 s + tick).
    const start = this.bootedAt + Number(known.process.startTime) * this.tick;
    if (start >= at + SECOND + TICK) return 'other';
    return exact && start + this.tick <= at ? 'same' : 'unknown';
  }

  /** A process that has not run since the last look cannot have changed its name, and no other has taken its pid. */
  private look(pid: number): CachedProcess | undefined {
    if (this.seen.has(pid)) return this.seen.get(pid);
    const clock = cpuClock(pid);
    const before = this.known.get(pid);
    let now: CachedProcess | undefined;
    if (clock === undefined) now = undefined;
    else if (before?.clock === clock) now = before;
    else now = { clock, ...this.read(pid) };
    this.seen.set(pid, now);
    return now;
  }

  private read(pid: number): Omit<CachedProcess, 'clock'> {
    const leader = statOf(pid);
    if (!leader) return { process: undefined, task: pid };
    // Its threads go on without it, and /proc shows nothing of them in the folder of the process (fs/proc/base.c).
    const task = (hasExited(leader.state) ? survivorOf(pid) : undefined) ?? pid;
    const stat = (task === pid ? undefined : statOf(task)) ?? leader;
    const status = readRecord(`/proc/${task}/status`);
    const uid = /^\d+\s+(\d+)/.exec(fieldOf(status?.toString('latin1'), 'Uid') ?? '')?.[1];
    const process = {
      pid,
      // By this and its pid it is known.
      startTime: leader.startTime,
      state: stat.state,
      name: leader.name.text,
      ...(leader.name.bytes && { nameBytes: leader.name.bytes }),
      command: undefined,
      uid: uid === undefined ? undefined : Number(uid),
    };
    this.unread.set(process, { task, address: stat.argumentsAt });
    return { process, task, now: { status, leader, stat } };
  }
}

function statOf(task: number): StatRecord | undefined {
  const line = readRecord(`/proc/${task}/stat`);
  return line && parseStat(line);
}
