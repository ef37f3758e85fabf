/**
 * The entry of what reads beside the helper: the reader, a process of its own, and the thread that lists descriptors. A program apart, since each of them loads it: of the helper's they
 * need a twentieth.
 */
import { Console } from 'node:console';
import { isMainThread, workerData } from 'node:worker_threads';
import { runWalker } from './census/descriptors/walkerLoop';
import type { WalkShare } from './census/descriptors/walkShare';
import { runReader } from './reader/child';

// stdout belongs to the answers.
globalThis.console = new Console(process.stderr, process.stderr);

if (isMainThread) {
  // A name by which people find it; Node's own would be "node" or "MainThread".
  process.title = 'ipc-inspector reader';
  runReader().then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    },
  );
} else void runWalker(workerData as WalkShare);
