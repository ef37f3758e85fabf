/** Pipes and FIFOs in the hands of other processes, and what other programs say of them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as readline from 'node:readline';
import type { Endpoint } from '../../src/protocol/facts';
import type { Failure } from '../../src/protocol/errors';
import { parseStat } from '../../src/native/proc/stat';
import { AS_NOBODY } from './oracles';

/** Reads a line of Python as a JSON string, runs it, and answers its value or the name of its error. */
const PYTHON = `
import sys, os, json, errno, fcntl, signal, threading, array, termios, time, select
names = globals()
def unread(fd):
    number = array.array('i', [0]); fcntl.ioctl(fd, termios.FIONREAD, number); return number[0]
def say(answer):
    print(json.dumps(answer, default=lambda value: value.decode('latin1')), flush=True)
for line in sys.stdin:
    code = json.loads(line)
    try:
        try: compiled = compile(code, 'told', 'eval')
        except SyntaxError: compiled = compile(code, 'told', 'exec')
        say({'value': eval(compiled, names)})
    except OSError as failed:
        say({'error': errno.errorcode[failed.errno]})
    except Exception as broken:
        say({'broken': repr(broken)})
`;

/** Python for such a process: a thread that does a call again and again; answers its id. */
export const BEGIN = `def begin(call):
    def run():
        globals()['tid'] = threading.get_native_id()
        while True: call()
    threading.Thread(target=run, daemon=True).start()
    while 'tid' not in globals(): time.sleep(0.001)
    return tid
`;

/** A Python process that does what it is told. Bytes come back as Latin-1 text. */
export class Holder {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly startTime: string;
  readonly exited: Promise<NodeJS.Signals | number | null>;
  private readonly answers: ((line: string) => void)[] = [];

  constructor(prefix: string[] = []) {
    const [command, ...args] = [...prefix, 'python3', '-c', PYTHON];
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.exited = new Promise((resolve) =>
      this.child.once('exit', (code, signal) => resolve(signal ?? code)),
    );
    this.pid = this.child.pid ?? -1;
    this.startTime = startTimeOf(this.pid);
    this.child.stdin?.on('error', () => undefined);
    if (!this.child.stdout) throw new Error('no pipe');
    readline.createInterface({ input: this.child.stdout }).on('line', (line) => this.answers.shift()?.(line));
  }

  /** What Python makes of it: the value of an expression, nothing for statements, or `{ error }` with the name of an errno. */
  async run(code: string): Promise<unknown> {
    const answer = new Promise<string>((resolve) => this.answers.push(resolve));
    this.child.stdin?.write(`${JSON.stringify(code)}\n`);
    const said = JSON.parse(await answer) as { value?: unknown; error?: string; broken?: string };
    if (said.broken !== undefined) throw new Error(`${said.broken} in ${code}`);
    return said.error === undefined ? said.value : { error: said.error };
  }

  /** Blocks its only thread in a call, again and again if it is interrupted: it answers no more. Only of a process that never had another thread is it sure what a descriptor in its call means. */
  block(call: string): number {
    this.child.stdin?.write(`${JSON.stringify(`while True: ${call}`)}\n`);
    return this.pid;
  }

  /** A descriptor of this process as the census would name it. */
  end(fd: number, role: 'reader' | 'writer' | 'both'): Endpoint {
    return { pid: this.pid, startTime: this.startTime, fd, role };
  }

