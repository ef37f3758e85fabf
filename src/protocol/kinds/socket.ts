/** What Unix domain sockets (unix(7)) and loopback sockets (ip(7)) share: their facts, a look at what waits in them, and sessions in which somebody talks. */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { count, endpointSchema, moment, permissions, watchedBase } from '../facts';
import { refSchema } from '../ref';

/** The most that one peek copies, in bytes. */
export const SOCKET_PEEK_MOST = 1 << 20;
/** The most that one `send` of a session takes, in bytes. */
export const SOCKET_SEND_MOST = 1 << 20;

/**
 * How much waits in one direction, as far as the kernel tells. `bytes`: payload, all of it. `firstPacket`: payload of the first packet alone, others may
 * stand behind it (Unix datagrams). `memory`: what the packets occupy in the kernel, bookkeeping included: much more than their payload.
 */
export const queueSchema = v.object({ amount: count, unit: v.picklist(['bytes', 'firstPacket', 'memory']) });
export type SocketQueue = v.InferOutput<typeof queueSchema>;

export const SOCKET_TYPES = ['stream', 'dgram', 'seqpacket'] as const;
export const socketType = v.picklist(SOCKET_TYPES);
export type SocketType = v.InferOutput<typeof socketType>;

/**
 * One object is one socket. A connection is two objects that name each other as `peer`; whoever shows them as one row pairs them. `endpoints`: each
 * descriptor of each process (`bound`: of a listener or of a named one, `connected`, else `open`).
 */
export const socketBase = {
  ref: refSchema,
  /** Who made it; no more than what was told of it. Absent: the kernel does not tell (a TCP socket without process, no sock_diag). */
  owner: v.optional(
    v.object({
      uid: count,
      gid: v.optional(count),
      user: v.optional(v.string()),
      group: v.optional(v.string()),
    }),
  ),
  /** Of its file; null where it has none, absent where that was not looked at or is hidden. */
  mode: v.optional(v.nullable(permissions)),
  flags: v.array(v.string()),
  endpoints: v.optional(v.array(endpointSchema)),
  ...watchedBase,
  /** Of the socket, decimal text; null where it has none (not yet accepted, TIME_WAIT, a file that is no socket's any more). */
  inode: v.nullable(v.string()),
  /** The network namespace in which it lives (inode of its ns file); absent for a file. */
  network: v.optional(v.string()),
  /** The socket at the other end. null: known to be none, or it is no socket of this machine's that we could see in the same dump. */
  peer: v.optional(v.nullable(refSchema)),
  /** Of an accepted connection, or of a client that waits to be: of which listener. Absent: of none that lives, as far as can be told (its name is all that says so). */
  listener: v.optional(refSchema),
  /** Of a listener: its accepted connections that live, as counted by their name. */
  connections: v.optional(count),
  /** Of a listener: connections not yet accepted, and how many may be. */
  backlog: v.optional(v.object({ pending: count, limit: count })),
  /** Not of listeners. Absent: unknown. */
  receiveQueue: v.optional(queueSchema),
  sendQueue: v.optional(queueSchema),
  /** shutdown(2), by this side or by the other: it receives, it sends no more. */
  shutdown: v.optional(v.object({ receive: v.boolean(), send: v.boolean() })),
};

/**
 * What waits in it, by recv(MSG_PEEK) through a copy of a descriptor; nothing is taken. Fails as `disturbs` (`detail.why`): `pendingError`: an error
 * waits that the look would take; `denied`: no descriptor may be copied; `noHolder`: no process has it; `listening`: nothing to read in a
 * listener; `peekOffset`: its owner has set SO_PEEK_OFF, which every look would move.
 */
export const socketPeek = {
  parameters: v.object({
    ref: refSchema,
    length: v.pipe(count, v.minValue(1), v.maxValue(SOCKET_PEEK_MOST)),
  }),
  result: v.object({
    content: bytesSchema,
    /** FIONREAD at that moment: all of a stream; of packets the first. More than the content where it was cut or where `boundary` says so. */
    unread: count,
    /** Of sockets with packets: the length of the first one, whole; absent where none waits. Those behind it cannot be looked at. */
    packet: v.optional(count),
    /** The look stopped before the end, where descriptors or credentials come along (unix(7), ancillary messages), or at urgent data. */
    boundary: v.boolean(),
    /** Descriptors on their way in it (SCM_RIGHTS), where the kernel tells (`scm_fds` of fdinfo). What they are nobody can see without taking them. */
    descriptors: v.optional(count),
    readAt: moment,
  }),
};

