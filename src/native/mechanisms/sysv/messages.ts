/** Messages between their form for the kernel and their form for the caller. */
import { toBytes } from '../../../protocol/bytes';
import type { Message, MessageType, ReceiveRule } from '../../../protocol/kinds/sysvMsg';
import { messageBuffer, type RawMessage, type Selector } from '../../libc/msg';
import { ErrnoError } from '../../libc/errno';
import { readLine } from '../../proc/read';

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** A type for the caller: beyond 2^53 as text. */
export function typeOf(type: bigint): MessageType {
  return type > MAX_SAFE ? String(type) : Number(type);
}

/** A message at a position, for the caller. */
export function pack(message: RawMessage, index: number): Message {
  return { index, type: typeOf(message.type), content: toBytes(message.content) };
}

/** A rule as msgrcv(2) is told it. */
export function selectorOf(rule: ReceiveRule): Selector {
  const { truncate } = rule;
  switch (rule.rule) {
    case 'oldest':
      return { type: 0n, except: false, truncate };
    case 'type':
      return { type: BigInt(rule.type), except: false, truncate };
    case 'upTo':
      return { type: -BigInt(rule.type), except: false, truncate };
    case 'except':
      return { type: BigInt(rule.type), except: true, truncate };
  }
}

/** Room for any message that the kernel may hold at present: msgmax may have been lowered, so never below its default. */
export function messageScratch(least = 8192): Buffer {
  return messageBuffer(Math.max(least, 8192, Number(readLine('/proc/sys/kernel/msgmax') ?? 0)));
}

/** More than any message: INT_MAX is the most that msgmax can be, and nobody has it. */
const LONGEST = 1 << 28;

/** Takes with room for every message of the queue, and with more where a longer one came meanwhile (E2BIG: it stays in the queue). */
export function withRoom<T>(bytes: number, take: (buffer: Buffer) => T): T {
  for (let least = bytes; ; least = Math.max(least, 8192) * 8) {
    try {
      return take(messageScratch(least));
    } catch (error) {
      if (!(error instanceof ErrnoError) || error.errno !== 'E2BIG' || least > LONGEST) throw error;
    }
  }
}

/**
 * Which of the queued messages a rule takes, as find_msg in ipc/msg.c does: give it each in turn, from the oldest.
 * `add` answers whether none that follows can be a better choice.
 */
export class Choice {
  chosen: { message: RawMessage; index: number } | undefined;
  private readonly wanted: bigint;
  constructor(private readonly rule: ReceiveRule) {
    this.wanted = rule.rule === 'oldest' ? 0n : BigInt(rule.type);
  }

  add(message: RawMessage, index: number): boolean {
    const { type } = message;
    switch (this.rule.rule) {
      case 'oldest':
        this.chosen = { message, index };
        return true;
      case 'type':
        if (type === this.wanted) this.chosen = { message, index };
        return type === this.wanted;
      case 'except':
        if (type !== this.wanted) this.chosen = { message, index };
        return type !== this.wanted;
      case 'upTo':
        // The lowest type, and of that the oldest; no type is lower than 1.
        if (type <= this.wanted && (!this.chosen || type < this.chosen.message.type))
          this.chosen = { message, index };
        return this.chosen?.message.type === 1n;
    }
  }
}
