/** The pull protocol: whatever is asked, cancelled or lost, the caller ends up with what is there. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Batch, ChangesParameters, Interest } from '../../src/protocol/calls';
import { IpcFailure } from '../../src/protocol/errors';
import type { IpcObject } from '../../src/protocol/kinds';
import { type SysvKind, SYSV_KINDS, type Ref, sysvRef } from '../../src/protocol/ref';
import type { Findings } from '../../src/native/census/census';
import { type Cancellation, ChangeFeed } from '../../src/native/changes';

const NEVER: Cancellation = { isCancellationRequested: false, onCancellationRequested: () => undefined };

/** A machine whose objects are set by hand. An object that did not change stays the same JavaScript object, as the census promises. */
class Machine {
  readonly objects = new Map<Ref, IpcObject>();
  censuses = 0;
  /** Whether the last one was asked to take nothing for unchanged. */
  full = false;

  *take(interest: Interest, { full = false } = {}): Generator<undefined, Findings> {
    this.censuses++;
    this.full = full;
    yield;
    const objects = [...this.objects].filter(
      ([ref, { kind }]) => interest.levels[kind] === 'rows' || interest.details.includes(ref),
    );
    const counts = Object.fromEntries(
      SYSV_KINDS.map((kind) => [
        kind,
        [...this.objects.values()].filter((object) => object.kind === kind).length,
      ]),
    );
    return findings(
      objects.map(([, one]) => one),
      counts,
    );
  }

  set(kind: SysvKind, id: number, messages: number): void {
    const one = object(id, kind, messages);
    this.objects.set(one.ref, one);
  }
}

function object(id: number, kind: SysvKind = 'sysv.msg', messages = 0): IpcObject {
  return { kind, ref: sysvRef(kind, '1', id), id, messages } as unknown as IpcObject;
}

function findings(objects: IpcObject[], counts: Findings['counts'] = {}): Findings {
  const host = {} as Findings['host'];
  return { startedAt: 1, endedAt: 2, host, counts, objects, processes: [], blind: [] };
}

/** A caller that keeps what it was told, by the rules of the protocol. */
class Caller {
  position: Pick<ChangesParameters, 'epoch' | 'seq'> = { epoch: null, seq: 0 };
  readonly objects = new Map<Ref, IpcObject>();

  ask(interest: Interest, fresh = true): ChangesParameters {
    for (const [ref, { kind }] of this.objects)
      if (interest.levels[kind] !== 'rows' && !interest.details.includes(ref)) this.objects.delete(ref);
    return { ...this.position, interest, interval: 10, fresh };
  }

  apply(batch: Batch): void {
    if (batch.full) this.objects.clear();
    for (const object of [...batch.added, ...batch.changed]) this.objects.set(object.ref, object);
    for (const ref of batch.removed) {
      expect(this.objects.has(ref)).toBe(true);
      this.objects.delete(ref);
    }
    this.position = { epoch: batch.epoch, seq: batch.seq };
  }
}

const ROWS: Interest = {
  levels: { 'sysv.msg': 'rows', 'sysv.sem': 'rows', 'sysv.shm': 'rows' },
  details: [],
};

