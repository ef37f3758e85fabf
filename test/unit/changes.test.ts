/** The pull protocol: whatever is asked, cancelled or lost, the caller ends up with what is there. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Batch, ChangesParameters, Interest } from '../../src/protocol/calls';
import { IpcFailure } from '../../src/protocol/errors';
import type { Diagnosis } from '../../src/protocol/findings';
import type { IpcObject } from '../../src/protocol/kinds';
import { goneBy, owedAfter } from '../../src/protocol/pending';
import { type Kind, type SysvKind, SYSV_KINDS, type Ref, kindOf, sysvRef } from '../../src/protocol/ref';
import type { Census, Findings, Pass } from '../../src/native/census/census';
import { type Cancellation, ChangeFeed } from '../../src/native/changes';
import { until } from '../support/until';

const NEVER: Cancellation = { isCancellationRequested: false, onCancellationRequested: () => undefined };

/** A machine whose objects are set by hand. An object that did not change stays the same JavaScript object, as the census promises. */
class Machine {
  readonly objects = new Map<Ref, IpcObject>();
  censuses = 0;
  /** Whether the last one was asked to take nothing for unchanged. */
  full = false;

  /** Called between two kinds of a look. */
  between: () => void = () => undefined;

  /** Looks that have neither come to their end nor been given up. */
  open = 0;

  begin(interest: Interest, { full = false, first = [] }: Parameters<Census['begin']>[1] = {}): Pass {
    this.censuses++;
    this.full = full;
    const read = new Set<Kind>();
    const objects: IpcObject[] = [];
    const counts: Findings['counts'] = {};
    const all = this.objects;
    function* steps(this: Machine) {
      this.open++;
      try {
        for (const kind of new Set([...(first as SysvKind[]), ...SYSV_KINDS])) {
          yield undefined;
          const here = [...all.values()].filter((one) => one.kind === kind);
          for (const one of here)
            if (interest.levels[kind] === 'rows' || interest.details.includes(one.ref)) objects.push(one);
          counts[kind] = here.length;
          read.add(kind);
          this.between();
        }
        yield undefined;
        return findings(objects, counts);
      } finally {
        this.open--;
      }
    }
    const soFar = () => ({
      ...findings([...objects], { ...counts }),
      pending: SYSV_KINDS.filter((kind) => !read.has(kind)),
    });
    return { steps: steps.call(this), soFar };
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
  const host = { usage: {} } as Findings['host'];
  return { startedAt: 1, endedAt: 2, host, counts, objects, processes: [], blind: [], pending: [] };
}

/** A caller that keeps what it was told, by the rules of the protocol. */
class Caller {
  position: Pick<ChangesParameters, 'epoch' | 'seq'> = { epoch: null, seq: 0 };
  readonly objects = new Map<Ref, IpcObject>();
  private owed: ReadonlySet<Kind> = new Set();

  ask(interest: Interest, fresh = true): ChangesParameters {
    for (const [ref, { kind }] of this.objects)
      if (interest.levels[kind] !== 'rows' && !interest.details.includes(ref)) this.objects.delete(ref);
    return { ...this.position, interest, interval: 10, fresh };
  }

