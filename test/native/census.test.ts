/**
 * A census that knows what it saw before must find what one finds that sees all for the first time: after each of thousands of random
 * steps of processes that open, close, pass, share, block, begin and end. The seed and the steps are printed where it does not.
 */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { Census, type Findings } from '../../src/native/census/census';
import { pretendDenied } from '../../src/native/libc/kcmp';
import { WalkerThread } from '../../src/native/census/descriptors/walkerThread';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import type { Interest } from '../../src/protocol/calls';
import type { Endpoint } from '../../src/protocol/facts';
import type { IpcObject } from '../../src/protocol/kinds';
import type { Ref } from '../../src/protocol/ref';
import { type Actor, signal, Troupe } from '../support/actors';
import { BESIDE } from '../support/helper';
import { random } from '../support/inProcess';
import { needs } from '../support/oracles';
import { Made } from '../support/sysv';
import type { Wait } from '../../src/protocol/waits';

const made = new Made();
let troupe: Troupe | undefined;
beforeAll(prepare);
afterEach(async () => {
  await troupe?.end();
  troupe = undefined;
  made.clean();
});

const RUNS = Number(process.env.CENSUS_RUNS ?? 2);
const STEPS = 500;
/** Steps between two comparisons, on average. */
const APART = 8;
const PROCESSES = 8;
const THREADS = 16;

for (let run = 0; run < RUNS; run++) {
  const seed = Number(process.env.CENSUS_SEED ?? Math.floor(Math.random() * 2 ** 31)) + run;
  test(`${STEPS} steps of seed ${seed}`, async (context) => {
    needs(context, 'python3');
    const steps: string[] = [];
    try {
      await play(seed, steps);
    } catch (error) {
      console.log(`CENSUS_SEED=${seed}\n${steps.join('\n')}`);
      throw error;
    }
  }, 120_000);
}

/** Every look walks everybody then, so fewer will do. */
const FEW = 120;

test(`${FEW} steps where nothing may be compared by kcmp`, async (context) => {
  needs(context, 'python3');
  const steps: string[] = [];
  const seed = Number(process.env.CENSUS_SEED ?? Math.floor(Math.random() * 2 ** 31));
  pretendDenied(true);
  try {
    await play(seed, steps, FEW);
  } catch (error) {
    console.log(`CENSUS_SEED=${seed}, denied\n${steps.join('\n')}`);
    throw error;
  } finally {
    pretendDenied(false);
  }
}, 120_000);

async function play(seed: number, steps: string[], many = STEPS): Promise<void> {
  const number = random(seed);
  troupe = new Troupe();
  await troupe.begin();
  const ids = { queue: made.queue(), set: made.set(3), segment: made.segment(8192) };
  // The one that knows what it saw before has another thread that lists descriptors, as in the helper.
  const census = new Census(makeMechanisms(), { second: new WalkerThread(BESIDE, 1) });
  const cast = new Director(troupe, number, ids, steps);
  await troupe.still();
  let details: Ref[] = [];
  for (let step = 0; step < many; step++) {
    await cast.step();
    if (number(APART) > 0) continue;
    details = await compare(troupe, census, ids, number(4) === 0 ? details : [], steps);
  }
}

/** Chooses who does what. */
class Director {
  private readonly stopped = new Set<number>();
  private readonly dead: number[] = [];
  /** They were killed and may not have heard of it yet. */
  private readonly doomed = new Set<number>();

  constructor(
    private readonly troupe: Troupe,
    private readonly number: (most: number) => number,
    private readonly ids: { queue: number; set: number; segment: number },
    private readonly steps: string[],
  ) {}

  async step(): Promise<void> {
    const { number, troupe } = this;
    const pids = troupe.living();
    this.doomed.clear();
    for (const pid of this.stopped) if (!pids.includes(pid)) this.stopped.delete(pid);
    const idle = () => troupe.actors.filter((one) => !one.busy && one.alive && !this.stopped.has(one.pid));
    const pid = pids[number(pids.length)] ?? 0;
    const other = troupe.actors[number(troupe.actors.length)];
    const what = number(100);
    if (this.stopped.has(pid) && what < 60) this.send(pid, 'SIGCONT');
    else if (what < 3 && idle().length > 1) this.send(pid, 'SIGSTOP');
    else if ((what < 6 && pids.length > 2) || pids.length > PROCESSES) this.send(pid, 'SIGKILL');
    else if (idle().length === 0) this.send(pids.find((one) => !this.stopped.has(one)) ?? pid, 'SIGKILL');
    const free = idle().filter(({ pid: one }) => !this.doomed.has(one));
    const actor = free[number(free.length)];
    if (actor && other) await this.tell(actor, other);
    await troupe.still();
    if (troupe.actors.length === 0) {
      await troupe.end();
      throw new Error('nobody is left');
    }
  }

