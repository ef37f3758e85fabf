/** Snapshots of the command line's, with and without what taking them has made itself: a view may have looked in the midst of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Snapshot } from '../../../src/protocol/snapshot';

/** What `snapshot` writes. Into a file: a pipe would be one more object. */
export async function snapshotsNow(): Promise<[whole: Snapshot, without: Snapshot]> {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-living-'));
  try {
    const path = join(folder, 'snapshot.json');
    const file = openSync(path, 'w');
    const child = spawn(process.execPath, ['dist/helper.js', 'snapshot'], {
      stdio: ['ignore', file, 'inherit'],
    });
    closeSync(file);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`snapshot: ${code}`);
    const whole = JSON.parse(readFileSync(path, 'utf8')) as Snapshot;
    return [whole, withoutProcesses(whole, child.pid ?? -1)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As if a process, those that it started, and what they alone have, had not been there: they inherit whatever descriptors the test was given. */
function withoutProcesses(snapshot: Snapshot, parent: number): Snapshot {
  const out = snapshot.processes.filter((one) => one.pid === parent || one.parent === parent);
  const pids = new Set([parent, ...out.map(({ pid }) => pid)]);
  const objects = snapshot.objects.flatMap((object) => {
    const { endpoints } = object;
    if (endpoints?.some((end) => pids.has(end.pid)) !== true) return [object];
    const others = endpoints.filter((end) => !pids.has(end.pid));
    return others.length === 0 ? [] : [{ ...object, endpoints: others }];
  });
  return { ...snapshot, objects, processes: snapshot.processes.filter((one) => !pids.has(one.pid)) };
}
