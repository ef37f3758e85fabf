/** A helper that is killed at some moment of an act, and what is left of it. */
import { TestHelper } from './helper';
import { childrenOf, ended } from './processes';
import { until } from './until';

/** Resolves at a moment of `performance.now()`, to the part of a millisecond. */
async function at(moment: number): Promise<void> {
  const coarse = moment - performance.now() - 2;
  if (coarse > 0) await new Promise((resolve) => setTimeout(resolve, coarse));
  while (performance.now() < moment) await new Promise((resolve) => setImmediate(resolve));
}

/** The children of a process, and theirs. */
function descendants(pid: number | undefined): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}

/**
 * Asks a helper of its own for an act, kills it so many milliseconds later, and resolves when it and everything that it started are gone. Answers what the act gave, if it came that
 * far, and its failure.
 */
export async function killedIn<T>(
  act: (helper: TestHelper) => Promise<T>,
  delay: number,
): Promise<{ answer: T | undefined; failed: unknown }> {
  const helper = new TestHelper();
  await helper.request('hello', {});
  let answer: T | undefined;
  let failed: unknown;
  const start = performance.now();
  void act(helper).then(
    (given) => (answer = given),
    // Only of a failure that it told; once it is killed every request fails.
    (error: unknown) => (failed = (error as { data?: unknown }).data),
  );
  await at(start + delay);
  const left = descendants(helper.child.pid);
  helper.child.kill('SIGKILL');
  await helper.exited;
  helper.connection.dispose();
  await until(() => left.every(ended));
  return { answer, failed };
}
