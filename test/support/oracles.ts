/** Programs that we did not write, against which ours is held. */
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';

/** Whether a program is missing. `probe`: arguments with which it does nothing and succeeds. */
export function missing(program: string, probe: string[] = ['--version']): boolean {
  const { error, status } = spawnSync(program, probe, { stdio: 'ignore' });
  return error !== undefined || status !== 0;
}

/** Skips the test, with its reason, where a program is missing. */
export function needs(context: TestContext, program: string, probe?: string[]): void {
  if (missing(program, probe)) context.skip(`oracle missing: ${program}`);
}

export function needsRoot(context: TestContext, why: string): void {
  if (process.geteuid?.() !== 0) context.skip(`needs root: ${why}`);
}

/** A program's output; throws where it fails. */
export function output(program: string, ...args: string[]): string {
  const { stdout, stderr, status, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${program} gave ${String(status ?? error)}: ${stderr}`);
  return stdout;
}

/** Runs a command as nobody, with no capability: what a plain user is. */
export const AS_NOBODY = [
  'setpriv',
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  '--bounding-set=-all',
];
