/** A file system whose server is silent (silentFuse.py), in a mount namespace of its own, and who plays tricks with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import * as readline from 'node:readline';
import type { TestContext } from 'vitest';
import { needs, needsRoot } from './oracles';

/** Processes of others that use it. */
export interface Users {
  holder: number;
  /** Each waits for an answer that does not come. */
  openers: number[];
  /** Each waits for a partner of a FIFO. */
  partners: number[];
}

/** The first line that a program says; undefined where it ends before. */
export async function firstLine(child: ChildProcess): Promise<string | undefined> {
  const lines = readline.createInterface({ input: child.stdout as NodeJS.ReadableStream });
  return Promise.race([
    new Promise<string>((resolve) => lines.once('line', resolve)),
    new Promise<undefined>((resolve) => child.once('exit', () => resolve(undefined))),
  ]);
}

export class SilentServer {
  private readonly children: ChildProcess[] = [];

  private constructor(
    private readonly server: ChildProcess,
    readonly users: Users,
  ) {}

  /** Mounts it below `folder`. Skips the test where that cannot be done. */
  static async start(context: TestContext, folder: string): Promise<SilentServer> {
    needsRoot(context, 'mounts');
    for (const program of ['unshare', 'nsenter', 'python3']) needs(context, program);
    if (!existsSync('/dev/fuse')) context.skip('no /dev/fuse');
    const server = spawn('unshare', ['--mount', 'python3', 'test/support/silentFuse.py', folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    server.stdin.on('error', () => undefined);
    const told = JSON.parse((await firstLine(server)) ?? '{}') as Partial<Users> & { errno?: number };
    const { holder, openers = [], partners = [], errno } = told;
    if (holder === undefined) {
      server.kill('SIGKILL');
      context.skip(`it cannot be mounted here: errno ${errno ?? 'unknown'}`);
    }
    return new SilentServer(server, { holder, openers, partners });
  }

  get pid(): number {
    return this.server.pid ?? 0;
  }

  /** A command that runs another where the file system is mounted, in our own folder. */
  get inside(): string[] {
    const here = ['sh', '-c', 'cd "$0" && exec "$@"', process.cwd()];
    return ['nsenter', `--mount=/proc/${this.pid}/ns/mnt`, ...here];
  }

  /** The number of its user's descriptor of the regular file. */
  get file(): string {
    const folder = `/proc/${this.users.holder}/fd`;
    const found = readdirSync(folder).find((fd) => readlinkSync(`${folder}/${fd}`).endsWith('/mount/file'));
    if (found === undefined) throw new Error('nobody has the file');
    return found;
  }

  /** Runs a program with pipes, until `end`. Resolves with it and the line it says. */
  async run(
    command: string,
    args: readonly string[],
  ): Promise<{ child: ChildProcess; said: string | undefined }> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.on('error', () => undefined);
    this.children.push(child);
    return { child, said: await firstLine(child) };
  }

  /** Ends its server first of all: whoever waits for it is free then. */
  async end(): Promise<void> {
    for (const child of [this.server, ...this.children]) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
  }
}