  /** `flags:` of fdinfo, in octal. */
  flags(fd: number): string | undefined {
    return /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${this.pid}/fdinfo/${fd}`, 'latin1'))?.[1];
  }
}

/** Field 22 of /proc/PID/stat. */
export function startTimeOf(pid: number): string {
  const { startTime } = parseStat(readFileSync(`/proc/${pid}/stat`)) ?? {};
  if (startTime === undefined) throw new Error(`no process ${pid}`);
  return startTime;
}

/** Where every thread of a process sleeps. */
export function sleeps(pid: number, wchan: RegExp): boolean {
  const { stdout } = spawnSync('sh', ['-c', `cat /proc/${pid}/task/*/wchan`], { encoding: 'latin1' });
  return wchan.test(stdout);
}

/** What a test made, taken away after it. */
export class Scene {
  private readonly holders: Holder[] = [];
  private readonly folders: string[] = [];

  holder(prefix?: string[]): Holder {
    const holder = new Holder(prefix);
    this.holders.push(holder);
    return holder;
  }

  /** A folder of its own that everybody may enter. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
    this.folders.push(folder);
    spawnSync('chmod', ['755', folder]);
    return folder;
  }

  async clean(): Promise<void> {
    for (const holder of this.holders.splice(0)) {
      holder.child.kill('SIGKILL');
      await holder.exited;
    }
    for (const folder of this.folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}

/** A pipe of another process, with its ends. `made`: how Python makes it. */
export async function pipeOf(holder: Holder, made = 'os.pipe()') {
  const [read, write] = (await holder.run(
    `(lambda ends: (globals().update(r=ends[0], w=ends[1]), ends)[1])(${made})`,
  )) as [number, number];
  const inode = String(await holder.run(`os.fstat(r).st_ino`));
  return {
    stream: { inode },
    read,
    write,
    reader: holder.end(read, 'reader'),
    writer: holder.end(write, 'writer'),
  };
}

/** A FIFO's file as stat(1) and Node see it. */
export function identityByNode(path: string) {
  const { dev, ino } = statSync(path, { bigint: true });
  return { device: String(dev), inode: String(ino) };
}

/** Runs TypeScript as a plain user; it prints JSON. Imports are relative to the project. */
export function asNobody(code: string): unknown {
  const outfile = `out/test/nobody-${process.pid}.cjs`;
  const flags = ['--bundle', '--loader=ts', '--platform=node', '--external:koffi', '--log-level=error'];
  const built = spawnSync('node_modules/.bin/esbuild', [...flags, `--outfile=${outfile}`], {
    input: code,
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(built.stderr);
  try {
    const [command, ...args] = [...AS_NOBODY, process.execPath, outfile];
    const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  } finally {
    rmSync(outfile, { force: true });
  }
}

/** What a child of a waiting act says. */
export interface Said {
  is: 'waiting' | 'done' | 'failed' | 'held';
  result?: { content?: string; end?: boolean; unread?: number; bytes?: number };
  failure?: Failure;
}

/** The child process of one waiting act on a FIFO, as the helper starts it. */
export class WaitingChild {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  /** It is about to block. */
  readonly waiting: Promise<void>;
  /** How it ended. */
  readonly ended: Promise<Said>;
  private readonly child: ChildProcess;

  constructor(ability: 'read' | 'write', parameters: Record<string, unknown>) {
    this.child = spawn(process.execPath, ['dist/helper.js', 'act'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    });
    this.pid = this.child.pid ?? -1;
    const { stdin, stdout } = this.child;
    if (!stdin || !stdout) throw new Error('no pipes');
    stdin.on('error', () => undefined);
    this.exited = new Promise((resolve) => this.child.once('close', resolve));
    const lines = readline.createInterface({ input: stdout });
    this.waiting = new Promise((resolve) => lines.once('line', () => resolve()));
    this.ended = new Promise((resolve) => {
      lines.on('line', (line) => {
        const said = JSON.parse(line) as Said;
        if (said.is === 'done') stdin.write('kept\n');
        if (said.is === 'done' || said.is === 'failed') resolve(said);
      });
      // Ended before it could say anything.
      void this.exited.then(() => resolve({ is: 'failed', failure: { code: 'cancelled' } }));
    });
    stdin.write(`${JSON.stringify({ parent: process.pid, kind: 'fifo', ability, id: 0, parameters })}\n`);
  }

  /** Ends it as the helper does, and answers how it ended. */
  async cancel(): Promise<Said> {
    this.child.kill('SIGTERM');
    const said = await this.ended;
    await this.exited;
    return said;
  }
}
