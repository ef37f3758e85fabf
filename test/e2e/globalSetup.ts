/** One VS Code with the packaged extension serves the whole run. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installVsix, startCodeServer } from '../host/codeServer.mjs';
import { ensureHost } from '../host/host.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    server: { url: string; password: string; userDataDir: string; pid: number };
    scratch: string;
    vsix: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const vsix = `out/ipc-inspector-linux-${process.arch}.vsix`;
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing: run "npm run package" first.`);
  const scratch = mkdtempSync(join(tmpdir(), 'ipc-inspector-e2e-'));
  const folders = { userDataDir: join(scratch, 'user'), extensionsDir: join(scratch, 'extensions') };
  const host = await ensureHost();
  await installVsix({ host, vsix, ...folders });
  const server = await startCodeServer({ host, ...folders });
  const { url, password, userDataDir, pid } = server;
  project.provide('server', { url, password, userDataDir, pid });
  project.provide('scratch', scratch);
  project.provide('vsix', vsix);
  return async () => {
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  };
}
