/** Event counters: who shares each, what it holds, and adding to it. */
import * as v from 'valibot';
import { exactly } from '../../../protocol/numbers';
import { IpcFailure } from '../../../protocol/errors';
import type { Endpoint } from '../../../protocol/facts';
import { EVENTFD_MOST, type EventfdObject, eventfd } from '../../../protocol/kinds/eventfd';
import { parseEventfdRef, type Ref } from '../../../protocol/ref';
import { mention } from '../../census/memory/held';
import { isCount, type Mechanism } from '../../census/mechanism';
import { eventfdIds, type EventfdInfo, eventfdInfo, eventfds } from '../../census/descriptors/eventfds';
import type { Look } from '../../census/look';
import { ErrnoError } from '../../libc/errno';
import { close, writeBlocking } from '../../libc/fd';
import { copyDescriptor, openPidfd } from '../../libc/pidfd';
import { runNow } from '../../slices';
import { Unchanged } from '../../unchanged';
import { hiddenHolders } from '../common/holders';
import { lives, reached } from '../common/reaching';

const KIND = 'eventfd';
const BREATH = 50;
/** Of those who have it, how many are asked. */
const ASKED = 8;

/** What it tells through the first of its holders that still has it. */
function infoOf(id: string, ends: readonly Endpoint[]): EventfdInfo | undefined {
  for (const end of ends.slice(0, ASKED)) {
    const info = eventfdInfo(end);
    if (info?.id === id) return info;
  }
  return undefined;
}

function build(ref: Ref, id: string, ends: readonly Endpoint[], look: Look, closely: boolean): EventfdObject {
  mention(ends, look.processes);
  const info = infoOf(id, ends);
  return {
    kind: KIND,
    ref,
    owner: null,
    mode: null,
    id: Number(id),
    flags: info && info.value >= EVENTFD_MOST ? ['full'] : [],
    ...(info && { value: exactly(info.value) }),
    ...(info?.semaphore !== undefined && { semaphore: info.semaphore }),
    endpoints: closely ? ends.map((end) => closer(end, id)) : [...ends],
  };
}

/** O_NONBLOCK and O_CLOEXEC, of a number that still leads there. */
function closer(end: Endpoint, id: string): Endpoint {
  const info = eventfdInfo(end);
  if (info?.id !== id) return end;
  const { nonblocking, closeOnExec } = info;
  return { ...end, nonblocking, closeOnExec };
}

/** Who has the counter of a ref at this moment. Throws `gone`. */
function* present(ref: Ref, look: Look): Generator<undefined, { id: string; ends: readonly Endpoint[] }> {
  const parts = parseEventfdRef(ref);
  if (!parts) throw new IpcFailure({ code: 'invalid', detail: { field: 'ref' } });
  const ends = (yield* look.get(eventfds)).ends.get(ref);
  if (!ends) throw new IpcFailure({ code: 'gone' });
  return { id: parts.id, ends };
}

export function makeEventfd(): Mechanism<typeof KIND> {
  const unchanged = new Unchanged<EventfdObject>();

  return {
    kind: KIND,
    *read(look, wanted) {
      if (isCount(wanted)) {
        const { ids, denied } = yield* look.get(eventfdIds);
        const all = new Set([...ids.values()].flat().filter((id) => id !== undefined));
        return { count: all.size, objects: [], blind: hiddenHolders(KIND, { denied }, look) };
      }
      const { ends: all, denied } = yield* look.get(eventfds);
      const pass = unchanged.begin(look);
      const objects: EventfdObject[] = [];
      for (const [ref, ends] of all) {
        const closely = wanted.allDetails === true || wanted.details.has(ref);
        if (!wanted.rows && !closely) continue;
        if (objects.length % BREATH === 0) yield;
        objects.push(pass.keep(build(ref, idOf(ref), ends, look, closely)));
      }
      pass.end();
      return { count: all.size, objects, blind: hiddenHolders(KIND, { denied }, look) };
    },
    abilities: {
      inspect({ ref }, { look }) {
        const now = look();
        const { id, ends } = runNow(present(ref, now));
        return build(ref, id, ends, now, true);
      },

      async post({ ref, value }, { look, wait }) {
        const { id, ends } = runNow(present(ref, look()));
        const info = infoOf(id, ends);
        if (!info) throw new IpcFailure({ code: 'gone' });
        // The write would wait, and the copy of the descriptor with it.
        if (info.value + BigInt(value) > EVENTFD_MOST) throw new ErrnoError('write', 'EAGAIN');
        const places = ends.map(({ pid, startTime, tid, fd }) => ({ pid, startTime, tid, fd }));
        const ended = await wait({
          kind: KIND,
          ability: 'post',
          ref,
          id: 0,
          parameters: { ref, value, places },
        });
        if (ended.is === 'held') throw new IpcFailure({ code: 'internal', text: 'it holds nothing' });
        return v.parse(eventfd.abilities.post.result, ended.result);
      },
    },
  };
}

function idOf(ref: Ref): string {
  return parseEventfdRef(ref)?.id ?? '';
}

const place = v.object({
  pid: v.number(),
  startTime: v.string(),
  tid: v.optional(v.number()),
  fd: v.number(),
});
const posting = v.object({ ref: v.string(), value: v.number(), places: v.array(place) });

/**
 * write(2), in a process of its own: between a look at the value and the write others may fill it, and then the write waits. `{ value }`. Rejects with ErrnoError (EAGAIN; EPERM where no copy may be
 * had) and `gone`.
 */
export async function eventfdPost(given: unknown) {
  const { ref, value, places } = v.parse(posting, given);
  const id = idOf(ref as Ref);
  let denied = false;
  for (const one of places) {
    const copy = reached(() => copyOf(id, one));
    if (typeof copy !== 'number') {
      denied ||= copy === 'denied';
      continue;
    }
    const own = { pid: process.pid, fd: copy };
    try {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(value));
      await writeBlocking(copy, bytes);
      return { result: { value: exactly(eventfdInfo(own)?.value ?? 0n) }, keep: false };
    } finally {
      close(copy);
    }
  }
  if (denied) throw new ErrnoError('pidfd_getfd', 'EPERM');
  throw new IpcFailure({ code: 'gone' });
}

function copyOf(id: string, end: v.InferOutput<typeof place>): number | 'gone' {
  const { pid, tid, fd } = end;
  const pidfd = openPidfd(tid ?? pid, tid !== undefined && tid !== pid);
  let copy: number | undefined;
  let same = false;
  try {
    copy = copyDescriptor(pidfd, fd);
    // What the number leads to may have changed, and so may whose it is.
    same = eventfdInfo({ pid: process.pid, fd: copy })?.id === id && lives({ ...end, role: 'open' });
    return same ? copy : 'gone';
  } finally {
    if (copy !== undefined && !same) close(copy);
    close(pidfd);
  }
}
