/** How the helper is started; a function of its inputs, so that desktop and server are both tested. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface LaunchPlan {
  command: string;
  args: string[];
  env: Record<string, string | undefined>;
}

/** Port for a debugger of the helper, set by the launch configuration. */
export const INSPECT = 'IPC_INSPECTOR_HELPER_INSPECT';

/**
 * On desktop `execPath` is Electron, which is a Node with this variable; a plain Node ignores it. The variables of a
 * debugged extension host would make the helper wait for a debugger of its own.
 */
export function launchPlan(
  execPath: string,
  env: NodeJS.ProcessEnv,
  helper: string,
  command: 'serve' | 'sample' = 'serve',
): LaunchPlan {
  const { NODE_OPTIONS: _o, VSCODE_INSPECTOR_OPTIONS: _i, [INSPECT]: inspect, ...rest } = env;
  const debugged = command === 'serve' && inspect !== undefined && /^\d+$/.test(inspect);
  const debug = debugged ? [`--inspect=127.0.0.1:${inspect}`] : [];
  return {
    command: execPath,
    args: [...debug, helper, command],
    env: { ...rest, ELECTRON_RUN_AS_NODE: '1' },
  };
}

/** Starts it. Who does must hear of its end and its errors before anything else can happen. */
export function launchHelper({ command, args, env }: LaunchPlan): ChildProcess {
  return spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
}
