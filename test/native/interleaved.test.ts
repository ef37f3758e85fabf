/**
 * Two looks at once, step by step in a random order: each must answer as if it were alone, and what did not change must be the same JavaScript object as in its own last
 * answer. They are of two censuses in one process, or of one census, as `changes` and `snapshot` are. The seed is in the name of the test.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Census, type Findings } from '../../src/native/census/census';
import { ProcessTable } from '../../src/native/census/processes/processes';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import type { Interest } from '../../src/protocol/calls';
import type { IpcObject } from '../../src/protocol/kinds';
import { KINDS, type Ref } from '../../src/protocol/ref';
import { random } from '../support/inProcess';
import { needs } from '../support/oracles';
import { PosixScene } from '../support/posix';
import type { Holder } from '../support/streams';
import { Made, send } from '../support/sysv';
import { until } from '../support/until';

const scene = new PosixScene();
const made = new Made();
beforeAll(prepare);
afterEach(async () => {
  await scene.clean();
  made.clean();
});

const SEED = Number(process.env.INTERLEAVED_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Answers of each. */
const ROUNDS = 5;
/** More of each kind than a mechanism reads without a pause. */
const MANY = { queues: 25, semaphores: 25, files: 60, memfds: 25, pipes: 110, sockets: 110, sets: 220 };

type Pass = Generator<undefined, Findings>;
type Numbers = (most: number) => number;

test(`two censuses, seed ${SEED}`, async (context) => {
  needs(context, 'python3');
  const number = random(SEED);
  const stage = await Stage.open(number);
  const watchers = [new Watcher(), new Watcher()] as const;
  const alone = new Watcher();
  for (let round = 0; round < ROUNDS; round++) {
    await stage.change();
    const [one, other] = [stage.interest(), stage.interest()];
    const passes = interleaved(number, watchers[0].begin(one), watchers[1].begin(other));
    watchers[0].check(passes[0], stage, one);
    watchers[1].check(passes[1], stage, other);
    // So the same is asked of both as of one that nobody disturbs.
    alone.check(runNow(alone.begin(one)), stage, one);
  }
}, 180_000);

test(`two passes of one census, seed ${SEED}`, async (context) => {
  needs(context, 'python3');
  const number = random(SEED);
  const stage = await Stage.open(number);
  const watcher = new Watcher();
  for (let round = 0; round < ROUNDS; round++) {
    await stage.change();
    const [interest, other] = [stage.interest(), stage.interest()];
    const snapshot = watcher.census.take(other, { processes: new ProcessTable() });
    const [changes, whole] = interleaved(number, watcher.begin(interest), snapshot);
    watcher.check(changes, stage, interest);
    stage.compare(whole, other);
  }
}, 180_000);

test('numbers that somebody else asks for take nothing from who looked long ago', async (context) => {
  needs(context, 'python3');
  const stage = await Stage.open(random(SEED));
  const watcher = new Watcher();
  const rows = interestIn('rows');
  watcher.check(runNow(watcher.begin(rows)), stage, rows);
  const later = performance.now() + 60_000;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => later);
  runNow(watcher.census.take(interestIn('count'), { processes: new ProcessTable() }));
  clock.mockRestore();
  watcher.check(runNow(watcher.begin(rows)), stage, rows);
});

function interestIn(level: 'rows' | 'count'): Interest {
  return { levels: Object.fromEntries(KINDS.map((kind) => [kind, level])), details: [], processes: false };
}

/** Drives both to their ends, some steps of one and some of the other. */
function interleaved(number: Numbers, ...passes: [Pass, Pass]): [Findings, Findings] {
  const found: (Findings | undefined)[] = [undefined, undefined];
  while (!found[0] || !found[1]) {
    const turn = number(2);
    for (let steps = 1 + number(number(3) === 0 ? 60 : 4); steps > 0 && !found[turn]; steps--) {
      const step = (passes[turn] as Pass).next();
      if (step.done) found[turn] = step.value;
    }
  }
  return [found[0], found[1]];
}

/** Who asks one census again and again. */
class Watcher {
  readonly census = new Census(makeMechanisms());
  private last = new Map<Ref, IpcObject>();

  begin(interest: Interest): Pass {
    return this.census.take(interest);
  }

  /** Facts as one finds them that knows nothing, and objects as they were told last. */
  check(found: Findings, stage: Stage, interest: Interest): void {
    stage.compare(found, interest);
    const objects = stage.ours(found);
    const other = objects.filter((object) => {
      const before = this.last.get(object.ref);
      return before && before !== object && JSON.stringify(before) === JSON.stringify(object);
    });
    expect(other.map(({ ref }) => ref)).toEqual([]);
    this.last = new Map(objects.map((object) => [object.ref, object]));
  }
}

/** Objects of all kinds that only change when they are told to. */
class Stage {
  private refs: readonly Ref[] = [];
  private readonly pids: ReadonlySet<number>;
  private readonly queue = made.queue();

  private constructor(
    private readonly number: Numbers,
    private readonly holder: Holder,
    child: number,
    private readonly names: readonly string[],
    private readonly sets: readonly number[],
  ) {
    this.pids = new Set([holder.pid, child]);
  }

