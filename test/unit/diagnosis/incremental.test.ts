/** What is kept from one look to the next changes no answer; and who is stuck is what a plain reading of the definition says. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Edge, Member } from '../../../src/diagnosis/edge';
import { type Observation, Machine } from '../../../src/diagnosis/machine';
import { Objects } from '../../../src/diagnosis/objects';
import { stuckIn } from '../../../src/diagnosis/solve';
import { type Memory, step } from '../../../src/diagnosis/step';
import type { IpcObject } from '../../../src/protocol/kinds';
import { pipeRef, sysvRef, unixRef } from '../../../src/protocol/ref';
import type { Process } from '../../../src/protocol/snapshot';
import { base, end, joins, owner, reads, Scene, writes } from './scene';

/** An object by a small number; another `version` of it is another JavaScript object, and says something else. */
function objectOf(number: number, version: number): IpcObject {
  const pids = [1 + ((number + version) % 5)];
  const past = { pid: 99, at: 0, now: version % 2 === 0 ? ('gone' as const) : ('same' as const) };
  switch (number % 3) {
    case 0:
      return {
        ...{ kind: 'pipe', ref: pipeRef(String(number)), inode: String(number), ...base },
        endpoints: [end(pids[0] ?? 1, 'reader'), end(1 + ((number + 2) % 5), 'writer')],
      };
    case 1:
      return {
        ...{ kind: 'sysv.shm', ref: sysvRef('sysv.shm', '1', number), id: number, key: 0, ...base },
        ...{ creator: owner, changedAt: 0, bytes: 1, attachments: 0, resident: 0, swapped: 0 },
        ...{ createdBy: past, lastUse: past, attachedAt: null, detachedAt: null },
      };
    default:
      return {
        ...{ kind: 'unix', ref: unixRef(String(number), String(number)), inode: String(number), ...base },
        ...{ type: 'stream', flags: [version % 2 === 0 ? 'stale' : 'listening'] },
        name: { is: 'path', text: `/run/${number}` },
      };
  }
}

const numbers = fc.uniqueArray(fc.nat(30), { maxLength: 20 });
/** Looks one after another: which objects there are in which order, and which of them are others than before. */
const looks = fc.array(fc.record({ numbers, others: fc.array(fc.nat(30), { maxLength: 3 }) }), {
  minLength: 1,
  maxLength: 6,
});

function* lookedAt(all: readonly { numbers: number[]; others: number[] }[]): Generator<Observation> {
  const versions = new Map<number, number>();
  const known = new Map<string, IpcObject>();
  for (const [at, { numbers: some, others }] of all.entries()) {
    for (const one of others) versions.set(one, (versions.get(one) ?? 0) + 1);
    const objects = some.map((number) => {
      const version = versions.get(number) ?? 0;
      const name = `${number} ${version}`;
      const object = known.get(name) ?? objectOf(number, version);
      known.set(name, object);
      return object;
    });
    const pipes = objects.filter(({ kind }) => kind === 'pipe').map(({ ref }) => ref);
    const scene = new Scene();
    for (let pid = 1; pid <= 5; pid++) {
      const [pipe] = pipes.slice(pid % Math.max(pipes.length, 1));
      scene.process(pid, [pipe ? (pid % 2 ? reads(pipe) : writes(pipe)) : 'runs', joins]);
    }
    yield { ...scene.look(at * 1_000_000), objects };
  }
}

test('a step over what is kept answers as one from nothing', () => {
  fc.assert(
    fc.property(looks, (all) => {
      let kept: Memory | undefined;
      let anew: Memory | undefined;
      for (const look of lookedAt(all)) {
        const one = step(look, kept);
        const other = step(look, anew && { ...anew, objects: Objects.of([]) });
        expect(one.findings).toEqual(other.findings);
        expect(one.early).toEqual(other.early);
        [kept, anew] = [one.memory, other.memory];
      }
    }),
    { numRuns: 200 },
  );
});

test('an index over what is kept finds what one from nothing finds, and the one before goes on as it was', () => {
  const STALE = { kind: 'unix', has: ({ flags }: { flags: string[] }) => flags.includes('stale') } as const;
  const answers = (index: Objects, all: readonly IpcObject[]) => [
    all.map(({ kind, ref }) => index.find(kind, ref)),
    index.kind('pipe'),
    index.chosen(STALE),
  ];
  const every = Array.from({ length: 31 }, (_, number) => objectOf(number, 0));
  fc.assert(
    fc.property(looks, (all) => {
      let before: { index: Objects; answers: unknown } | undefined;
      for (const { objects } of lookedAt(all)) {
        const index = Objects.of(objects, before?.index);
        const found = answers(index, every);
        expect(found).toEqual(answers(Objects.of(objects), every));
        if (before) expect(answers(before.index, every)).toEqual(before.answers);
        before = { index, answers: found };
      }
    }),
    { numRuns: 200 },
  );
});

