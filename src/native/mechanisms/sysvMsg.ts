/** System V message queues. */
import { fromBytes, toBytes } from '../../protocol/bytes';
import { IpcFailure } from '../../protocol/errors';
import type { Past } from '../../protocol/facts';
import type { Message, MessageType, QueueObject, ReceiveRule } from '../../protocol/kinds/sysvMsg';
import { readLine } from '../proc/read';
import { parseQueueLine, type QueueLine } from '../proc/sysvipc';
import { ErrnoError } from '../libc/errno';
import {
  copyMessage,
  createQueue,
  messageBuffer,
  queueAt,
  queueUsage,
  type QueueStatus,
  type RawMessage,
  removeQueue,
  sendMessage,
  takeMessage,
} from '../libc/msg';
import type { Look, Mechanism } from './mechanism';
import { idOf, orGone, present, sameCreator, sysvFacts, SysvReader } from './sysv';
import { sysvRef } from '../../protocol/ref';
import { Pacer } from '../slices';
import { Taken } from './taken';

const KIND = 'sysv.msg';

const reader = new SysvReader<typeof KIND, QueueLine, { maxBytes: number }>({
  kind: KIND,
  file: 'msg',
  parse: parseQueueLine,
  extra(line) {
    // /proc/sysvipc/msg does not tell the limit.
    const status = queueAt(line.id & 0x7fff);
    return status?.id === line.id ? { maxBytes: status.maxBytes } : queueById(line.id);
  },
  pasts: (line, look) => lastUsers(line, look),
  build: (line, extra, [lastSend, lastReceive], look) =>
    build(line, extra?.maxBytes, lastSend ?? null, lastReceive ?? null, look),
  usage() {
    const usage = queueUsage();
    return { count: usage.queues, usage };
  },
});

function queueById(id: number): { maxBytes: number } | undefined {
  try {
    return { maxBytes: present(id, queueAt).maxBytes };
  } catch {
    return undefined;
  }
}

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

/** Room for any message that the kernel may hold: msgmax may have been lowered, so never below its default. */
function scratch(least = 8192): Buffer {
  return messageBuffer(Math.max(least, Number(readLine('/proc/sys/kernel/msgmax') ?? 0)));
}

/** A copy at a position, with a larger buffer where a message outgrew it (msgmax was raised meanwhile). */
function copyAt(id: number, index: number, buffer: Buffer): RawMessage | undefined {
  try {
    return copyMessage(id, index, buffer);
  } catch (error) {
    if (!(error instanceof ErrnoError) || error.errno !== 'E2BIG') throw error;
    return copyMessage(id, index, scratch(buffer.length * 16));
  }
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const typeOf = (type: bigint): MessageType => (type > MAX_SAFE ? String(type) : Number(type));

function pack(message: RawMessage, index: number): Message {
  return { index, type: typeOf(message.type), content: toBytes(message.content) };
}

/** msgtyp of msgrcv(2): 0 is the oldest of all. */
const selector = (rule: ReceiveRule): bigint => (rule.rule === 'oldest' ? 0n : BigInt(rule.type));

/** What of a queue moves when somebody sends or receives. */
const motion = (status: QueueStatus): string =>
  [status.messages, status.sentAt, status.receivedAt, status.lastSender, status.lastReceiver].join();

const taken = new Taken();

export const sysvMsg: Mechanism<typeof KIND> = {
  kind: KIND,
  read: (look, wanted) => reader.read(look, wanted),
  end: () => taken.rescue(),
  abilities: {
    inspect({ ref }, { look }) {
      const now = look();
      const status = present(idOf(ref, KIND, now), queueAt);
      return build(status, status.maxBytes, ...lastUsers(status, now), now);
    },

    create({ key, mode, exclusive }, { look }) {
      const id = createQueue(key, mode, exclusive);
      return { ref: sysvRef(KIND, look().ipcNamespace, id), id };
    },

    send({ ref, type, content }, { look }) {
      const id = idOf(ref, KIND, look());
      const data = Buffer.from(fromBytes(content));
      try {
        sendMessage(id, { type: BigInt(type), content: data });
      } catch (error) {
        throw explainSend(error, id, data.length);
      }
      return { bytes: data.length };
    },

    async peek({ ref, from, count }, { look, cancelled }) {
      const id = idOf(ref, KIND, look());
      const before = present(id, queueAt);
      const buffer = scratch();
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
        moved: motion(before) !== motion(after),
        readAt: Date.now(),
      };
    },

    async copy({ ref, rule }, { look, cancelled }) {
      const id = idOf(ref, KIND, look());
      const buffer = scratch();
      const wanted = selector(rule);
      const pacer = new Pacer();
      for (let index = 0; ; index++) {
        const message = orGone(id, queueAt, () => copyAt(id, index, buffer));
        if (!message) throw new IpcFailure({ code: 'nothing' });
        if (wanted === 0n || message.type === wanted) return pack(message, index);
        await pacer.breathe();
        if (cancelled()) throw new IpcFailure({ code: 'cancelled' });
      }
    },

    take({ ref, rule, recovery }, { look }) {
      const id = idOf(ref, KIND, look());
      const message = orGone(id, queueAt, () => takeMessage(id, selector(rule), scratch()));
      if (!message) throw new IpcFailure({ code: 'nothing' });
      const takenAt = Date.now();
      const fields = { type: typeOf(message.type), content: toBytes(message.content), takenAt };
      return { token: taken.keep(fields, recovery), ...fields };
    },

    acknowledge({ token }) {
      taken.acknowledge(token);
      return {};
    },

    destroy({ ref, identity }, { look }) {
      const id = idOf(ref, KIND, look());
      const found = present(id, queueAt);
      sameCreator(identity, found);
      orGone(id, queueAt, () => removeQueue(id));
      return { changedAt: found.changedAt * 1000 };
    },
  },
};

/** msgsnd gives EINVAL for a gone queue and for a message over msgmax alike, and EAGAIN without saying how full: find out. */
function explainSend(error: unknown, id: number, bytes: number): unknown {
  if (!(error instanceof ErrnoError)) return error;
  if (error.errno === 'EIDRM') return new IpcFailure({ code: 'gone' });
  if (error.errno === 'EINVAL') {
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