  static async open(number: Numbers): Promise<Stage> {
    const holder = await scene.posix();
    const named = (many: number) => Array.from({ length: many }, () => scene.name());
    const [queues, semaphores, files] = [named(MANY.queues), named(MANY.semaphores), named(MANY.files)];
    const text = (names: readonly string[]) => JSON.stringify(names);
    const path = `${scene.folder()}/fifo`;
    const child = await holder
      .run(
        `
import socket
queues = [mq_make('/' + name, 1, 8) for name in ${text(queues)}]
semaphores = [sem_make('/' + name, 1) for name in ${text(semaphores)}]
files = [os.open('/dev/shm/' + name, os.O_RDWR | os.O_CREAT, 0o600) for name in ${text(files)}]
memfds = [os.memfd_create(str(at)) for at in range(${MANY.memfds})]
for one in memfds: os.ftruncate(one, 4096)
maps = [mapped(one, 4096) for one in memfds]
pipes = [os.pipe() for _ in range(${MANY.pipes})]
sockets = [socket.socketpair() for _ in range(${MANY.sockets})]
listener = socket.socket(); listener.bind(('127.0.0.1', 0)); listener.listen()
client = socket.create_connection(listener.getsockname())
os.mkfifo(${JSON.stringify(path)}); fifo = os.open(${JSON.stringify(path)}, os.O_RDWR)
threading.Thread(target=lambda: os.read(pipes[0][0], 1), daemon=True).start()
child = forked()
`,
      )
      .then(() => holder.run('child'));
    const sets = Array.from({ length: MANY.sets }, () => made.set(1));
    return new Stage(number, holder, child as number, [...queues, ...semaphores, ...files], sets);
  }

  /** Something changes, or nothing. */
  async change(): Promise<void> {
    const { number, holder } = this;
    const some = number(20);
    const changes = [
      () => send(this.queue, 1 + number(5), 'message'),
      // One that is full would block its only thread.
      () =>
        holder.run(
          `(mq_receive if mq_attr(queues[${some}])['now'] else lambda q: mq_send(q, b'x'))(queues[${some}])`,
        ),
      () => holder.run(`libc.sem_post(semaphores[${some}])`),
      () => holder.run(`os.ftruncate(files[${some}], ${number(4) * 4096})`),
      () => holder.run(`os.fchmod(files[${some}], ${0o600 + number(8)})`),
      () => holder.run(`pipes.append(os.pipe())`),
      () => holder.run(`os.close(pipes.pop()[0])`),
      () => holder.run(`os.write(pipes[${1 + some}][1], b'some')`),
      () => holder.run(`sockets[${some}][0].send(b'some')`),
      () => holder.run(`sockets.append(socket.socketpair())`),
      () => holder.run(`client.send(b'some')`),
    ];
    for (let many = number(4); many > 0; many--) await (changes[number(changes.length)] as () => unknown)();
    // Its threads sleep again.
    await until(() => [...this.pids].every(isAsleep));
    await pause(50);
  }

  /** All kinds, some of them only counted, and some objects closely. */
  interest(): Interest {
    const { number } = this;
    const levels = KINDS.map((kind) => [kind, number(10) === 0 ? 'count' : 'rows'] as const);
    const details = number(3) === 0 ? this.refs.filter(() => number(20) === 0) : [];
    return { levels: Object.fromEntries(levels), details, processes: number(2) === 0 };
  }

  /** Those that it made. */
  ours({ objects }: Findings): IpcObject[] {
    const ours = objects.filter((object) => {
      if (object.kind === 'sysv.sem' && this.sets.includes(object.id)) return true;
      if (object.kind === 'sysv.msg' && object.id === this.queue) return true;
      if ('name' in object && typeof object.name === 'string' && this.names.includes(object.name.slice(1)))
        return true;
      return object.endpoints?.some(({ pid }) => this.pids.has(pid)) === true;
    });
    this.refs = ours.map(({ ref }) => ref);
    return ours;
  }

  /** Facts as one finds them that knows nothing. */
  compare(found: Findings, interest: Interest): void {
    const both = [found, runNow(new Census(makeMechanisms()).take(interest))].map((one) => this.ours(one));
    // The test's own process has some of them, and runs; and another census of this machine may have a copy of one for a moment.
    const shared = new Set(
      both.flatMap((objects) =>
        objects
          .filter(({ endpoints = [] }) => endpoints.some(({ pid }) => !this.pids.has(pid)))
          .map(({ ref }) => ref),
      ),
    );
    const [told, alone] = both.map((objects) => factsOf(objects.filter(({ ref }) => !shared.has(ref))));
    expect(told).toEqual(alone);
  }
}

function isAsleep(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((tid) =>
    readFileSync(`/proc/${pid}/task/${tid}/stat`, 'latin1').includes(') S '),
  );
}

/** Facts, in an order. Since when somebody waits is measured anew by each census, to some milliseconds. */
function factsOf(objects: readonly IpcObject[]): unknown {
  const text = JSON.stringify(objects, (key, value: unknown) => (key === 'since' ? 0 : value));
  return (JSON.parse(text) as IpcObject[]).sort((a, b) => (a.ref < b.ref ? -1 : 1));
}
