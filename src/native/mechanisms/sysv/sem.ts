/** System V semaphore sets. */
import { IpcFailure } from '../../../protocol/errors';
import type { Past } from '../../../protocol/facts';
import type { ParametersOf } from '../../../protocol/kinds';
import { type Operation, SEMAPHORE_MOST, type SetObject } from '../../../protocol/kinds/sysvSem';
import { type Blocked, blocked } from '../../census/waits/blocked';
import type { Look } from '../../census/look';
import { ErrnoError } from '../../libc/errno';
import { keyOf } from '../../libc/ftok';
import {
  alterSet,
  createSet,
  operateNow,
  removeSet,
  setAt,
  type SetStatus,
  setUsage,
  writeValue,
  writeValues,
} from '../../libc/sem';
import { readLine } from '../../proc/read';
import { parseSetLine, type SetLine } from '../../proc/sysvipc';
import { foundBy } from '../common/finding';
import type { Mechanism } from '../../census/mechanism';
import { lastPidsOf, rowOf, type SetInside, setInside, unpackValues, valuesOf } from './semValues';
import { joined } from '../common/holders';
import {
  created,
  idOf,
  type LineReader,
  orGone,
  present,
  sysvFacts,
  SysvReader,
  timeOrNever,
} from './reader';
import { onSame } from './identity';
import { runSliced } from '../../slices';

const KIND = 'sysv.sem';
const OWNER_WRITES = 0o200;
type Identity = ParametersOf<typeof KIND, 'destroy'>['identity'];

/** How a set is made of its line. */
const how: LineReader<typeof KIND, SetLine, SetInside, Blocked> = {
  kind: KIND,
  file: 'sem',
  parse: parseSetLine,
  newestAt: newest,
  extra: rowOf,
  extraClosely: setInside,
  hidden: (inside) => (inside.denied ? 'values' : undefined),
  pasts: (line, look, inside) => pastsOf(inside, line, look),
  build: (line, inside, pasts, look) => build(line, inside, pasts as Past[], look),
  holding: blocked,
  holders: ({ id }, { sets }) => sets.get(id) ?? [],
  usage() {
    const usage = setUsage();
    return { count: usage.sets, usage };
  },
};

/** When anything of the set changed last: semop moves otime, SETVAL, SETALL and IPC_SET move ctime, and an undo at exit moves otime (ipc/sem.c). */
function newest({ operatedAt, changedAt }: SetLine | SetStatus): number {
  return Math.max(operatedAt, changedAt);
}

/** The processes that changed a semaphore last did it at the set's newest time or before. */
function pastsOf(inside: SetInside | undefined, line: SetLine | SetStatus, look: Look): Past[] {
  const at = Math.max(newest(line), inside?.newestAt ?? 0) * 1000;
  return lastPidsOf(inside).map((pid) => look.processes.past(pid, at, false));
}

function build(
  line: SetLine | SetStatus,
  { denied: _denied, newestAt: _newestAt, details, ...row }: SetInside = {},
  pasts: Past[],
  look: Look,
): SetObject {
  return {
    kind: KIND,
    ...sysvFacts(KIND, line, look),
    flags: [],
    semaphores: line.semaphores,
    lastOperationAt: timeOrNever(line.operatedAt),
    ...row,
    ...(details && { details: { ...details, past: pasts } }),
  };
}

const onSet = onSame(KIND, setAt, (asked: Identity, found) => ({
  semaphores: [asked.semaphores, found.semaphores],
}));