const member = fc.oneof(
  fc.record({ is: fc.constant('process' as const), pid: fc.integer({ min: 1, max: 7 }) }),
  fc.record({
    is: fc.constant('thread' as const),
    pid: fc.integer({ min: 1, max: 6 }),
    tid: fc.integer({ min: 0, max: 2 }),
  }),
  fc.record({ is: fc.constant('ended' as const), pid: fc.constant(9) }),
);
const thread = fc.record({
  edge: fc.option(
    fc.record({
      need: fc.constantFrom('any' as const, 'all' as const),
      members: fc.array(member, { maxLength: 3 }),
      closing: fc.constantFrom('closed' as const, 'unseen' as const, 'open' as const),
      own: fc.boolean(),
    }),
    { freq: 4 },
  ),
  inert: fc.boolean(),
  sleeps: fc.boolean(),
});

test('who is stuck is the greatest set that nobody outside can free', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(thread, { maxLength: 3 }), { maxLength: 6 }),
      fc.boolean(),
      (all, likely) => {
        const processes: Process[] = all.map((threads, at) => ({
          ...{ pid: at + 1, startTime: '1', state: 'S', name: 'p', threadCount: threads.length },
          threads: threads.map(({ inert }, of) => ({ tid: (at + 1) * 10 + of, state: inert ? 'T' : 'S' })),
        }));
        const machine = new Machine({ startedAt: 0, endedAt: 0, objects: [], processes, blind: [] });
        const flat = all.flat();
        const edges = flat.map(({ edge }, number): Edge | undefined => {
          if (!edge) return undefined;
          const members = edge.members.map((one): Member =>
            one.is === 'thread' ? { ...one, tid: one.pid * 10 + one.tid } : one,
          );
          const { own, ...rest } = edge;
          // What waits for its own process alone waits for nobody else.
          const { pid } = machine.threads[number]?.process ?? { pid: 0 };
          return own
            ? { need: 'any', closing: 'closed', holes: [], members: [{ is: 'process', pid }], own }
            : { ...rest, members, holes: [] };
        });
        const sleepers = new Map(
          flat.flatMap(({ sleeps, edge, inert }, at) =>
            sleeps && !edge && !inert ? [[at, 'other'] as const] : [],
          ),
        );
        expect([...stuckIn(machine, { edges, sleepers: new Map(sleepers) }, likely)]).toEqual(
          plainly(machine, edges, sleepers, likely),
        );
      },
    ),
    { numRuns: 500 },
  );
});

/** As it is defined: takes away who can be freed until nobody can. */
function plainly(
  machine: Machine,
  edges: readonly (Edge | undefined)[],
  sleepers: ReadonlyMap<number, unknown>,
  likely: boolean,
): number[] {
  const { threads } = machine;
  const stuck = threads.map(({ number, inert, process }) => {
    const edge = edges[number];
    if (inert || !edge || edge.members.length === 0) return false;
    const isKnown = edge.own === true || edge.members.some(({ pid }) => pid !== process.pid);
    return edge.closing === 'closed' || (likely && isKnown);
  });
  const acts = (number: number, alone = false): boolean => {
    const node = threads[number];
    if (!node || node.inert || stuck[number]) return false;
    if (alone) return true;
    const others = node.home.threads.some((one) => stuck[one.number] && !edges[one.number]?.own);
    return !(likely && sleepers.has(number) && others);
  };
  const canAct = (one: Member): boolean => {
    if (one.is === 'ended') return false;
    const home = machine.home(one.pid);
    // Nothing is known of it.
    if (!home || home.threads.length === 0) return true;
    if (one.is === 'process') return home.threads.some(({ number }) => acts(number));
    return home.threads.some(({ number, thread: { tid } }) => tid === one.tid && acts(number, true));
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const { number } of threads) {
      const { need, members } = edges[number] ?? { need: 'any', members: [] };
      const free = need === 'all' ? members.every(canAct) : members.some(canAct);
      if (!stuck[number] || !free) continue;
      stuck[number] = false;
      changed = true;
    }
  }
  return stuck.map(Number);
}