/** A session begins: `act` is its number for `session`, `tell` and `endAct`. */
export const sessionBegun = v.object({
  act: count,
  /** Where it listens: the port that the kernel chose where none was asked. */
  port: v.optional(count),
});

/** What happened in a session, in order. `connection`: 1 in a talk and after each reconnect one more; in a listen one for each that was accepted. */
export const sessionEventSchema = v.object({
  /** 1 for the first. */
  seq: v.pipe(count, v.minValue(1)),
  at: moment,
  /**
   * `listening`: it can be connected to (connection 0). `opened`: connected, or accepted. `received`, `sent`: `content`. `ended`: the other side sends no more (end of file).
   * `halfClosed`: we send no more. `closed`: the connection is over. `failed`: `failure` says why; it is over unless it is of a datagram socket.
   */
  is: v.picklist(['listening', 'opened', 'received', 'sent', 'ended', 'halfClosed', 'closed', 'failed']),
  connection: count,
  /** Absent where an echo took more than anybody read of its transcript: then `length` alone says how much. */
  content: v.optional(bytesSchema),
  /** True: `content` is one packet with its borders; else a piece of a stream, whose borders mean nothing. */
  packet: v.optional(v.boolean()),
  /** The packet's real length where it was longer than we could take. */
  length: v.optional(count),
  /** Descriptors came along and were closed unseen. */
  descriptors: v.optional(v.boolean()),
  /** The other side: of a datagram its sender, of an accepted connection whom it says to be. */
  from: v.optional(v.string()),
  /** SO_PEERCRED of a Unix socket at `opened`: who connected or listened, then. */
  credentials: v.optional(v.object({ pid: count, uid: count, gid: count })),
  /** Codes only, as in errors.ts. */
  failure: v.optional(
    v.object({ code: v.string(), call: v.optional(v.string()), errno: v.optional(v.string()) }),
  ),
});
export type SessionEvent = v.InferOutput<typeof sessionEventSchema>;

/**
 * What may be told to a session. `connection`: absent means the newest. `send` answers when the kernel has all of it. `reconnect`: of a talk; closes what
 * is open first. `echo`: of a listen; every byte or packet goes back from now on.
 */
export const sessionOrder = v.variant('is', [
  v.object({
    is: v.literal('send'),
    content: v.pipe(bytesSchema, v.maxLength(Math.ceil((SOCKET_SEND_MOST * 4) / 3) + 4)),
    connection: v.optional(count),
  }),
  v.object({ is: v.literal('halfClose'), connection: v.optional(count) }),
  v.object({ is: v.literal('close'), connection: v.optional(count) }),
  v.object({ is: v.literal('reconnect') }),
  v.object({ is: v.literal('echo'), on: v.boolean() }),
]);
export type SessionOrder = v.InferOutput<typeof sessionOrder>;

/** A session as it is. The transcript is pulled: what the reader has not got yet is kept, and beyond a bound nothing more is taken from the socket. */
export const sessionState = v.object({
  /** Of the last event in here: the next `after`, which acknowledges them. */
  seq: count,
  /** Those behind `after`, at most about a megabyte; if there are more, the next call has them at once. */
  events: v.array(sessionEventSchema),
  /** Events behind `after` that are no longer there: somebody else had acknowledged them, or it is an echo that nobody has read for very long. */
  missed: count,
  /** Open connections by their number. */
  open: v.array(
    v.object({
      connection: count,
      /** We can send (not half closed by us). */
      sends: v.boolean(),
      /** The other side has not ended. */
      receives: v.boolean(),
    }),
  ),
  /** `ended`: the session is over, and this is the last that is heard of it. */
  state: v.picklist(['running', 'ended']),
  echo: v.boolean(),
});
export type SessionState = v.InferOutput<typeof sessionState>;
