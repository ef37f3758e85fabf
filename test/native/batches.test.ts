/** What one answer says agrees with itself, and tells no change where there was none: over random steps with real objects of every kind. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { Census } from '../../src/native/census/census';
import { ChangeFeed } from '../../src/native/changes';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import type { Batch, Interest } from '../../src/protocol/calls';
import type { IpcObject } from '../../src/protocol/kinds';
import { KINDS, kindOf, type Ref } from '../../src/protocol/ref';
import { random } from '../support/inProcess';
import { needs } from '../support/oracles';
import { type Holder, Scene } from '../support/streams';
import { Made } from '../support/sysv';

const scene = new Scene();
const made = new Made();
beforeAll(prepare);
afterEach(async () => {
  await scene.clean();
  made.clean();
});

const NEVER = { isCancellationRequested: false, onCancellationRequested: () => undefined };
const ROWS: Interest = {
  levels: Object.fromEntries(KINDS.map((kind) => [kind, 'rows' as const])),
  details: [],
};

/** What the caller has, by the rules of the protocol, each rule checked. */
class Caller {
  readonly objects = new Map<Ref, string>();
  private position: { epoch: string | null; seq: number } = { epoch: null, seq: 0 };

  constructor(private readonly feed: ChangeFeed) {}

  async look(): Promise<Batch> {
    const batch = await this.feed.changes(
      { ...this.position, interest: ROWS, interval: 10, fresh: true },
      NEVER,
    );
    if (batch.full) this.objects.clear();
    const text = (object: IpcObject) => JSON.stringify(object);
    for (const object of batch.added) {
      expect(this.objects.has(object.ref), `added again: ${object.ref}`).toBe(false);
      this.objects.set(object.ref, text(object));
    }
    for (const object of batch.changed) {
      expect(this.objects.get(object.ref), 'changed, and was not there').toBeDefined();
      expect(text(object), 'changed, and is as it was').not.toBe(this.objects.get(object.ref));
      this.objects.set(object.ref, text(object));
    }
    for (const ref of batch.removed) expect(this.objects.delete(ref), `removed again: ${ref}`).toBe(true);
    for (const kind of KINDS) {
      const count = batch.counts[kind];
      const rows = [...this.objects.keys()].filter((ref) => kindOf(ref) === kind).length;
      if (count !== undefined) expect([kind, count]).toEqual([kind, rows]);
    }
    this.position = batch;
    return batch;
  }
}

const PRELUDE = `
import mmap, socket
kept = []
def keep(*some): kept.extend(some)
def drop():
    if not kept: return
    one = kept.pop(0)
    os.close(one) if isinstance(one, int) else one.close()
def memory(name, flags, bytes):
    fd = os.open('/dev/shm/' + name, flags, 0o600); os.ftruncate(fd, bytes); keep(fd, mmap.mmap(fd, bytes))
def gone(name):
    try: os.unlink('/dev/shm/' + name)
    except FileNotFoundError: pass
def memfd():
    fd = os.memfd_create('batches'); os.ftruncate(fd, 4096); keep(fd, mmap.mmap(fd, 4096))
def listener():
    one = socket.socket(); one.bind(('127.0.0.1', 0)); one.listen(1); keep(one)
def bound(path):
    one = socket.socket(socket.AF_UNIX); one.bind(path); one.listen(1); keep(one)
`;

test('counts are those of the rows, and only what differs has changed, over 80 steps', async (context) => {
  needs(context, 'python3');
  const seed = Number(process.env.BATCHES_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const number = random(seed);
  const steps: string[] = [];
  const folder = scene.folder();
  const holders = [scene.holder(), scene.holder(), scene.holder()];
  for (const holder of holders) await holder.run(PRELUDE);
  const caller = new Caller(new ChangeFeed(new Census(makeMechanisms())));
  const name = `ipc-inspector-test-${process.pid}`;
  const verbs: ((holder: Holder) => unknown)[] = [
    (one) => one.run('keep(*os.pipe())'),
    (one) => one.run('keep(*socket.socketpair())'),
    (one) => one.run('drop()'),
    (one) => one.run('drop(); drop()'),
    // It merely runs.
    (one) => one.run('sum(range(100000))'),
    (one) => one.run('os.write(kept[1], b"x") if len(kept) > 1 and isinstance(kept[1], int) else None'),
    (one) => one.run(`memory('${name}', os.O_RDWR | os.O_CREAT, 4096)`),
    (one) => one.run(`gone('${name}')`),
    (one) => one.run('memfd()'),
    (one) => one.run('listener()'),
    (one) => one.run(`bound('${folder}/${number(1e6)}')`),
    (one) =>
      one
        .run(`os.mkfifo('${folder}/f${number(1e6)}')`)
        .then(() =>
          one.run(
            `keep(os.open('${folder}/' + [n for n in os.listdir('${folder}') if n[0] == 'f'][0], os.O_RDWR))`,
          ),
        ),
    () => made.queue(),
    () => made.set(2),
    () => made.segment(4096),
  ];
  try {
    await caller.look();
    for (let step = 0; step < 80; step++) {
      const which = number(verbs.length);
      steps.push(`${which}`);
      await verbs[which]?.(holders[number(holders.length)] as Holder);
      if (number(3) > 0) await caller.look();
    }
  } catch (error) {
    console.log(`BATCHES_SEED=${seed} ${steps.join(' ')}`);
    throw error;
  } finally {
    await holders[0]?.run(`gone('${name}')`);
  }
}, 60_000);

test('a pipe whose holder merely ran does not come back', async (context) => {
  needs(context, 'python3');
  const holder = scene.holder();
  await holder.run('ends = os.pipe(), os.pipe()');
  const caller = new Caller(new ChangeFeed(new Census(makeMechanisms())));
  await caller.look();
  for (let time = 0; time < 5; time++) {
    await holder.run('sum(range(1000000))');
    const { changed } = await caller.look();
    const its = changed.filter(
      ({ kind, endpoints }) => kind === 'pipe' && endpoints?.every(({ pid }) => pid === holder.pid),
    );
    expect(its).toEqual([]);
  }
});