  private send(pid: number, which: NodeJS.Signals): void {
    // Somebody must be left.
    if (which !== 'SIGCONT' && this.troupe.living().length < 2) return;
    this.steps.push(`${which} ${pid}`);
    signal(pid, which);
    if (which === 'SIGSTOP') this.stopped.add(pid);
    else this.stopped.delete(pid);
    if (which !== 'SIGKILL') return;
    this.dead.push(pid);
    this.doomed.add(pid);
  }

  private async tell(actor: Actor, other: Actor): Promise<void> {
    const { number, troupe } = this;
    const many = troupe.living().length >= PROCESSES;
    const crowded = many || troupe.actors.length >= THREADS;
    const alone = troupe.living().length < 2 || troupe.actors.filter((one) => !one.busy).length < 3;
    const { queue, set, segment } = this.ids;
    const some = number(64);
    const file = number(4);
    const verbs: [weight: number, verb: string, ...numbers: number[]][] = [
      [8, 'pipe', number(3), number(2)],
      [5, 'close', some],
      [3, 'dup', some],
      [3, 'over', some, number(64)],
      [3, 'replace', some],
      [1, 'covered', some],
      [3, 'nonblocking', some, number(2)],
      [4, 'put', some, 1 + number(70_000)],
      [3, 'take', some],
      [3, 'pass_on', some, other.tid],
      [3, 'pass_away', some, other.tid],
      [4, 'accept'],
      [3, 'make', file],
      [5, 'open', file, number(3)],
      [2, 'through', file, other.tid],
      [3, 'rename', file, number(4)],
      [1, 'unlink', file],
      [1, 'mode', file, number(0o100)],
      [many ? 0 : 3, 'fork', 0, 0],
      [many ? 0 : 3, 'fork', 1, 0],
      [many || this.dead.length === 0 ? 0 : 3, 'fork', number(2), this.dead[number(this.dead.length)] ?? 0],
      [crowded ? 0 : 3, 'thread'],
      [2, 'apart'],
      [alone ? 0 : 2, 'leave'],
      [alone ? 0 : 1, 'exit'],
      [actor.pid === actor.tid ? 1 : 0, 'exec'],
      [4, 'operate', set, number(3), number(2) * 2 - 1],
      [2, 'value', set, number(3), number(9)],
      [4, 'send', queue, 1 + number(3000)],
      [4, 'receive', queue],
      [3, 'attach', segment, number(2)],
      [2, 'detach', some],
      ...(alone
        ? []
        : ([
            [5, 'wait_read', some],
            [2, 'wait_write', some],
            [2, 'wait_poll', some, number(64), number(2)],
            [3, 'wait_open', file, number(2)],
            [2, 'wait_receive', queue],
            [2, 'wait_operate', set, number(3)],
          ] as [number, string, ...number[]][])),
    ];
    let at = number(verbs.reduce((sum, [weight]) => sum + weight, 0));
    const [, verb, ...numbers] = verbs.find(([weight]) => (at -= weight) < 0) ?? [0, 'accept'];
    const line = `${actor.pid}/${actor.tid} ${[verb, ...numbers].join(' ')}`;
    this.steps.push(line);
    if (verb === 'exec') troupe.forget(({ pid }) => pid === actor.pid);
    if (verb === 'exit') {
      troupe.forget(({ pid }) => pid === actor.pid);
      this.dead.push(actor.pid);
    }
    if (verb === 'leave') troupe.forget((one) => one === actor);
    const answer = await actor.tell(verb, ...numbers);
    this.steps[this.steps.length - 1] = `${line}: ${JSON.stringify(answer)}`;
    if (verb === 'fork' && answer?.[0] === 'done') troupe.expect(answer[1] ?? 0);
  }
}

