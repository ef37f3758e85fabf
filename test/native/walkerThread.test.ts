/** The other thread that lists descriptors: what it tells is what stands in /proc, and nobody waits for it who need not. */
import { readdirSync, readlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { WalkerThread, type ListedDescriptor } from '../../src/native/census/descriptors/walkerThread';
import { BESIDE } from '../support/helper';
import { until } from '../support/until';

let server: Server | undefined;
afterEach(() => server?.close());

/** Descriptors of ours that lead to pipes and sockets, as /proc has them. */
function ownLinks(): string[] {
  return readdirSync('/proc/self/fd')
    .flatMap((fd) => {
      try {
        return `${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`;
      } catch {
        // That of the directory itself.
        return [];
      }
    })
    .filter((link) => /(?:pipe|socket):/.test(link))
    .sort();
}

test('what it lists of a process is what /proc has', async () => {
  server = createServer().listen(0, '127.0.0.1');
  const walker = new WalkerThread(BESIDE, 1);
  // It begins at the end of the list, which is ours; the first is nobody. Our own descriptors come and go: what counts is that both see the same at some moment.
  const found = await until(async () => {
    walker.begin([0, process.pid]);
    // It needs a moment to come to it first.
    await sleep(2);
    const told = walker.take(process.pid);
    const all: ListedDescriptor[] = [];
    told?.each((one) => all.push({ ...one }));
    const links = all
      .filter(({ what }) => what !== 'asked' && what !== 'anonymous')
      .map(({ fd, what, inode }) => `${fd} ${what}:[${inode}]`);
    return links.length > 0 && links.sort().join() === ownLinks().join() && all;
  });
  const pipes = found.filter(({ what }) => what === 'pipe');
  expect(pipes.every(({ rights }) => rights >= 1 && rights <= 3)).toBe(true);
});

test('who takes a process lists it alone, and so does who finds no thread', () => {
  const none = new WalkerThread('/nowhere/at/all.js', 1);
  none.begin([process.pid]);
  expect(none.take(process.pid)).toBe(undefined);
  const asleep = new WalkerThread(BESIDE, 2);
  asleep.begin([process.pid]);
  expect(asleep.take(process.pid)).toBe(undefined);
});
