/** What every end-to-end test starts with: a browser, a window, objects of its own, programs of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { launchBrowser } from '../host/browser.mjs';
import { Made } from '../support/sysv';
import { until } from '../support/until';
import { type OpenOptions, Workbench } from './driver';

/** The title of the side bar while our view is the only one in it. */
export const VIEW = 'Objects';

export class Session {
  readonly made = new Made();
  browser!: Browser;
  workbench!: Workbench;

  /** A window on a folder of its own. */
  async window(options: Partial<OpenOptions> = {}): Promise<Workbench> {
    const folder = join(inject('scratch'), 'workspace');
    mkdirSync(folder, { recursive: true });
    return Workbench.open(this.browser, inject('server'), { folder, ...options });
  }

  /** Reloads the window as its user does; VS Code writes its editors down before. */
  async reload(): Promise<void> {
    const { page } = this.workbench;
    const gone = page.waitForEvent('domcontentloaded');
    await this.workbench.runCommand('Developer: Reload Window');
    await gone;
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  }

  /** Shows our view. */
  async show() {
    const view = this.workbench.view(VIEW);
    if (!(await view.list.isVisible()))
      await this.workbench.runCommand('IPC Inspector: Focus on Objects View');
    // The first of a window wait for its extensions and the helper, on a busy machine for long.
    await view.waitForRows((rows) => rows.length >= 3, 60_000);
    return view;
  }
}

/** The one browser of a run, since all files share their modules (`isolate: false`). It ends with the run. */
let browser: Promise<Browser> | undefined;

/** A window for a test that needs it to begin otherwise. */
export async function openWindow(options: OpenOptions): Promise<Workbench> {
  return Workbench.open(await (browser ??= launchBrowser()), inject('server'), options);
}

/** A session for a test file: one window for all of its tests. */
export function session(options: Partial<OpenOptions> = {}): Session {
  const started = new Session();
  beforeAll(async () => {
    started.browser = await (browser ??= launchBrowser());
    started.workbench = await started.window(options);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      mkdirSync('out/failures', { recursive: true });
      const name = `${task.suite?.name ?? ''} ${task.name}`.replaceAll(/[^a-z0-9]+/gi, '-');
      await started.workbench.page.screenshot({ path: join('out/failures', `${name}.png`) });
    }
    // A test that failed must not leave its question to the next.
    for (let tries = 0; tries < 3 && (await started.workbench.dialog.isOpen()); tries++)
      await started.workbench.page.keyboard.press('Escape');
    started.made.clean();
    await started.workbench.notifications.clear();
  });
  afterAll(async () => {
    await started.workbench.close();
  });
  return started;
}

/** The helpers that our server's extension hosts run now. */
export function helpers(): number[] {
  const parents = new Map<number, { parent: number; name: string }>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      parents.set(Number(entry), {
        parent: Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]),
        name,
      });
    } catch {
      // It ended while we looked.
    }
  }
  const ours = (pid: number): boolean =>
    pid === inject('server').pid || (pid > 1 && ours(parents.get(pid)?.parent ?? 0));
  return [...parents].filter(([pid, { name }]) => name === 'ipc-inspector' && ours(pid)).map(([pid]) => pid);
}

/** A Perl program that does something, says "ready", and stays until it is ended. */
export function perl(made: Made, program: string): Promise<ChildProcess> {
  return ready(made, 'perl', ['-e', `${program}; $| = 1; print "ready\\n"; <STDIN>`]);
}

/** A Perl program that says "ready" and then does something that may never come to an end. */
export function perlBlocked(made: Made, program: string): Promise<ChildProcess> {
  return ready(made, 'perl', ['-e', `$| = 1; print "ready\\n"; ${program}; <STDIN>`]);
}

/** A Python program that has a segment attached, for reading and writing and, if wanted, once more for reading only. */
export function attached(made: Made, id: number, { twice = false } = {}): Promise<ChildProcess> {
  const SHM_RDONLY = 0o10000;
  const program = `
import ctypes, sys
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
for flags in (${twice ? `0, ${SHM_RDONLY}` : '0,'}): libc.shmat(${id}, None, flags)`;
  return python(made, program);
}

/** A Python program that does something, says "ready", and stays until it is ended. */
export function python(made: Made, program: string): Promise<ChildProcess> {
  const ending = '\nprint("ready", flush=True)\nimport sys\nsys.stdin.read()';
  return ready(made, 'python3', ['-c', `${program}${ending}`]);
}

/** A program that says something when it has begun, and stays until it is ended. */
export async function ready(made: Made, command: string, args: string[]): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  made.later(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

/** A shell line in a process group of its own, and the pids of its programs by their names, once each of them runs. */
export async function family<N extends string>(
  made: Made,
  line: string,
  ...names: N[]
): Promise<Record<N, number>> {
  const shell = spawn('sh', ['-c', `${line}; :`], { stdio: 'ignore', detached: true });
  const { pid = 0 } = shell;
  made.later(() => {
    // The leader that was not collected yet keeps the number ours.
    if (shell.exitCode === null && shell.signalCode === null) process.kill(-pid, 'SIGKILL');
  });
  return until(() => {
    const found = new Map<string, number>();
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const { name, group } = nameAndGroup(entry);
      if (group === pid) found.set(name, Number(entry));
    }
    return names.every((name) => found.has(name))
      ? (Object.fromEntries(found) as Record<N, number>)
      : undefined;
  });
}

/** Fields 2 and 5 of /proc/PID/stat. */
function nameAndGroup(pid: string): { name: string; group: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const end = stat.lastIndexOf(')');
    return { name: stat.slice(stat.indexOf('(') + 1, end), group: Number(stat.slice(end + 2).split(' ')[2]) };
  } catch {
    return { name: '', group: 0 };
  }
}
