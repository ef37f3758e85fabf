/** System V message queues. */
import { fromBytes, toBytes } from '../../../protocol/bytes';
import { IpcFailure } from '../../../protocol/errors';
import type { Past } from '../../../protocol/facts';
import { type Message, messageType, type QueueObject } from '../../../protocol/kinds/sysvMsg';
import { type Blocked, blocked } from '../../census/waits/blocked';
import type { Look } from '../../census/look';
import { readLine } from '../../proc/read';
import { parseQueueLine, type QueueLine } from '../../proc/sysvipc';
import { ErrnoError } from '../../libc/errno';
import { keyOf } from '../../libc/ftok';
import { statusOf } from '../../libc/ipc';
import {
  alterQueue,
  copyMessage,
  createQueue,
  queueAt,
  queueUsage,
  type QueueStatus,
  type RawMessage,
  removeQueue,
  sendMessage,
  takeMessage,
} from '../../libc/msg';
import type { Mechanism } from '../../census/mechanism';
import { Choice, messageScratch, pack, selectorOf, typeOf, withRoom } from './messages';
import { joined } from '../common/holders';
import { asGone, created, idOf, type LineReader, orGone, present, sysvFacts, SysvReader } from './reader';
import { onSame } from './identity';
import { Pacer, runSliced } from '../../slices';
import * as v from 'valibot';
import { bytesSchema } from '../../../protocol/bytes';
import { moment } from '../../../protocol/facts';
import { Unacknowledged } from '../common/unacknowledged';

const KIND = 'sysv.msg';

function lastUsers(line: QueueLine | QueueStatus, look: Look): [Past | null, Past | null] {
  const { processes } = look;
  return [
    line.sentAt === 0 ? null : processes.past(line.lastSender, line.sentAt * 1000, true),
    line.receivedAt === 0 ? null : processes.past(line.lastReceiver, line.receivedAt * 1000, true),
  ];
}

function build(
  line: QueueLine | QueueStatus,
  maxBytes: number | undefined,
  lastSend: Past | null,
  lastReceive: Past | null,
  look: Look,
): QueueObject {
  return {
    kind: KIND,
    ...sysvFacts(KIND, line, look),
    flags: [],
    messages: line.messages,
    bytes: line.bytes,
    maxBytes,
    lastSend,
    lastReceive,
  };
}

/** A copy at a position, with a larger buffer where a message outgrew it (msgmax was raised meanwhile). */
function copyAt(id: number, index: number, buffer: Buffer): RawMessage | undefined {
  try {
    return copyMessage(id, index, buffer);
  } catch (error) {
    if (!(error instanceof ErrnoError) || error.errno !== 'E2BIG') throw error;
    return copyMessage(id, index, messageScratch(buffer.length * 16));
  }
}

/** What of a queue moves when somebody sends or receives. */
const trafficCounters = (status: QueueStatus): string =>
  [
    status.messages,
    status.bytes,
    status.sentAt,
    status.receivedAt,
    status.lastSender,
    status.lastReceiver,
  ].join();

/** Times are whole seconds: within two of them a send and a receive can leave all facts as they were. */
const SETTLED = 2000;

/** Whether somebody sent or received while messages were copied. Equal facts prove it only of a queue that rests; else its ends are copied again. */
function hasMoved(
  id: number,
  before: QueueStatus,
  after: QueueStatus,
  startedAt: number,
  messages: readonly Message[],
  buffer: Buffer,
): boolean {
  if (trafficCounters(before) !== trafficCounters(after)) return true;
  if (Math.max(after.sentAt, after.receivedAt) * 1000 + SETTLED <= startedAt) return false;
  return [messages[0], messages.at(-1)].some((message) => {
    if (!message) return false;
    const again = orGone(id, queueAt, () => copyAt(id, message.index, buffer));
    const packed = again && pack(again, message.index);
    return packed?.type !== message.type || packed.content !== message.content;
  });
}

/** How a queue is made of its line. */
const how: LineReader<typeof KIND, QueueLine, { maxBytes?: number; denied?: true }, Blocked> = {
  kind: KIND,
  file: 'msg',
  parse: parseQueueLine,
  extra(line, before) {
    if (before && !before.denied) return before;
    // /proc/sysvipc/msg does not tell the limit.
    try {
      const status = statusOf(line.id, queueAt);
      return status && { maxBytes: status.maxBytes };
    } catch (error) {
      if (error instanceof ErrnoError) return { denied: true };
      throw error;
    }
  },
  hidden: ({ denied }) => (denied ? 'maxBytes' : undefined),
  pasts: (line, look) => lastUsers(line, look),
  build: (line, extra, [lastSend, lastReceive], look) =>
    build(line, extra?.maxBytes, lastSend ?? null, lastReceive ?? null, look),
  holding: blocked,
  holders: ({ id }, { queues }) => queues.get(id) ?? [],
  usage() {
    const usage = queueUsage();
    return { count: usage.queues, usage };
  },
};

const onQueue = onSame(KIND, queueAt);
/** What a child says that it took. */
const takenSchema = v.object({ type: messageType, content: bytesSchema, takenAt: moment });

