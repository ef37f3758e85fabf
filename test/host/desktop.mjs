// @ts-check
// Desktop VS Code: whether there is one to use, and tests inside it.
import { accessSync, constants, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { writeSettings } from './settings.mjs';
import { installTestDebugger } from './testDebugger.mjs';

/**
 * The `code` that can open a window here. In a terminal of a remote VS Code there is one too, but
 * it passes no extension path on.
 * @returns {string | undefined}
 */
export function desktopCode() {
  const { DISPLAY, WAYLAND_DISPLAY, VSCODE_IPC_HOOK_CLI, PATH = '' } = process.env;
  if (!(DISPLAY || WAYLAND_DISPLAY) || VSCODE_IPC_HOOK_CLI) return undefined;
  const folders = PATH.split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, 'code')).find(runnable);
}

/**
 * The program itself behind the launcher script `bin/code`: only it stays while its window is
 * open, and gives back the exit code of tests.
 * @param {string} code
 * @returns {string | undefined} nothing where it cannot be found (a snap)
 */
export function programBehind(code) {
  const real = realpathSync(code);
  const folder = dirname(real);
  if (basename(folder) === 'bin') {
    const program = join(folder, '..', basename(real));
    if (runnable(program)) return program;
  }
  return basename(real) === 'snap' || basename(folder) === 'bin' ? undefined : real;
}

/**
 * Which desktop VS Code tests should run in. `IPC_INSPECTOR_VSCODE` names its program, asks for a
 * `download`, or says `none`.
 * @returns {{ executable: string | undefined } | undefined} nothing: take VS Code's server;
 *   no executable: download one
 */
export function desktopForTests() {
  const wanted = process.env['IPC_INSPECTOR_VSCODE'];
  if (wanted === 'none') return undefined;
  if (wanted === 'download') return { executable: undefined };
  if (wanted) return { executable: programBehind(wanted) ?? wanted };
  const code = desktopCode();
  const executable = code && programBehind(code);
  return executable ? { executable } : undefined;
}

/**
 * @typedef {object} InDesktopOptions
 * @property {string | undefined} executable downloads VS Code if not given
 * @property {string} extensionDevelopmentPath
 * @property {string} extensionTestsPath
 * @property {string} workspace the folder to open
 * @property {Record<string, string | undefined>} [env] for the extension host
 */

/**
 * Runs the tests.
 * @param {InDesktopOptions} options
 * @returns {Promise<number>} 0 if `run` resolved, else another number
 */
export async function runInDesktop({ executable, workspace, env = {}, ...paths }) {
  // Only here, because it is slow to load and the other way does not need it.
  const { runTests, TestRunFailedError } = await import('@vscode/test-electron');
  const scratch = mkdtempSync(join(tmpdir(), 'ipc-inspector-desktop-'));
  const userDataDir = join(scratch, 'user');
  const extensionsDir = join(scratch, 'extensions');
  installTestDebugger(extensionsDir);
  writeSettings(userDataDir);
  try {
    return await runTests({
      ...paths,
      ...(executable ? { vscodeExecutablePath: executable } : {}),
      launchArgs: [
        workspace,
        '--disable-telemetry',
        `--user-data-dir=${userDataDir}`,
        `--extensions-dir=${extensionsDir}`,
      ],
      // It would make the program a plain Node.
      extensionTestsEnv: { ...env, ELECTRON_RUN_AS_NODE: undefined },
    });
  } catch (error) {
    if (error instanceof TestRunFailedError) return error.code ?? 1;
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {string} file */
function runnable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