/** Both at a moment in which nobody ran. Answers the refs of what was compared. */
async function compare(
  troupe: Troupe,
  census: Census,
  ids: { queue: number; set: number; segment: number },
  details: Ref[],
  steps: string[],
): Promise<Ref[]> {
  const interest: Interest = {
    levels: { 'sysv.msg': 'rows', 'sysv.sem': 'rows', 'sysv.shm': 'rows', pipe: 'rows', fifo: 'rows' },
    details,
    processes: true,
  };
  for (;;) {
    const before = await troupe.still();
    const found = runNow(census.take(interest));
    const fresh = runNow(new Census(makeMechanisms()).take(interest));
    if (troupe.clocks() !== before) {
      steps.push('somebody ran');
      continue;
    }
    // Another census of this machine has a copy of an end for a moment.
    if (strangers(found, troupe) || strangers(fresh, troupe)) {
      steps.push('a stranger held an end');
      continue;
    }
    steps.push(`compared${details.length > 0 ? ' closely' : ''}`);
    const mistaken = new Set([
      ...mistakes(found, troupe),
      ...mistakes(fresh, troupe),
      ...overlooked(found, fresh, troupe),
      ...renumbered(found, fresh),
    ]);
    const doubted = doubtedIn(found, fresh);
    const blurred = new Set([
      ...[found, fresh].flatMap((one) => waitedAt(one, mistaken)),
      ...[found, fresh].flatMap((one) => readBy(one, doubted)),
    ]);
    const apart = { mistaken, blurred, doubted };
    const whole = ours(fresh, troupe, ids, apart);
    expect(ours(found, troupe, ids, apart)).toEqual(whole);
    return whole.objects.map(({ ref }) => ref);
  }
}

/** Whether somebody else holds an end of a stream of theirs. */
function strangers(found: Findings, troupe: Troupe): boolean {
  const pids = new Set(troupe.living());
  return found.objects.some(({ kind, endpoints = [] }) => {
    const ours = endpoints.filter(({ pid }) => pids.has(pid)).length;
    return (kind === 'pipe' || kind === 'fifo') && ours > 0 && ours < endpoints.length;
  });
}

/** What is not compared, or not whole. */
interface Apart {
  mistaken: ReadonlySet<number>;
  blurred: ReadonlySet<Ref>;
  doubted: ReadonlySet<number>;
}

/** What concerns them, in an order that does not depend on who was found first. */
function ours(
  found: Findings,
  troupe: Troupe,
  { queue, set, segment }: { queue: number; set: number; segment: number },
  { mistaken, blurred, doubted }: Apart,
) {
  const pids = new Set(troupe.living());
  const mine = (object: IpcObject) =>
    'id' in object
      ? [queue, set, segment].includes(object.id)
      : object.endpoints?.some(({ pid }) => pids.has(pid));
  const objects = found.objects
    .filter((object) => mine(object) && !blurred.has(object.ref))
    .map((object) => {
      const flags = object.flags.filter((flag) => mistaken.size === 0 || !/^(empty|full)$/.test(flag)).sort();
      const endpoints = (object.endpoints ?? []).map(({ waits, ...end }) => {
        const right = waits?.filter(({ tid }) => !mistaken.has(tid)) ?? [];
        return right.length > 0
          ? { ...end, waits: right.map((wait) => comparable(wait, false, doubted.has(wait.tid))) }
          : end;
      });
      return { ...object, flags, endpoints: sorted(endpoints) };
    })
    .sort((a, b) => (a.ref < b.ref ? -1 : 1));
  const processes = found.processes
    .filter(({ pid }) => pids.has(pid))
    .map(({ signals, threads, ...process }) => ({
      ...process,
      signals: { ...signals, queued: undefined },
      // When a thread ran last is measured, by each census for itself.
      threads: threads?.map(({ wait, ...thread }) => ({
        ...thread,
        wait:
          wait === undefined || wait === 'runs'
            ? wait
            : comparable(wait, mistaken.has(wait.tid), doubted.has(wait.tid)),
      })),
    }));
  return { objects, processes };
}

/** A wait without the moment, and where it is mistaken without its objects. */
function comparable(
  { since: _since, atLeast: _atLeast, ...wait }: Wait,
  mistaken = false,
  doubted = false,
): Wait {
  const { by, ...rest } = wait;
  const told = { ...rest, certain: wait.certain && !doubted };
  if (mistaken) return { ...told, on: { is: 'unknown' }, certain: false };
  return by === undefined ? told : { ...told, by };
}

/**
 * The threads whose waits who has looked before has reason to doubt, and who looks for the first time has not: another process had the same table of descriptors, and has ended, or has one of its own by
 * now. The other way round nothing may differ.
 */
