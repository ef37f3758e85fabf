/** `compare` on the command line: what came, went and changed since a snapshot. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { HELPER } from '../support/helper';
import { Made, send } from '../support/sysv';

const made = new Made();
afterEach(() => made.clean());

const run = (...args: string[]) =>
  spawnSync(process.execPath, [HELPER, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });

/** A file that is gone after the test. */
function kept(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-compare-'));
  made.later(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'before.json');
  writeFileSync(file, text);
  return file;
}

test.for([['snapshot'], ['snapshot', '--details']])(
  'since `%s`: a queue that came, one that went, one that grew, and no other of ours',
  (command) => {
    const [gone, grown, same] = [made.queue(), made.queue(), made.queue()];
    const file = kept(run(...command).stdout);
    made.removeQueue(gone);
    send(grown, 1, 'hello');
    const came = made.queue();
    const { stdout, status } = run('compare', file, '--kind', 'sysv.msg');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Since \d\d:\d\d:\d\d: \d+ came, \d+ went, \d+ changed\.\n/);
    const line = (id: number) => stdout.split('\n').find((one) => one.includes(`:${id} `));
    expect(line(came)).toMatch(/^\+ sysv\.msg:/);
    expect(line(gone)).toMatch(/^- sysv\.msg:/);
    expect(line(grown)).toMatch(/^~ sysv\.msg:.*Messages: 0 -> 1; Bytes queued: 0 B -> 5 B/);
    expect(line(same)).toBeUndefined();
    const { differences } = JSON.parse(run('compare', file, '--kind', 'sysv.msg', '--json').stdout) as {
      differences: { is: string; object: { id: number } }[];
    };
    expect(differences).toContainEqual(
      expect.objectContaining({ is: 'went', object: expect.objectContaining({ id: gone }) as unknown }),
    );
  },
);

test('a file that is none, or of another boot, is refused', () => {
  const old = JSON.parse(run('snapshot').stdout) as { host: { bootId: string } };
  old.host.bootId = 'another';
  for (const [file, why] of [
    [kept('{"version":'), /is no snapshot of this version/],
    [kept(JSON.stringify(old)), /of another boot/],
    ['/nonexistent/file', /cannot be read \(ENOENT\)/],
  ] as const) {
    const { status, stderr } = run('compare', file);
    expect(status).toBe(1);
    expect(stderr).toMatch(why);
  }
});
