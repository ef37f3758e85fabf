// @ts-check
/**
 * A family of processes that pipes join: a pipeline that flows, one that is full since its last program never reads, and a
 * FIFO whose writer waits for a reader. A FIFO that somebody destroys is made again.
 */
import { spawnSync } from 'node:child_process';
import { lstatSync, rmSync } from 'node:fs';
import { child, folder } from './child.mjs';
import { endGroup, startGroup } from './groups.mjs';
import { fifoOf } from './made.mjs';

const FLOWING =
  '{ vmstat 1 2>/dev/null || while :; do date; sleep 1; done; } | grep --line-buffered . | cat >/dev/null';
const FULL = `yes 'a line that nobody reads' | tr '\\n' ';' | sleep 2147483647`;
/** Who reads an order gets it, and the next one waits. */
const WAITING = 'n=1; while [ -p "$1" ]; do echo "order $n" >"$1"; n=$((n + 1)); done';

child('ipc-family');

for (const program of [FLOWING, FULL]) {
  const again = () => startGroup(program).on('exit', () => setTimeout(again, 1000));
  again();
}

const fifo = fifoOf(folder);
/** @type {import('node:child_process').ChildProcess | undefined} */
let writer;
setInterval(() => {
  const there = isFifo();
  if (there && writer?.exitCode === null && writer.signalCode === null) return;
  // Who waits to open one that has no name any more waits for ever.
  if (writer) {
    endGroup(writer);
    console.log(
      `sample: ${there ? 'the writer ended' : 'the FIFO was destroyed'}; another begins with ${fifo}`,
    );
  }
  if (!there) {
    rmSync(fifo, { force: true });
    spawnSync('mkfifo', ['-m', '600', fifo]);
  }
  writer = startGroup(WAITING, [fifo]);
}, 500);

function isFifo() {
  try {
    return lstatSync(fifo).isFIFO();
  } catch {
    return false;
  }
}