export function makeSysvSem(): Mechanism<typeof KIND> {
  const reader = new SysvReader(how);

  return {
    kind: KIND,
    read: (look, wanted) => reader.read(look, wanted),
    abilities: {
      async inspect({ ref }, { look }) {
        const now = look();
        const status = present(idOf(ref, KIND, now), setAt);
        const inside = await foundBy(setInside(status, undefined));
        const waiting = await runSliced(now.get(blocked));
        const pasts = pastsOf(inside, status, now);
        return {
          ...build(status, inside, pasts, now),
          endpoints: joined(waiting?.sets.get(status.id) ?? [], now.own(ref)),
        };
      },

      async create({ key, mode, exclusive, semaphores, values }, { look }) {
        if (values && values.length !== semaphores)
          throw new IpcFailure({ code: 'mismatch', detail: { count: values.length, semaphores } });
        const number = await keyOf(key);
        // System V has no way to make a set with its values: for a moment all are 0, and it takes the right to write to set them.
        const made = creating(number, semaphores, values ? mode | OWNER_WRITES : mode, exclusive);
        if (values && !made.existed) {
          try {
            writeValues(made.id, unpackValues(values));
            if ((mode & OWNER_WRITES) === 0) alterSet(made.id, { mode });
          } catch (error) {
            removeSet(made.id);
            throw error;
          }
        }
        return created(KIND, look(), made);
      },

      async operate({ ref, operations, wait }, { look, wait: waitFor }) {
        const id = idOf(ref, KIND, look());
        try {
          if (wait)
            await waitFor({ kind: KIND, ability: 'operate', ref, id, parameters: { ref, operations, wait } });
          else orGone(id, setAt, () => operateNow(id, operations));
        } catch (error) {
          throw explainOperate(error, id, operations);
        }
        return {};
      },

      async hold({ ref, operations, wait }, { look, wait: waitFor }) {
        const id = idOf(ref, KIND, look());
        try {
          const parameters = { ref, operations, wait: wait ?? false };
          const ended = await waitFor({ kind: KIND, ability: 'hold', ref, id, parameters });
          if (ended.is !== 'held')
            throw new IpcFailure({ code: 'internal', text: 'a hold that holds nothing' });
          return { act: ended.act };
        } catch (error) {
          throw explainOperate(error, id, operations);
        }
      },

      set({ ref, identity, number, value }, { look }) {
        onSet(ref, identity, look(), (id, { semaphores }) => {
          if (number >= semaphores) throw new IpcFailure({ code: 'outside', detail: { number, semaphores } });
          writeValue(id, number, value);
        });
        return {};
      },

      setAll({ ref, identity, values }, { look }) {
        onSet(ref, identity, look(), (id, { semaphores }) => {
          if (values.length !== semaphores)
            throw new IpcFailure({ code: 'mismatch', detail: { count: values.length, semaphores } });
          writeValues(id, unpackValues(values));
        });
        return {};
      },

      alter({ ref, identity, ...alteration }, { look }) {
        onSet(ref, identity, look(), (id) => alterSet(id, alteration));
        return {};
      },

      destroy({ ref, identity }, { look }) {
        const { changedAt } = onSet(ref, identity, look(), removeSet);
        return { changedAt: changedAt * 1000 };
      },
    },
  };
}

/** semget gives EINVAL for more than semmsl, and for more than the set has that the key finds; ENOSPC for too many sets or semaphores in all. */
function creating(key: number, semaphores: number, mode: number, exclusive: boolean) {
  try {
    return createSet(key, semaphores, mode, exclusive);
  } catch (error) {
    if (!(error instanceof ErrnoError)) throw error;
    const [perSet = '0', all = '0', , sets = '0'] = (readLine('/proc/sys/kernel/sem') ?? '').split(/\s+/);
    throw new ErrnoError('semget', error.errno, { semaphores, limit: Number(perSet), all, sets });
  }
}

/** What of several operations was in the way. */
function explainOperate(error: unknown, id: number, operations: readonly Operation[]): unknown {
  if (!(error instanceof ErrnoError)) return error;
  // Throws where it is gone.
  const { semaphores } = present(id, setAt);
  if (error.errno === 'EFBIG') {
    const number = operations.find((one) => one.number >= semaphores)?.number ?? 0;
    return new ErrnoError('semop', 'EFBIG', { number, semaphores });
  }
  if (error.errno === 'E2BIG') {
    const limit = Number((readLine('/proc/sys/kernel/sem') ?? '').split(/\s+/)[2] ?? 0);
    return new ErrnoError('semop', 'E2BIG', { count: operations.length, limit });
  }
  if (error.errno !== 'EAGAIN' && error.errno !== 'ERANGE') return error;
  const inTheWay = valuesOf(id, semaphores);
  for (const { number, change } of operations) {
    const value = inTheWay?.[number];
    if (value === undefined || !inTheWay) break;
    const blocks =
      change < 0 ? value + change < 0 : change === 0 ? value !== 0 : value + change > SEMAPHORE_MOST;
    if (blocks) return new ErrnoError('semop', error.errno, { number, change, value });
    inTheWay[number] = value + change;
  }
  return error;
}