describe('changes', () => {
  test('the first answer is full, the next holds what differs, an open one waits for it', async () => {
    const machine = new Machine();
    const feed = new ChangeFeed(machine);
    const caller = new Caller();
    machine.set('sysv.msg', 1, 0);
    const first = await feed.changes(caller.ask(ROWS), NEVER);
    expect(first).toMatchObject({ full: true, seq: 1, added: [{ id: 1 }] });
    caller.apply(first);

    let answered = false;
    const open = feed.changes(caller.ask(ROWS, false), NEVER).then((batch) => {
      answered = true;
      return batch;
    });
    const before = machine.censuses;
    while (machine.censuses < before + 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(answered).toBe(false);
    machine.set('sysv.msg', 1, 1);
    machine.set('sysv.msg', 2, 0);
    expect(await open).toMatchObject({ full: false, changed: [{ id: 1 }], added: [{ id: 2 }], removed: [] });
  });

  test('another epoch or seq gets everything', async () => {
    const machine = new Machine();
    const feed = new ChangeFeed(machine);
    machine.set('sysv.msg', 1, 0);
    const first = await feed.changes({ epoch: null, seq: 0, interest: ROWS, interval: 10 }, NEVER);
    for (const position of [
      { epoch: 'other', seq: first.seq },
      { epoch: first.epoch, seq: first.seq + 7 },
    ]) {
      const again = await feed.changes({ ...position, interest: ROWS, interval: 10, fresh: true }, NEVER);
      expect(again).toMatchObject({ full: true, added: [{ id: 1 }] });
    }
  });

  test('only a thorough refresh, and who has nothing yet, have nothing taken for unchanged', async () => {
    const machine = new Machine();
    const feed = new ChangeFeed(machine);
    const caller = new Caller();
    const look = async (how: Partial<ChangesParameters>) => {
      const batch = await feed.changes({ ...caller.ask(ROWS), ...how }, NEVER);
      caller.apply(batch);
      return [machine.full, batch.full];
    };
    expect(await look({})).toEqual([true, true]);
    expect(await look({})).toEqual([false, false]);
    expect(await look({ thorough: true })).toEqual([true, false]);
    expect(await look({})).toEqual([false, false]);
  });

  test('a newer request ends the older one, and a cancel ends an open one', async () => {
    const feed = new ChangeFeed(new Machine());
    const first = await feed.changes({ epoch: null, seq: 0, interest: ROWS, interval: 10 }, NEVER);
    const open = { epoch: first.epoch, seq: first.seq, interest: ROWS, interval: 60_000 };
    const older = feed.changes(open, NEVER);
    let cancel: () => void = () => undefined;
    const newer = feed.changes(open, {
      isCancellationRequested: false,
      onCancellationRequested: (listener) => (cancel = listener),
    });
    await expect(older).rejects.toEqual(new IpcFailure({ code: 'superseded' }));
    cancel();
    await expect(newer).rejects.toEqual(new IpcFailure({ code: 'cancelled' }));
  });

  test('what the kernel gave twice in one look and once in the next is not gone', async () => {
    const [a, x, b] = [0, 1, 2].map((id) => object(id)) as [IpcObject, IpcObject, IpcObject];
    const looks = [
      [a, x, x, b],
      [a, x, b],
      [x, a, x, b],
      [a, b],
    ];
    let look = 0;
    const feed = new ChangeFeed({
      *take() {
        yield;
        return findings(looks[look++] ?? []);
      },
    });
    const caller = new Caller();
    for (const now of looks) {
      caller.apply(await feed.changes(caller.ask(ROWS), NEVER));
      expect([...caller.objects.keys()].sort()).toEqual([...new Set(now.map(({ ref }) => ref))].sort());
    }
  });

  test('nothing is read while nothing is asked', async () => {
    const machine = new Machine();
    const feed = new ChangeFeed(machine);
    await feed.changes({ epoch: null, seq: 0, interest: ROWS, interval: 10 }, NEVER);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(machine.censuses).toBe(1);
  });

  test('whatever happens in between, the caller has what it looks at', async () => {
    const step = fc.oneof(
      fc.record({ does: fc.constant('set' as const), id: fc.nat(5), kind: fc.nat(2), messages: fc.nat(3) }),
      fc.record({ does: fc.constant('remove' as const), id: fc.nat(5), kind: fc.nat(2) }),
      fc.record({
        does: fc.constant('look' as const),
        levels: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)),
        detail: fc.nat(5),
      }),
      fc.record({ does: fc.constantFrom('lose' as const, 'cancel' as const, 'ask' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const machine = new Machine();
        const feed = new ChangeFeed(machine);
        const caller = new Caller();
        let interest = ROWS;
        for (const one of steps) {
          const kind = 'kind' in one ? (SYSV_KINDS[one.kind] as SysvKind) : 'sysv.msg';
          if (one.does === 'set') machine.set(kind, one.id, one.messages);
          else if (one.does === 'remove') machine.objects.delete(sysvRef(kind, '1', one.id));
          else if (one.does === 'look') {
            const levels: Interest['levels'] = {};
            for (const [at, level] of one.levels.entries())
              if (level > 0) levels[SYSV_KINDS[at] as SysvKind] = level === 1 ? 'count' : 'rows';
            interest = { levels, details: [sysvRef('sysv.msg', '1', one.detail)] };
          } else if (one.does === 'lose') await feed.changes(caller.ask(interest), NEVER);
          else if (one.does === 'cancel') {
            const gone = feed.changes(caller.ask(interest), {
              // Cancelled before it was heard: such a token of vscode-jsonrpc never fires.
              isCancellationRequested: true,
              onCancellationRequested: () => undefined,
            });
            await expect(gone).rejects.toThrow('cancelled');
          } else caller.apply(await feed.changes(caller.ask(interest), NEVER));
        }
        caller.apply(await feed.changes(caller.ask(interest), NEVER));
        const wanted = [...machine.objects].filter(
          ([ref, { kind }]) => interest.levels[kind] === 'rows' || interest.details.includes(ref),
        );
        expect([...caller.objects].sort()).toEqual(wanted.sort());
      }),
      { numRuns: 500 },
    );
  });
});
