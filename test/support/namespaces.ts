/** Helpers in an ipc namespace of their own, where limits of the kernel may be altered, and programs beside them. */
import type { TestHelper } from './helper';
import { output } from './oracles';

/** A prefix for a helper that runs in an ipc namespace of its own. `limits`: of /proc/sys/kernel, as they are there from the start. */
export function ownIpc(limits: Record<string, number> = {}): string[] {
  const set = Object.entries(limits).map(([name, value]) => `echo ${value} > /proc/sys/kernel/${name}`);
  return ['unshare', '--ipc', 'sh', '-c', [...set, 'exec "$@"'].join(' && '), 'sh'];
}

/** A prefix for a program that runs in the helper's ipc namespace. */
export function beside({ child }: TestHelper): string[] {
  return ['nsenter', `--ipc=/proc/${child.pid}/ns/ipc`];
}

/** Alters a limit of /proc/sys/kernel in the helper's ipc namespace. */
export function setLimit(helper: TestHelper, name: string, value: number): void {
  const [program = '', ...args] = beside(helper);
  output(program, ...args, 'sh', '-c', `echo ${value} > /proc/sys/kernel/${name}`);
}