export function makeSysvMsg(): Mechanism<typeof KIND> {
  const reader = new SysvReader(how);
  const unacknowledged = new Unacknowledged();

  return {
    kind: KIND,
    read: (look, wanted) => reader.read(look, wanted),
    end: () => unacknowledged.rescue(),
    abilities: {
      async inspect({ ref }, { look }) {
        const now = look();
        const status = present(idOf(ref, KIND, now), queueAt);
        const waiting = await runSliced(now.get(blocked));
        const endpoints = joined(waiting?.queues.get(status.id) ?? [], now.own(ref));
        return { ...build(status, status.maxBytes, ...lastUsers(status, now), now), endpoints };
      },

      async create({ key, mode, exclusive }, { look }) {
        const number = await keyOf(key);
        return created(KIND, look(), createQueue(number, mode, exclusive));
      },

      async send({ ref, type, content, wait }, { look, wait: waitFor }) {
        const id = idOf(ref, KIND, look());
        const data = Buffer.from(fromBytes(content));
        try {
          if (wait)
            await waitFor({
              kind: KIND,
              ability: 'send',
              ref,
              id,
              parameters: { ref, type, content, bytes: data.length },
            });
          else sendMessage(id, { type: BigInt(type), content: data });
        } catch (error) {
          throw explainSend(error, id, data.length);
        }
        return { bytes: data.length };
      },

      async peek({ ref, from, count }, { look, cancelled }) {
        const id = idOf(ref, KIND, look());
        const startedAt = Date.now();
        const before = present(id, queueAt);
        const buffer = messageScratch();
        const messages: Message[] = [];
        const pacer = new Pacer();
        while (messages.length < count) {
          const message = orGone(id, queueAt, () => copyAt(id, from + messages.length, buffer));
          if (!message) break;
          messages.push(pack(message, from + messages.length));
          await pacer.breathe();
          if (cancelled()) throw new IpcFailure({ code: 'cancelled' });
        }
        const after = present(id, queueAt);
        return {
          messages,
          total: after.messages,
          more: after.messages > from + messages.length,
          moved: hasMoved(id, before, after, startedAt, messages, buffer),
          readAt: Date.now(),
        };
      },

      async copy({ ref, rule }, { look, cancelled }) {
        const id = idOf(ref, KIND, look());
        const buffer = messageScratch();
        const choice = new Choice(rule);
        const pacer = new Pacer();
        for (let index = 0; ; index++) {
          const message = orGone(id, queueAt, () => copyAt(id, index, buffer));
          if (!message || choice.add(message, index)) break;
          await pacer.breathe();
          if (cancelled()) throw new IpcFailure({ code: 'cancelled' });
        }
        if (!choice.chosen) throw new IpcFailure({ code: 'nothing' });
        return pack(choice.chosen.message, choice.chosen.index);
      },

      async take({ ref, rule, wait, recovery }, { look, wait: waitFor }) {
        const id = idOf(ref, KIND, look());
        if (wait) {
          const parameters = { ref, rule, ...(recovery && { recovery }) };
          const ended = await waitFor({ kind: KIND, ability: 'take', ref, id, parameters }).catch(
            (error: unknown) => {
              throw asGone(error, id, queueAt);
            },
          );
          if (ended.is === 'held')
            throw new IpcFailure({ code: 'internal', text: 'a receive holds nothing' });
          const { result, acknowledge } = ended;
          return { token: unacknowledged.keep({ acknowledge }), ...v.parse(takenSchema, result) };
        }
        const { bytes } = present(id, queueAt);
        const message = orGone(id, queueAt, () =>
          withRoom(bytes, (buffer) => takeMessage(id, selectorOf(rule), buffer)),
        );
        if (!message) throw new IpcFailure({ code: 'nothing' });
        const fields = {
          type: typeOf(message.type),
          content: toBytes(message.content),
          takenAt: Date.now(),
        };
        return { token: unacknowledged.keep({ content: fields, recovery }), ...fields };
      },

      acknowledge({ token }) {
        unacknowledged.acknowledge(token);
        return {};
      },

      alter({ ref, identity, ...alteration }, { look }) {
        onQueue(ref, identity, look(), (id, { maxBytes }) => {
          try {
            alterQueue(id, alteration);
          } catch (error) {
            throw explainAlter(error, alteration.maxBytes ?? maxBytes);
          }
        });
        return {};
      },

      destroy({ ref, identity }, { look }) {
        const { changedAt } = onQueue(ref, identity, look(), removeQueue);
        return { changedAt: changedAt * 1000 };
      },
    },
  };
}

/** msgsnd gives EINVAL for a gone queue and for a message over msgmax alike, and EAGAIN without saying how full: find out. */
function explainSend(error: unknown, id: number, bytes: number): unknown {
  if (!(error instanceof ErrnoError)) return error;
  if (error.errno === 'EIDRM') return new IpcFailure({ code: 'gone' });
  if (error.errno === 'EINVAL') {
    // Throws where it is gone.
    present(id, queueAt);
    const limit = Number(readLine('/proc/sys/kernel/msgmax') ?? 0);
    return new ErrnoError('msgsnd', 'EINVAL', { bytes, limit });
  }
  if (error.errno === 'EAGAIN') {
    const status = present(id, queueAt);
    return new ErrnoError('msgsnd', 'EAGAIN', {
      bytes,
      queued: status.bytes,
      messages: status.messages,
      limit: status.maxBytes,
    });
  }
  return error;
}

/** IPC_SET gives EPERM to a stranger, and to an owner whose queue has, or is to have, more than msgmnb: say which. `maxBytes`: what it would be. */
function explainAlter(error: unknown, maxBytes: number): unknown {
  if (!(error instanceof ErrnoError) || error.errno !== 'EPERM') return error;
  const limit = Number(readLine('/proc/sys/kernel/msgmnb') ?? 0);
  return maxBytes > limit ? new ErrnoError('msgctl', 'EPERM', { bytes: maxBytes, limit }) : error;
}
