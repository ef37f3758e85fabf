// @ts-check
// Runs inside the extension host, bundled with the tests: takes the orders of runHostTests.mjs from
// the environment, and writes down for it what came out and what was printed.
import { appendFileSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';

/** @typedef {import('./results.mjs').Results} Results */

const REASONS = Symbol.for('ipc-inspector.reasons');
/**
 * Each file of tests is a bundle of its own, with its own copy of this one.
 * @type {WeakMap<object, string>}
 */
const reasons = Reflect.get(globalThis, REASONS) ?? new WeakMap();
Reflect.set(globalThis, REASONS, reasons);

/**
 * Skips a test, or all tests of a hook's suite, and says why.
 * @param {Mocha.Context} context `this` of the test or hook
 * @param {string} reason begins with `oracle missing:` where a program to compare with is missing
 * @returns {never}
 */
export function skip(context, reason) {
  const runnable = context.runnable();
  const ofHook = 'type' in runnable && runnable.type === 'hook' ? runnable.parent : undefined;
  reasons.set(ofHook ?? runnable, reason);
  return context.skip();
}

/** @param {Mocha.Test} test */
function reasonOf(test) {
  /** @type {Mocha.Test | Mocha.Suite | undefined} */
  let at = test;
  for (; at; at = at.parent) {
    const reason = reasons.get(at);
    if (reason) return reason;
  }
  return 'no reason given';
}

/**
 * Runs the tests of a Mocha that has its files or suites already.
 * @param {Mocha} mocha
 * @returns {Promise<void>} rejects if a test failed, or if none ran
 */
export async function runMocha(mocha) {
  const { IPC_INSPECTOR_GREP: grep, IPC_INSPECTOR_RESULTS: file } = process.env;
  if (grep) mocha.grep(new RegExp(grep));
  const restore = file ? teeConsole(mocha, `${file}.console`) : () => undefined;
  /** @type {Results} */
  const results = { passed: 0, failed: 0, skipped: [], failures: [] };
  try {
    await new Promise((resolve) => {
      const runner = mocha.run(resolve);
      runner.on('pass', () => (results.passed += 1));
      runner.on('pending', (test) =>
        results.skipped.push({ title: test.fullTitle(), reason: reasonOf(test) }),
      );
      // Failing hooks come here too.
      runner.on('fail', (test, error) => {
        results.failed += 1;
        results.failures.push({ title: test.fullTitle(), message: String(error?.message ?? error) });
      });
    });
  } finally {
    restore();
    if (file) writeFileSync(file, JSON.stringify(results));
  }
  if (results.failed > 0) throw new Error(`${results.failed} tests failed`);
  if (results.passed + results.skipped.length === 0) throw new Error('no test ran');
}

/**
 * The console of an extension host reaches a headless runner only mixed with everybody else's.
 * @param {Mocha} mocha
 * @param {string} file
 */
function teeConsole(mocha, file) {
  const original = globalThis.console;
  /** @param {unknown[]} parts */
  const write = (...parts) => appendFileSync(file, `${JSON.stringify(format(...parts))}\n`);
  // The extension host does not let go of its console's functions, so the whole is replaced.
  globalThis.console = Object.create(original);
  for (const name of /** @type {const} */ (['log', 'info', 'warn', 'error', 'debug'])) {
    const tee = (/** @type {unknown[]} */ ...parts) => {
      write(...parts);
      original[name](...parts);
    };
    Object.defineProperty(globalThis.console, name, { value: tee });
  }
  // Reporters took theirs when they were loaded.
  const { Base } = /** @type {typeof Mocha} */ (mocha.constructor).reporters;
  Base.consoleLog = console.log;
  return () => {
    globalThis.console = original;
  };
}
