/** Processes whose threads do what a test tells each of them: actor.py says what they can. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as readline from 'node:readline';
import { readSmall } from '../../src/native/proc/read';
import { parseStat } from '../../src/native/proc/stat';
import { cpuClock } from '../../src/native/libc/time';
import { until } from './until';

/** What an actor says to a line. `blocking`: it may block now, and answers again when it is through. */
type Answer =
  [is: 'done' | 'errno' | 'nothing', value?: number | null] | [is: 'blocking', on: Record<number, number>];

/** One thread of one process. */
export class Actor {
  /** It was told something that may block, and has not said yet that it is through. */
  busy = false;
  /** On what it may block: the inodes of its descriptors at that time. */
  blockedOn: ReadonlyMap<number, string> = new Map();
  private waiting: ((answer: Answer | undefined) => void)[] = [];

  constructor(
    readonly pid: number,
    readonly tid: number,
    private readonly socket: Socket,
  ) {
    socket.once('close', () => {
      for (const one of this.waiting.splice(0)) one(undefined);
    });
  }

  /** Hands over what it said. */
  said(answer: Answer): void {
    if (answer[0] === 'blocking') {
      this.busy = true;
      this.blockedOn = new Map(Object.entries(answer[1]).map(([fd, inode]) => [Number(fd), String(inode)]));
      this.waiting.shift()?.(answer);
    } else if (this.busy) {
      this.busy = false;
      this.blockedOn = new Map();
    } else this.waiting.shift()?.(answer);
  }

  /** Answers what it says first; undefined where it ended with that, or before. Throws where it says nothing for long. */
  async tell(verb: string, ...numbers: number[]): Promise<Answer | undefined> {
    if (this.socket.destroyed) return undefined;
    const answer = new Promise<Answer | undefined>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`${this.pid}/${this.tid} does not answer: ${doings(this.pid)}`));
      }, 20_000);
      this.waiting.push((said) => {
        clearTimeout(late);
        resolve(said);
      });
    });
    this.socket.write(`${JSON.stringify([verb, ...numbers])}\n`);
    return answer;
  }

  /** Whether the thread still is. */
  get alive(): boolean {
    return stateOf(this.pid, this.tid) !== undefined;
  }
}

/** All actors of a test, in the order in which they began. */
export class Troupe {
  actors: Actor[] = [];
  private readonly scratch = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
  /** Not in the one that everybody writes to: whether a path is proved to have led to its FIFO depends on when the folders on its way were written to. */
  readonly folder = join(this.scratch, 'files');
  private readonly server: Server;
  /** With their start times: a pid may come to be another's. */
  private readonly pids = new Map<number, string>();
  private readonly sockets = new Set<Socket>();
  private first?: ChildProcess;

  constructor() {
    mkdirSync(this.folder);
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      let actor: Actor | undefined;
      readline.createInterface({ input: socket }).on('line', (line) => {
        if (actor) {
          actor.said(JSON.parse(line) as Answer);
          return;
        }
        const [pid, tid] = JSON.parse(line) as [number, number];
        actor = new Actor(pid, tid, socket);
        this.expect(pid);
        // After an exec the same thread begins anew.
        this.actors = [...this.actors.filter((one) => one.tid !== tid), actor];
      });
    }).listen(join(this.folder, 'control'));
  }

  /** Starts the first; the others are its children. */
  async begin(): Promise<void> {
    this.first = spawn('python3', ['-ISE', 'test/support/actor.py', this.folder, 'manage'], {
      // Its standard error would be a pipe of the runner's.
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.first.stdin?.on('error', () => undefined);
    await until(() => this.actors.length > 0);
  }

  /** The processes that live. */
  living(): number[] {
    for (const [pid, startTime] of this.pids)
      if (startOf(pid) !== startTime || threads(pid).every((tid) => stateOf(pid, tid) === 'Z'))
        this.pids.delete(pid);
    return [...this.pids.keys()];
  }

  /** One that was just born belongs to us, and will say so. */
  expect(pid: number): void {
    const startTime = startOf(pid);
    if (startTime !== undefined) this.pids.set(pid, startTime);
  }

  /** A thread that was told to end, or to become another. */
  forget(which: (actor: Actor) => boolean): void {
    this.actors = this.actors.filter((actor) => !which(actor));
  }

  /** Waits until all of them sleep or are stopped, and forgets those that have ended. Answers their clocks, which move when one runs. */
  async still(): Promise<string> {
    const since = Date.now();
    for (;;) {
      if (Date.now() - since > 10_000)
        throw new Error(
          `they do not come to rest: ${this.clocks()}; ${this.actors.map(({ pid, tid }) => `${pid}/${tid}`).join()}`,
        );
      const before = this.clocks();
      const running = this.living().some((pid) =>
        threads(pid).some((tid) => 'RXD'.includes(stateOf(pid, tid) ?? '')),
      );
      await new Promise((resolve) => setImmediate(resolve));
      const begun = this.living().every((pid) =>
        threads(pid).every(
          (tid) => 'Z' === stateOf(pid, tid) || this.actors.some((actor) => actor.tid === tid),
        ),
      );
      if (!running && begun && this.clocks() === before) {
        this.actors = this.actors.filter((actor) => actor.alive);
        return before;
      }
    }
  }

  /** Moves when one of them runs, begins or ends. */
  clocks(): string {
    return this.living()
      .map((pid) => `${pid} ${threads(pid).join()} ${String(cpuClock(pid))}`)
      .join('; ');
  }

  /** Ends all, and takes away what they made. */
  async end(): Promise<void> {
    for (let living = this.living(); living.length > 0; living = this.living()) {
      for (const pid of living) signal(pid, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.first?.stdin?.end();
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** Sends a signal; whoever is gone is passed over. */
export function signal(pid: number, which: NodeJS.Signals): void {
  try {
    process.kill(pid, which);
  } catch {
    // It has ended.
  }
}

/** The letter of proc(5); undefined where it is gone. */
function stateOf(pid: number, tid = pid): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'latin1');
    return stat[stat.lastIndexOf(')') + 2];
  } catch {
    return undefined;
  }
}

/** Where each thread of a process sleeps, for whoever asks why a test does not go on. */
function doings(pid: number): string {
  return threads(pid)
    .map((tid) => {
      const [call] = (readSmall(`/proc/${pid}/task/${tid}/syscall`)?.toString() ?? '').split('\n');
      return `${tid} ${stateOf(pid, tid) ?? 'gone'} ${call ?? ''}`;
    })
    .join('; ');
}

function startOf(pid: number): string | undefined {
  const stat = readSmall(`/proc/${pid}/stat`);
  return stat && parseStat(stat)?.startTime;
}

function threads(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}
