/** Rings of real processes over mixed mechanisms, each named with every member; and the same with one member that can act. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lookUntil, type Play, type Seen, Stage } from '../support/diagnosis';
import { missing, needs } from '../support/oracles';
import { makeRings, type MadeRing, RING_NAMES } from '../support/rings';

const stage = new Stage();
const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
const java = !missing('java');
let play: Play | undefined;
let made: readonly MadeRing[] = [];
/** All rings at once, looked at by one look. */
let seen: Seen | undefined;

beforeAll(async () => {
  if (missing('python3')) return;
  writeFileSync(
    join(folder, 'Ring.java'),
    'public class Ring { public static void main(String[] a) throws Exception { System.in.read(); } }',
  );
  const { rings, play: started } = await makeRings(stage, folder, { java });
  [made, play] = [rings, started];
  seen = await lookUntil(
    (now) => rings.every(({ pids }) => pids.every((pid) => now.of('deadlock', [pid]).length > 0)),
    {},
    20_000,
  );
}, 60_000);
afterAll(async () => {
  await play?.close();
  await stage.clean();
  rmSync(folder, { recursive: true, force: true });
});

const sorted = (pids: readonly number[]) => [...new Set(pids)].sort((a, b) => a - b);

/** Of these an edge is open, or somebody may have what nobody sees, or a socket a limit of time. */
const LIKELY = /set|queue|FIFO|socketpair|accepted|Java|Python|Node/;

describe.each(RING_NAMES)('%s', (name) => {
  test('are a ring', (context) => {
    needs(context, 'python3');
    const ring = made.find((one) => one.name === name);
    if (!ring || !seen) return context.skip('oracle missing: java');
    const finding = seen.one('deadlock', ...ring.pids);
    expect(sorted(finding.parts.members.map(({ pid }) => pid))).toEqual(sorted(ring.pids));
    for (const pid of ring.pids) expect(seen.why(pid)).toMatchObject({ state: 'stuck' });
    // Of an owner that is named, who else has the memory says nothing.
    const sure = /mutex|threads/.test(name) || !seen.hidden;
    if (!LIKELY.test(name)) expect(finding.proof).toBe(sure ? 'proven' : 'likely');
    else if (!/Python|Node/.test(name))
      expect(finding).toMatchObject({ proof: 'likely', severity: 'warning' });
  });

  test('are none where one of them can act', (context) => {
    needs(context, 'python3');
    const twin = made.find((one) => one.name === name)?.twin;
    if (!twin || !seen) return context.skip('oracle missing: java');
    expect(seen.of('deadlock', twin)).toEqual([]);
    expect(twin.map((pid) => seen?.why(pid).state)).not.toContain('stuck');
  });
});

/** Two that write into full pipes of each other, and what their parent does then. */
const crosswise = (then: string) => `
pipe(my $r1, my $w1); pipe(my $r2, my $w2); fill($w1); fill($w2);
my $one = child(sub { close $r1; close $w2; syswrite $w1, 'x' });
my $two = child(sub { close $r2; close $w1; syswrite $w2, 'x' });
${then}`;

test('who waits behind a ring is counted', async (context) => {
  needs(context, 'perl');
  const then = 'close $_ for $r1, $w1, $r2, $w2; say($one, $two, $$); waitpid $one, 0;';
  const [one = 0, two = 0, parent = 0] = await stage.perl(crosswise(then)).said();
  const now = await lookUntil((look) => look.of('deadlock', [one]).some(({ parts }) => parts.behind > 0));
  const finding = now.one('deadlock', one);
  expect(now.says(finding)).toMatch(
    /waits to write to pipe \d+, which is full; .*waits to write to pipe \d+/,
  );
  expect(sorted(finding.parts.members.map(({ pid }) => pid))).toEqual(sorted([one, two]));
  expect(now.why(parent)).toMatchObject({ state: 'stuck', end: { is: 'ring', from: 1 } });
});

test('there is none where a third process has the other end too, and rests, or where one waits for a time', async (context) => {
  needs(context, 'perl');
  needs(context, 'python3');
  const pids = await stage.perl(crosswise('say($one, $two); POSIX::pause() while 1;')).said();
  const timed = await stage
    .python(
      `
import select
r1, w1 = os.pipe(); r2, w2 = os.pipe()
def one(): os.close(r2); os.close(w1); select.select([r1], [], [], 1000)
def two(): os.close(r1); os.close(w2); os.read(r2, 1)
pids = child(one), child(two)
for fd in (r1, w1, r2, w2): os.close(fd)
say(*pids); rest()`,
    )
    .said();
  const now = await lookUntil(({ diagnosis }) =>
    [...pids, ...timed].every((pid) =>
      diagnosis.machine.threadsOf(pid).some(({ thread }) => thread.state === 'S'),
    ),
  );
  for (const pid of [...pids, ...timed]) {
    expect(now.of('deadlock', [pid])).toEqual([]);
    expect(now.why(pid).state).not.toBe('stuck');
  }
  expect(now.why(pids[0] ?? 0)).toMatchObject({ state: 'waits', end: { is: 'acts', state: 'idle' } });
});
