/**
 * `npm run bench:rows`: from a change in the kernel to its row in the tree of a real VS Code, for objects that come and go at random moments of the
 * interval. Medians and 95th percentiles as a table and as JSON. It judges nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'vitest';
import { session } from '../e2e/session';
import { Made } from '../support/sysv';

const INTERVAL = 1000;
const CHANGES = 100;
/** Milliseconds after which a row is given up. */
const PATIENCE = 10_000;
const it = session({ settings: { 'ipcInspector.refreshInterval': INTERVAL } });

test('rows', { timeout: 600_000 }, async () => {
  const { made, workbench } = it;
  made.queue(0x6ff00000);
  const view = await it.show();
  await view.row('0x6ff00000').reveal();
  const come: number[] = [];
  const go: number[] = [];
  for (let change = 0; change < CHANGES / 2; change++) {
    const key = 0x6ff00001 + change;
    const label = `0x${key.toString(16)}`;
    await sleep(Math.random() * INTERVAL);
    const one = new Made();
    made.later(() => one.clean());
    come.push(await seen(label, true, () => one.queue(key)));
    await sleep(Math.random() * INTERVAL);
    go.push(await seen(label, false, () => one.clean()));
  }

  /** When the row came or went after the change, by the observer in the page; both clocks are the machine's. */
  async function seen(label: string, there: boolean, change: () => void): Promise<number> {
    const noticed = workbench.page.evaluate(
      ({ label, there, patience }) =>
        new Promise<number>((resolve, reject) => {
          const list = document.querySelector('[role="tree"][aria-label="Objects"]');
          const look = () => {
            const rows = [...(list?.querySelectorAll('.monaco-list-row') ?? [])];
            if (rows.some((row) => row.textContent?.includes(label)) !== there) return false;
            observer.disconnect();
            resolve(Date.now());
            return true;
          };
          const observer = new MutationObserver(look);
          if (list) observer.observe(list, { childList: true, subtree: true, characterData: true });
          setTimeout(() => reject(new Error(`nothing was seen of ${label}`)), patience);
        }),
      { label, there, patience: PATIENCE },
    );
    // The observer is there before the change: a round trip to the page.
    await workbench.page.evaluate(() => 0);
    const at = Date.now();
    change();
    return (await noticed) - at;
  }

  const result = { interval: INTERVAL, come: summary(come), go: summary(go), all: summary([...come, ...go]) };
  for (const name of ['come', 'go', 'all'] as const) {
    const { median, p95, most } = result[name];
    console.log(`${name.padEnd(6)} median ${median} ms, 95th percentile ${p95} ms, most ${most} ms`);
  }
  mkdirSync('out/bench', { recursive: true });
  writeFileSync('out/bench/rows.json', JSON.stringify({ ...result, times: { come, go } }, undefined, 2));
});

function summary(times: readonly number[]) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return { median: at(0.5), p95: at(0.95), most: at(1) };
}
