// @ts-check
// Writes what came out of a Vitest run as test/run.mjs wants it. Vitest's own JSON lacks the
// reasons of skips, and errors outside of tests.
import { writeFileSync } from 'node:fs';

/** @typedef {import('./results.mjs').Results} Results */

/** A reporter, for `vitest --reporter`. */
export default class ResultsReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly import('vitest').SerializedError[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const file = process.env['IPC_INSPECTOR_RESULTS'];
    if (!file) return;
    /** @type {Results} */
    const results = { passed: 0, failed: 0, skipped: [], failures: [] };
    /** @param {string} title @param {readonly { message: string }[]} errors */
    const fail = (title, errors) => {
      results.failed += 1;
      results.failures.push({ title, message: errors[0]?.message ?? 'no message' });
    };
    for (const module of modules) {
      // Errors of a whole file or of a suite's hooks, which leave its tests without a result.
      if (module.errors().length > 0) fail(module.relativeModuleId, module.errors());
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) fail(suite.fullName, suite.errors());
      }
      for (const test of module.children.allTests()) {
        const { state, errors, ...result } = test.result();
        const note = 'note' in result ? result.note : undefined;
        if (state === 'passed') results.passed += 1;
        else if (state === 'failed') fail(test.fullName, errors ?? []);
        // A test that -t left out has no reason either, but then that is what was asked for.
        else if (note || !process.env['IPC_INSPECTOR_GREP'])
          results.skipped.push({ title: test.fullName, reason: note ?? 'no reason given' });
      }
    }
    for (const error of unhandled) fail('outside of any test', [error]);
    writeFileSync(file, JSON.stringify(results));
  }
}
