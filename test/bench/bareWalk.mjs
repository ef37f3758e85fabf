// @ts-check
/**
 * The bare walk that ours is held against: readdir and readlink of every descriptor, and the System V and Unix files; nothing is joined.
 * `node bareWalk.mjs`: once, cold. `node bareWalk.mjs warm`: once for each line on stdin, and answers with the milliseconds.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import * as readline from 'node:readline';

function walk() {
  let descriptors = 0;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        readlinkSync(`/proc/${pid}/fd/${fd}`);
        descriptors++;
      }
    } catch {
      // It ended, or is not ours to look at.
    }
  }
  for (const file of ['/proc/sysvipc/msg', '/proc/sysvipc/sem', '/proc/sysvipc/shm', '/proc/net/unix'])
    readFileSync(file);
  return descriptors;
}

if (process.argv[2] === 'warm')
  readline.createInterface({ input: process.stdin }).on('line', () => {
    const start = performance.now();
    walk();
    console.log(performance.now() - start);
  });
else console.log(walk());
