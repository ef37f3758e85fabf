/** What is wrong, as the real helper tells it to whoever asks for it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findingText } from '../../src/presentation/findings';
import { findIn } from '../../src/presentation/values';
import { type Batch, batchSchema, type ChangesParameters, type Interest } from '../../src/protocol/calls';
import type { Diagnosis, Finding } from '../../src/protocol/findings';
import { parseProcessRef } from '../../src/protocol/ref';
import { Stage } from '../support/diagnosis';
import { TestHelper } from '../support/helper';
import { needs } from '../support/oracles';
import { Made } from '../support/sysv';

const stage = new Stage();
const made = new Made();
let folder: string;
let helper: TestHelper;
beforeEach((context) => {
  needs(context, 'python3');
  folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
  helper = new TestHelper();
});
afterEach(async () => {
  await helper.stop();
  await stage.clean();
  made.clean();
  rmSync(folder, { recursive: true, force: true });
});

const FINDINGS: Interest = { levels: {}, details: [], findings: true };

/** Asks as the extension does, and keeps what was told last. */
class Caller {
  private position: Pick<ChangesParameters, 'epoch' | 'seq'> = { epoch: null, seq: 0 };
  diagnosis: Diagnosis | undefined;
  /** Answers that had one. */
  told = 0;

  async ask(interest = FINDINGS, fresh = false): Promise<Batch> {
    const asked = { ...this.position, interest, interval: 100, keepAlive: 500, fresh };
    const batch = v.parse(batchSchema, await helper.requestOnce('changes', asked));
    this.position = { epoch: batch.epoch, seq: batch.seq };
    if (!interest.findings) this.diagnosis = undefined;
    if (batch.diagnosis) {
      this.diagnosis = batch.diagnosis;
      this.told++;
    }
    return batch;
  }

  async until(done: (diagnosis: Diagnosis) => boolean): Promise<Diagnosis> {
    const end = Date.now() + 25_000;
    while (Date.now() < end) {
      // As after an act: else a look may be seconds away.
      await this.ask(FINDINGS, true);
      await new Promise((resolve) => setTimeout(resolve, 200));
      if (this.diagnosis && done(this.diagnosis)) return this.diagnosis;
    }
    throw new Error(`still ${JSON.stringify(this.diagnosis?.findings)}`);
  }
}

/** What a rule found that is about a process. */
function about({ findings }: Diagnosis, rule: Finding['rule'], pid: number): Finding | undefined {
  return findings.find(
    (one) => one.rule === rule && one.subjects.some((ref) => parseProcessRef(ref)?.pid === pid),
  );
}

test('one alone at a FIFO is told with what its sentence names, and no more once somebody else opens it', async () => {
  const path = join(folder, 'fifo');
  const play = stage.python(
    `os.mkfifo(sys.argv[1]); say(os.getpid()); os.open(sys.argv[1], os.O_WRONLY)`,
    path,
  );
  const [pid = 0] = await play.said();
  const caller = new Caller();
  const seen = await caller.until((now) => about(now, 'waitsForOpener', pid) !== undefined);
  const finding = about(seen, 'waitsForOpener', pid);
  if (!finding) throw new Error('none');
  const { says } = findingText(finding, { find: findIn(seen), now: Date.now() });
  expect(says).toContain(`python3 (${pid})`);
  expect(says).toContain(`FIFO ${path}`);
  // Only what the sentences need.
  expect(seen.processes.every((one) => one.threads === undefined && one.signals === undefined)).toBe(true);

  const reader = spawn('cat', [path], { stdio: 'ignore' });
  try {
    await caller.until((now) => about(now, 'waitsForOpener', pid) === undefined);
  } finally {
    reader.kill();
  }
});

test('a sender at a full queue is told until it is gone', async () => {
  const id = made.queue();
  const play = stage.python(
    `say(os.getpid())
while True: libc.msgsnd(int(sys.argv[1]), ctypes.create_string_buffer(struct.pack('l', 1) + b'x' * 4096), 4096, 0)`,
    String(id),
  );
  const [pid = 0] = await play.said();
  const caller = new Caller();
  const seen = await caller.until((now) => about(now, 'queueFull', pid) !== undefined);
  expect(seen.objects.some((one) => one.kind === 'sysv.msg' && one.id === id)).toBe(true);
  await play.end();
  await caller.until((now) => about(now, 'queueFull', pid) === undefined);
});

test('findings are told when they differ, once more to whoever asks for them anew, and to nobody else', async () => {
  const caller = new Caller();
  await caller.until(() => true);
  const { told } = caller;
  const without = await caller.ask({ levels: {}, details: [] }, true);
  expect(without.diagnosis).toBeUndefined();
  await caller.until(() => true);
  expect(caller.told).toBe(told + 1);
});
