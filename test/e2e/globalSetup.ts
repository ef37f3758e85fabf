/** One VS Code with the packaged extension serves the whole run. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installVsix, startCodeServer } from '../host/codeServer.mjs';
import { ensureHost } from '../host/host.mjs';
import { missing } from '../support/oracles';
import { Made } from '../support/sysv';

declare module 'vitest' {
  interface ProvidedContext {
    server: { url: string; password: string; userDataDir: string; pid: number };
    scratch: string;
    /** The id of a segment that nobody has, whose maker has ended: made before all tests, since it is told once it is a minute old. -1 where there is no Python. */
    orphan: number;
  }
}

function abandoned(made: Made): number {
  if (missing('python3')) return -1;
  const program = 'import ctypes; print(ctypes.CDLL(None).shmget(0, 8192, 0o1600))';
  const id = Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
  made.later(() => made.removeSegment(id));
  return id;
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const vsix = `out/ipc-inspector-linux-${process.arch}.vsix`;
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing: run "npm run package" first.`);
  const scratch = mkdtempSync(join(tmpdir(), 'ipc-inspector-e2e-'));
  const folders = { userDataDir: join(scratch, 'user'), extensionsDir: join(scratch, 'extensions') };
  const host = await ensureHost();
  await installVsix({ host, vsix, ...folders });
  // Folders are trusted by the settings alone, so that a test can have a window where they are not.
  const server = await startCodeServer({ host, ...folders, trust: true });
  const { url, password, userDataDir, pid } = server;
  project.provide('server', { url, password, userDataDir, pid });
  project.provide('scratch', scratch);
  const made = new Made();
  project.provide('orphan', abandoned(made));
  return async () => {
    made.clean();
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  };
}