function doubtedIn(found: Findings, fresh: Findings): ReadonlySet<number> {
  const certain = new Set(waitsOf(fresh).flatMap((wait) => (wait.certain ? [wait.tid] : [])));
  return new Set(
    waitsOf(found).flatMap((wait) => (!wait.certain && certain.has(wait.tid) ? [wait.tid] : [])),
  );
}

function waitsOf({ objects, processes }: Findings): Wait[] {
  return [
    ...objects.flatMap(({ endpoints = [] }) => endpoints.flatMap(({ waits = [] }) => waits)),
    ...processes
      .flatMap(({ threads = [] }) => threads.map(({ wait }) => wait))
      .filter((wait) => wait !== undefined && wait !== 'runs'),
  ];
}

/** Streams of which a wait that is no proof makes the look ask more. */
function readBy({ objects }: Findings, doubted: ReadonlySet<number>): Ref[] {
  return objects
    .filter(({ kind }) => kind === 'fifo' || kind === 'pipe')
    .filter(({ endpoints = [] }) =>
      endpoints.some(({ waits = [] }) => waits.some(({ tid }) => doubted.has(tid))),
    )
    .map(({ ref }) => ref);
}

/**
 * The threads that went to sleep in another object under the same number, or, opening a FIFO, the same path: the kernel does not tell that, and who looks for the first
 * time after the exchange cannot know. Who has looked before knows, and the test of that stands in waits.test.ts.
 */
function mistakes(found: Findings, troupe: Troupe): number[] {
  const meant = new Map(troupe.actors.map(({ tid, blockedOn }) => [tid, blockedOn]));
  return waitsAt(found)
    .filter(({ tid, fd, inode }) => {
      const right = meant.get(tid)?.get(fd);
      return right !== undefined && inode !== undefined && inode !== right;
    })
    .map(({ tid }) => tid);
}

/** The same where nothing, or no stream, has the number by now: who looks for the first time finds no object for the wait. Only where who has looked before has the right one. */
function overlooked(found: Findings, fresh: Findings, troupe: Troupe): number[] {
  const meant = new Map(troupe.actors.map(({ tid, blockedOn }) => [tid, blockedOn]));
  // An opener that it finds on no file has a row of its own, without an inode.
  const seen = new Set(waitsAt(fresh).flatMap(({ tid, inode }) => (inode === undefined ? [] : [tid])));
  return waitsAt(found)
    .filter(
      ({ tid, fd, inode }) => !seen.has(tid) && inode !== undefined && meant.get(tid)?.get(fd) === inode,
    )
    .map(({ tid }) => tid);
}

/** The same where the file that took the place of a FIFO got its number too, so that no inode tells them apart: who has looked before is certain that it was replaced, and the other is not certain. */
function renumbered(found: Findings, fresh: Findings): number[] {
  const guessed = new Set(waitsOf(fresh).flatMap(({ tid, by }) => (by === 'path' ? [tid] : [])));
  return waitsOf(found).flatMap(({ tid, on, certain }) =>
    certain && on.is === 'path' && on.ref?.startsWith('fifo:opener:') && guessed.has(tid) ? [tid] : [],
  );
}

/** FIFOs that such threads wait to open: who does not know of them says other things of these files. */
function waitedAt({ objects }: Findings, mistaken: ReadonlySet<number>): Ref[] {
  return objects
    .filter(({ endpoints = [] }) =>
      endpoints.some(
        ({ role, waits = [] }) => role === 'waiter' && waits.some(({ tid }) => mistaken.has(tid)),
      ),
    )
    .filter(({ kind }) => kind === 'fifo')
    .map(({ ref }) => ref);
}

/** Every wait that stands at an object. */
function waitsAt({ objects }: Findings): { tid: number; fd: number; inode: string | undefined }[] {
  return objects.flatMap((object) =>
    (object.endpoints ?? []).flatMap(({ fd = -1, waits = [] }) =>
      waits.map(({ tid }) => ({
        tid,
        fd,
        inode: 'inode' in object ? (object.inode ?? undefined) : undefined,
      })),
    ),
  );
}

function sorted(ends: readonly Endpoint[]): Endpoint[] {
  const descriptions = new Map<string, number>();
  const key = ({ pid, tid, fd, address, role }: Endpoint) => JSON.stringify([pid, tid, fd, address, role]);
  return [...ends]
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .map(({ description, ...end }) => {
      if (description === undefined) return end;
      const name = `${end.role} ${description}`;
      if (!descriptions.has(name)) descriptions.set(name, descriptions.size);
      return { ...end, description: descriptions.get(name) };
    });
}
