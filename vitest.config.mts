import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Where a test compares what is shown with what the models of the views make of a snapshot, or drives acts without a kernel, these run without VS Code. */
const withoutVSCode = {
  alias: { vscode: fileURLToPath(new URL('test/support/vscode.ts', import.meta.url)) },
};

/** They count what the whole machine has, or wait for it to do nothing: no test may run beside them. */
const ALONE = [
  'blocked',
  'counts',
  'findingsTroubles',
  'leftOut',
  'openers',
  'posixCensus',
  'posixMq',
  'process',
  'snapshot',
].map((name) => `test/native/${name}.test.ts`);
const native = {
  setupFiles: ['test/support/reader.ts'],
  testTimeout: 30_000,
  hookTimeout: 30_000,
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve: withoutVSCode,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // Properties over thousands of cases, with what other stages leave of the machine.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          ...native,
          name: 'native',
          include: ['test/native/**/*.test.ts'],
          exclude: ALONE,
          // They mostly wait: three keep two cores busy; with five what is in each other's way grew, and the time did not shrink.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...native,
          name: 'native alone',
          include: ALONE,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          // `npm run fuzz`: a million inputs to every parser; a part of it is among the unit tests.
          name: 'fuzz',
          include: ['test/fuzz/parsers.ts'],
        },
      },
      {
        test: {
          // `npm run pictures`; no test, so no part of `npm test`.
          name: 'pictures',
          include: ['test/e2e/pictures.ts'],
          globalSetup: ['test/e2e/globalSetup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          // `npm run bench:rows`, `bench:table` and `bench:activation`; they judge nothing, so no part of `npm test` either.
          name: 'windows',
          include: ['test/bench/{rowLatency,activation,largeTable}.ts'],
          globalSetup: ['test/e2e/globalSetup.ts'],
          hookTimeout: 120_000,
        },
      },
      {
        resolve: withoutVSCode,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/globalSetup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // One server and one browser serve the whole run.
          isolate: false,
          maxWorkers: 1,
        },
      },
    ],
  },
});