  apply(batch: Batch): void {
    const told = [
      ...batch.added,
      ...batch.changed,
      ...batch.removed.map((ref) => ({ ref, kind: undefined })),
    ];
    for (const { ref, kind } of told) expect(batch.pending).not.toContain(kind ?? kindOf(ref));
    for (const ref of batch.removed) expect(this.objects.has(ref)).toBe(true);
    for (const kind of batch.pending) expect(batch.counts[kind]).toBeUndefined();
    for (const ref of goneBy(batch, this.objects.keys(), this.owed)) this.objects.delete(ref);
    this.owed = owedAfter(batch, this.owed);
    for (const object of [...batch.added, ...batch.changed]) this.objects.set(object.ref, object);
    this.position = { epoch: batch.epoch, seq: batch.seq };
  }
}

/** As if telling took no time. */
const NO_PACE = {
  perObject: 0,
  worked: () => undefined,
  tells: () => undefined,
  arrived: () => undefined,
};

const ROWS: Interest = {
  levels: { 'sysv.msg': 'rows', 'sysv.sem': 'rows', 'sysv.shm': 'rows' },
  details: [],
};

describe('changes', () => {
  test('what is wrong is told when it differs, between looks, once for as long as it is asked for', async () => {
    const feed = new ChangeFeed(new Machine());
    let differs: () => void = () => undefined;
    let wanted = 0;
    const diagnosing = {
      last: undefined as Diagnosis | undefined,
      onDiffers: (listener: () => void) => (differs = listener),
      want: () => {
        wanted++;
        return () => wanted--;
      },
    };
    feed.diagnoseWith(diagnosing);
    const caller = new Caller();
    const asked = { ...ROWS, findings: true };
    const ask = async (interest: Interest, fresh: boolean) => {
      const open = feed.changes({ ...caller.ask(interest, fresh), interval: 60_000, keepAlive: 9000 }, NEVER);
      expect(wanted).toBe(interest.findings ? 1 : 0);
      const batch = await open;
      expect(wanted).toBe(0);
      caller.apply(batch);
      return batch.diagnosis;
    };
    const found = (seenAt: number) => ({ seenAt, findings: [], objects: [], processes: [], blind: [] });
    expect(await ask(asked, true)).toBeUndefined();
    const open = ask(asked, false);
    diagnosing.last = found(1);
    differs();
    expect(await open).toBe(diagnosing.last);
    // The same is not told twice, but to who did not want it in between.
    expect(await ask(asked, true)).toBeUndefined();
    expect(await ask(ROWS, true)).toBeUndefined();
    expect(await ask(asked, false)).toBe(diagnosing.last);
    // What came while nobody asked is told at once.
    diagnosing.last = found(2);
    differs();
    expect(await ask(asked, false)).toBe(diagnosing.last);
  });

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
      begin: () => {
        const found = findings(looks[look++] ?? []);
        function* steps() {
          yield undefined;
          return found;
        }
        return { steps: steps(), soFar: () => found };
      },
    });
    const caller = new Caller();
    for (const now of looks) {
      caller.apply(await feed.changes(caller.ask(ROWS), NEVER));
      expect([...caller.objects.keys()].sort()).toEqual([...new Set(now.map(({ ref }) => ref))].sort());
    }
  });

  test('a look that takes long is answered in parts: what is pending is named, and nothing of it is gone', async () => {
    const machine = new Machine();
    const feed = new ChangeFeed(machine, 600);
    const caller = new Caller();
    for (const kind of SYSV_KINDS) machine.set(kind, 1, 0);
    caller.apply(await feed.changes(caller.ask(ROWS), NEVER));
    expect(caller.objects.size).toBe(3);

    machine.between = long;
    machine.objects.clear();
    machine.set('sysv.shm', 2, 0);
    const first = await feed.changes(caller.ask(ROWS), NEVER);
    expect(first).toMatchObject({
      full: false,
      pending: ['sysv.sem', 'sysv.shm'],
      counts: { 'sysv.msg': 0 },
    });
    expect(first.removed).toEqual([sysvRef('sysv.msg', '1', 1)]);
    caller.apply(first);
    const { censuses } = machine;
    const second = await feed.changes(caller.ask(ROWS, false), NEVER);
    expect(second).toMatchObject({ pending: ['sysv.shm'], removed: [sysvRef('sysv.sem', '1', 1)] });
    caller.apply(second);
    expect([...caller.objects.keys()]).toEqual([sysvRef('sysv.shm', '1', 1)]);
    const third = await feed.changes(caller.ask(ROWS, false), NEVER);
    expect(third).toMatchObject({ pending: [], removed: [sysvRef('sysv.shm', '1', 1)], added: [{ id: 2 }] });
    expect(machine.censuses).toBe(censuses);
  });

  test('who has something of another helper keeps what is pending in a full answer until it is read', async () => {
    const machine = new Machine();
    const caller = new Caller();
    for (const kind of SYSV_KINDS) machine.set(kind, 1, 0);
    caller.apply(await new ChangeFeed(machine).changes(caller.ask(ROWS), NEVER));
    machine.objects.clear();
    // Another helper, which tells one kind at a time.
    const feed = new ChangeFeed(machine, 2000, { ...NO_PACE, perObject: 1e6 });
    machine.set('sysv.msg', 2, 0);
    machine.set('sysv.sem', 2, 0);
    const first = await feed.changes(caller.ask(ROWS), NEVER);
    expect(first).toMatchObject({ full: true, pending: ['sysv.sem'] });
    caller.apply(first);
    expect([...caller.objects.keys()].sort()).toEqual(
      [sysvRef('sysv.msg', '1', 2), sysvRef('sysv.sem', '1', 1)].sort(),
    );
    const second = await feed.changes(caller.ask(ROWS, false), NEVER);
    expect(second).toMatchObject({ full: false, pending: [], removed: [] });
    caller.apply(second);
    expect([...caller.objects.keys()].sort()).toEqual([...machine.objects.keys()].sort());
  });

  /** Longer than a slice, and than the part of a bound of 600 ms that goes to looking. */
  const long = () => {
    for (const end = performance.now() + 310; performance.now() < end;);
  };

  test('a look that was answered in part is given up where nobody asks for the rest, and none of it is told later', async () => {
    const machine = new Machine();
    const feed = new ChangeFeed(machine, 600, NO_PACE, 50);
    const caller = new Caller();
    for (const kind of SYSV_KINDS) machine.set(kind, 1, 0);
    machine.between = long;
    const first = await feed.changes(caller.ask(ROWS), NEVER);
    caller.apply(first);
    expect(first.pending).toEqual(['sysv.sem', 'sysv.shm']);
    await until(() => machine.open === 0);

    // What it had not come to comes first, and at once.
    const asked = { ...caller.ask(ROWS, false), interval: 600_000 };
    expect(await feed.changes(asked, NEVER)).toMatchObject({ pending: ['sysv.msg', 'sysv.shm'] });
    expect(machine.censuses).toBe(2);
    await until(() => machine.open === 0);
  });

  test('what was read and not told is no news after a while', async () => {
    const machine = new Machine();
    // One kind at a time is told.
    const feed = new ChangeFeed(machine, 60_000, { ...NO_PACE, perObject: 1e6 }, 50);
    const caller = new Caller();
    for (const kind of SYSV_KINDS) machine.set(kind, 1, 0);
    const first = await feed.changes(caller.ask(ROWS), NEVER);
    caller.apply(first);
    expect(first).toMatchObject({ added: [{ kind: 'sysv.msg' }], pending: ['sysv.sem', 'sysv.shm'] });
    machine.objects.delete(sysvRef('sysv.sem', '1', 1));
    await new Promise((resolve) => setTimeout(resolve, 60));

    const second = await feed.changes(caller.ask(ROWS, false), NEVER);
    expect(second).toMatchObject({ added: [{ kind: 'sysv.shm' }], counts: { 'sysv.sem': 0 } });
    expect(machine.censuses).toBe(2);
  });

  test('what is told in many answers grows no younger by each', async () => {
    const machine = new Machine();
    const feed = new ChangeFeed(machine, 60_000, { ...NO_PACE, perObject: 1e6 }, 100);
    const caller = new Caller();
    for (const kind of SYSV_KINDS) machine.set(kind, 1, 0);
    caller.apply(await feed.changes(caller.ask(ROWS), NEVER));
    machine.objects.delete(sysvRef('sysv.shm', '1', 1));
    // Each is asked for long before the look is given up, but for the last.
    for (let at = 0; at < 2; at++) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      const { added, ...batch } = await feed.changes(caller.ask(ROWS, false), NEVER);
      caller.apply({ ...batch, added });
      expect(added.map(({ kind }) => kind)).not.toContain('sysv.shm');
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
      fc.record({ does: fc.constant('telling' as const), slowly: fc.boolean() }),
      fc.record({ does: fc.constant('ask' as const), fresh: fc.constant(false) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const machine = new Machine();
        const pace = { ...NO_PACE };
        const feed = new ChangeFeed(machine, 2000, pace);
        const caller = new Caller();
        let interest = ROWS;
        // What was left pending is told in the next answer, which nobody has to wait for.
        let pending = false;
        const ask = async (fresh: boolean) => {
          const batch = await feed.changes(caller.ask(interest, fresh), NEVER);
          caller.apply(batch);
          pending = batch.pending.length > 0;
        };
        for (const one of steps) {
          const kind = 'kind' in one ? (SYSV_KINDS[one.kind] as SysvKind) : 'sysv.msg';
          if (one.does === 'telling') pace.perObject = one.slowly ? 1e6 : 0;
          else if (one.does === 'set') machine.set(kind, one.id, one.messages);
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
          } else await ask(!('fresh' in one) || !pending);
        }
        pending = false;
        do await ask(!pending);
        while (pending);
        const wanted = [...machine.objects].filter(
          ([ref, { kind }]) => interest.levels[kind] === 'rows' || interest.details.includes(ref),
        );
        expect([...caller.objects].sort()).toEqual(wanted.sort());
      }),
      { numRuns: 500 },
    );
  });
});
