/** POSIX message queues: those that have a name, and unlinked ones that somebody has open. */
import { chmodSync, chownSync } from 'node:fs';
import * as v from 'valibot';
import { bytesSchema, fromBytes, toBytes } from '../../../protocol/bytes';
import { asFailure, IpcFailure } from '../../../protocol/errors';
import { moment } from '../../../protocol/facts';
import type { ResultOf } from '../../../protocol/kinds';
import { type MqObject, posixMq as contract } from '../../../protocol/kinds/posixMq';
import { posixRef, type Ref } from '../../../protocol/ref';
import { mention } from '../../census/memory/held';
import type { Look } from '../../census/look';
import { ErrnoError } from '../../libc/errno';
import { attributesOf, createQueue, sendNow, takeNow, unlinkQueue } from '../../libc/mqueue';
import { readAt, statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { kernelName } from '../../proc/names';
import { parseQueueText } from '../../proc/queueText';
import { readLine, readSmall } from '../../proc/read';
import { parseLimits } from '../../proc/limits';
import { ownerOf } from '../../proc/users';
import { runNow, runSliced } from '../../slices';
import { Unchanged } from '../../unchanged';
import type { ActContext, Mechanism } from '../../census/mechanism';
import { newName, partsOf } from './file';
import { withFlags } from '../common/flags';
import { linksOf } from '../common/holderLinks';
import { drainAndRestore } from './mqDrain';
import { openSame } from './mqFile';
import { lastQueues, noteQueue, type QueueFound, queueObjects } from './mqObjects';
import { hiddenHolders, joined } from '../common/holders';
import { Unacknowledged } from '../common/unacknowledged';

const KIND = 'posix.mq';
const BREATH = 20;
/** What a child says that it took. */
const takenSchema = v.object({
  priority: contract.abilities.take.result.entries.priority,
  content: bytesSchema,
  takenAt: moment,
});

function build(found: QueueFound, look: Look, closely: boolean): MqObject {
  const { ref, parts, name, status, linked, ends } = found;
  const shown = kernelName(name);
  const counts = countsOf(found, closely);
  mention(ends, look.processes);
  return {
    kind: KIND,
    ref,
    owner: ownerOf(status.uid, status.gid),
    mode: status.mode & 0o777,
    flags: [
      ...(counts?.messages === 0 ? ['empty'] : []),
      ...(counts && counts.messages === counts.maxMessages ? ['full'] : []),
      ...(linked ? [] : ['unlinked']),
    ],
    endpoints: joined(closely ? withFlags(ends, parts.inode) : [...ends], look.own(ref)),
    name: `/${shown.text}`,
    ...(shown.bytes !== undefined && { nameBytes: shown.bytes }),
    device: parts.device,
    inode: parts.inode,
    ...counts,
  };
}

/** Counts and limits leave no trace; the rest moves times of its file, so only for a closer look. Undefined where its mode lets us not ask. */
function countsOf(
  found: QueueFound,
  closely: boolean,
): (ReturnType<typeof attributesOf> & Pick<MqObject, 'bytes' | 'notify'>) | undefined {
  for (const access of ['read', 'write'] as const) {
    try {
      return withQueue(found, access, (fd) => {
        const counts = attributesOf(fd);
        const text = closely && access === 'read' ? readAt(fd, 0, TEXT).toString('latin1') : '';
        return { ...counts, ...parseQueueText(text) };
      });
    } catch (error) {
      // One that may only be written to can be counted through that.
      if (!(error instanceof IpcFailure)) throw error;
    }
  }
  return undefined;
}

/** Longer than the text ever is (FILENT_SIZE). */
const TEXT = 160;

function withQueue<T>(
  { parts, name, linked, ends }: QueueFound,
  access: 'read' | 'write' | 'both',
  use: (fd: number) => T,
): T {
  const fd = openSame(parts, { name: linked ? name : undefined, links: linksOf(ends) }, access);
  try {
    return use(fd);
  } finally {
    close(fd);
  }
}

/** The queue of a ref at this moment. Throws `gone`. */
function present(ref: Ref, look: Look): QueueFound {
  partsOf(ref, KIND);
  const found = runNow(look.get(queueObjects)).all.get(ref);
  if (!found) throw new IpcFailure({ code: 'gone' });
  return found;
}

/** Does something with a queue as the last look found it, and where that leads to it no more, as a look finds it now. Throws `gone`. */
function withFound<T>(ref: Ref, look: () => Look, use: (found: QueueFound) => T): T {
  partsOf(ref, KIND);
  const now = look();
  const before = now.kept(lastQueues).all.get(ref);
  if (before) {
    try {
      return use(before);
    } catch (error) {
      if (asFailure(error).code !== 'gone') throw error;
    }
  }
  return use(present(ref, now));
}

/** How the child of a waiting act finds it. */
function where({ parts, name, linked, ends }: QueueFound) {
  return { ...(linked && { path: toBytes(name) }), links: linksOf(ends), identity: parts };
}

export function makePosixMq(): Mechanism<typeof KIND> {
  const unchanged = new Unchanged<MqObject>();
  const drained = new Unacknowledged();

  return {
    kind: KIND,
    detailsLeaveTraces: true,
    *read(look, wanted) {
      const { all, whole, denied } = yield* look.get(queueObjects);
      const pass = unchanged.begin(look);
      const objects: MqObject[] = [];
      let hidden = 0;
      for (const found of all.values()) {
        const closely = wanted.allDetails === true || wanted.details.has(found.ref);
        if (!wanted.rows && !closely) continue;
        const object = pass.keep(build(found, look, closely));
        if (object.messages === undefined) hidden++;
        if (objects.push(object) % BREATH === 0) yield;
      }
      pass.end();
      return {
        // Those that could not be listed are not none.
        ...((whole || all.size > 0) && { count: all.size }),
        objects,
        blind: [
          ...(whole ? [] : [{ kind: KIND, code: 'notMounted' } as const]),
          ...(hidden > 0 ? [{ kind: KIND, field: 'messages', code: 'denied', count: hidden } as const] : []),
          ...hiddenHolders(KIND, { denied }, look),
        ],
      };
    },
    end: () => drained.rescue(),
    abilities: {
      async inspect({ ref }, { look }) {
        const now = look();
        await runSliced(now.get(queueObjects));
        return build(present(ref, now), now, true);
      },

      create({ name, mode, maxMessages, messageSize }, { look }) {
        let fd: number;
        try {
          fd = createQueue(newName(name), mode, { maxMessages, messageSize });
        } catch (error) {
          throw explainCreate(error, maxMessages, messageSize);
        }
        try {
          const { device, inode } = statusOf(fd);
          noteQueue(newName(name), device, look());
          return { ref: posixRef(KIND, { device, inode, birth: '0' }) };
        } finally {
          close(fd);
        }
      },

      async send({ ref, priority, content, wait }, { look, wait: waitFor }) {
        const data = Buffer.from(fromBytes(content));
        if (!wait)
          return withFound(ref, look, (found) => {
            try {
              withQueue(found, 'write', (fd) => sendNow(fd, { priority, content: data }));
            } catch (error) {
              throw explainSend(error, found, data.length);
            }
            return { bytes: data.length };
          });
        const found = present(ref, look());
        try {
          const parameters = { ...where(found), priority, content, bytes: data.length };
          await waitFor({ kind: KIND, ability: 'send', ref, id: 0, parameters });
        } catch (error) {
          throw explainSend(error, found, data.length);
        }
        return { bytes: data.length };
      },

      async take({ ref, wait, recovery }, { look, wait: waitFor }): Promise<ResultOf<typeof KIND, 'take'>> {
        if (wait) {
          const parameters = { ...where(present(ref, look())), ...(recovery && { recovery }) };
          const ended = await waitFor({ kind: KIND, ability: 'take', ref, id: 0, parameters });
          if (ended.is === 'held')
            throw new IpcFailure({ code: 'internal', text: 'a receive holds nothing' });
          const { result, acknowledge } = ended;
          return { token: drained.keep({ acknowledge }), ...v.parse(takenSchema, result) };
        }
        const message = withFound(ref, look, (found) =>
          withQueue(found, 'read', (fd) => takeNow(fd, Buffer.alloc(attributesOf(fd).messageSize))),
        );
        if (!message) throw new IpcFailure({ code: 'nothing' });
        const { priority, content } = message;
        const fields = { priority, content: toBytes(content), takenAt: Date.now() };
        return { token: drained.keep({ content: fields, recovery }), ...fields };
      },

      acknowledge({ token }) {
        drained.acknowledge(token);
        return {};
      },

      drainAndRestore({ ref, insist, recovery }, context) {
        const found = present(ref, context.look());
        return withQueue(found, 'both', (fd) => {
          if (!insist) refuseWhereItDisturbs(found, fd, context);
          return drainAndRestore(fd, recovery, drained);
        });
      },

      alter({ ref, uid, gid, mode }, { look }) {
        return withQueue(present(ref, look()), 'read', (fd) => {
          const path = `/proc/self/fd/${fd}`;
          try {
            // First the mode: once it is another's, it is not ours to alter any more.
            if (mode !== undefined) chmodSync(path, mode);
            if (uid !== undefined || gid !== undefined) {
              const { uid: asUid, gid: asGid } = statusOf(fd);
              chownSync(path, uid ?? asUid, gid ?? asGid);
            }
          } catch (error) {
            const { syscall = 'chmod', code = 'EIO' } = error as NodeJS.ErrnoException;
            throw new ErrnoError(syscall, code);
          }
          return { mode: statusOf(fd).mode & 0o777 };
        });
      },

      destroy({ ref }, { look }) {
        const { parts, name, linked } = present(ref, look());
        if (!linked) throw new IpcFailure({ code: 'gone' });
        // Its file system cannot rename, so nothing can be put aside first: it is compared, and taken away in the next call.
        try {
          close(openSame(parts, { name, links: [] }, 'read'));
        } catch (error) {
          // One that we may not open can still be ours to take away; the folder has just said that this name is its.
          if (!(error instanceof ErrnoError) || error.errno !== 'EACCES') throw error;
        }
        unlinkQueue(name);
        return {};
      },
    },
  };
}

/**
 * A registration would be used up by the first message that comes back. Who sleeps in a receive sleeps before an empty queue, and in a send before a full one: so nobody can be in between, and of those who
 * may not be looked at only a full queue may have some.
 */
function refuseWhereItDisturbs({ ends }: QueueFound, fd: number, { look }: ActContext): void {
  const refuse = (why: string) => {
    throw new IpcFailure({ code: 'disturbs', detail: { why } });
  };
  if (parseQueueText(readAt(fd, 0, TEXT).toString('latin1'))?.notify !== null) refuse('registered');
  if (ends.some(({ waits = [] }) => waits.length > 0)) refuse('waiting');
  const { messages, maxMessages } = attributesOf(fd);
  if (messages === maxMessages && runNow(look().get(queueObjects)).denied > 0) refuse('hidden');
}

/** EINVAL is a limit, EMFILE the bytes that a user's queues may take (RLIMIT_MSGQUEUE), ENOSPC the number of queues. */
function explainCreate(error: unknown, maxMessages: number, messageSize: number): unknown {
  if (!(error instanceof ErrnoError)) return error;
  const limit = (name: string) => Number(readLine(`/proc/sys/fs/mqueue/${name}`) ?? 0);
  switch (error.errno) {
    case 'EINVAL': {
      const [messages, size] = [limit('msg_max'), limit('msgsize_max')];
      if (maxMessages > messages)
        return new ErrnoError('mq_open', 'EINVAL', { maxMessages, limit: messages });
      if (messageSize > size) return new ErrnoError('mq_open', 'EINVAL', { messageSize, limit: size });
      return error;
    }
    case 'ENOSPC':
      return new ErrnoError('mq_open', 'ENOSPC', { limit: limit('queues_max') });
    case 'EMFILE': {
      const soft = parseLimits(readSmall('/proc/self/limits')?.toString('latin1') ?? '').queueBytes?.soft;
      return typeof soft === 'number' ? new ErrnoError('mq_open', 'EMFILE', { bytes: soft }) : error;
    }
    default:
      return error;
  }
}

function explainSend(error: unknown, found: QueueFound, bytes: number): unknown {
  if (!(error instanceof ErrnoError)) return error;
  const counts = countsOf(found, false);
  const detail = {
    bytes,
    ...(counts && { limit: counts.messageSize, messages: counts.messages, most: counts.maxMessages }),
  };
  return error.errno === 'EMSGSIZE' || error.errno === 'EAGAIN'
    ? new ErrnoError('mq_send', error.errno, detail)
    : error;
}
