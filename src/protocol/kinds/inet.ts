/** TCP and UDP sockets of this host with both ends on it (tcp(7), udp(7), sock_diag(7)): facts and abilities. */
import * as v from 'valibot';
import { count } from '../facts';
import { asked } from '../inputs';
import { refSchema } from '../ref';
import type { KindContract } from './kind';
import { sessionBegun, socketBase, socketPeek } from './socket';

export const inetProtocol = v.picklist(['tcp', 'udp']);
const port = v.pipe(count, v.maxValue(65_535));
/** An address in its usual text (RFC 5952); `0.0.0.0` and `::` are every address of the host. A mapped one (::ffff:127.0.0.1) stays as it is. */
export const inetEnd = v.object({ address: v.string(), port });
export type InetEnd = v.InferOutput<typeof inetEnd>;

/** RFC 9293; of UDP only `connected` (it has a default receiver) and `unconnected`. */
export const inetStates = [
  'listening',
  'synSent',
  'synReceived',
  'established',
  'finWait1',
  'finWait2',
  'closeWait',
  'closing',
  'lastAck',
  'timeWait',
  'closed',
  'connected',
  'unconnected',
] as const;

const object = v.object({
  kind: v.literal('inet'),
  ...socketBase,
  protocol: inetProtocol,
  family: v.picklist([4, 6]),
  /** An IPv6 socket that takes no IPv4; absent where unknown. Only where it has no address of its own. */
  onlyV6: v.optional(v.boolean()),
  local: inetEnd,
  /** null: it has none (listening, unconnected). */
  remote: v.nullable(inetEnd),
  state: v.picklist(inetStates),
  /** Of UDP: datagrams that were thrown away since it is, for want of room or as broken (sk_drops); absent: none, or not told. */
  drops: v.optional(count),
});

const loopback = v.picklist(['127.0.0.1', '::1']);

export const inet = {
  kind: 'inet',
  foundBy: 'kernel',
  object,
  /**
   * listening. connected: established, or of UDP with a receiver. unaccepted: no accept has taken it yet. ending: on its way out (TIME_WAIT, LAST_ACK, ...),
   * without a process in most of these. halfClosed: one side sends no more. pendingError (details): an error waits for its owner.
   */
  flags: ['listening', 'connected', 'unaccepted', 'ending', 'halfClosed', 'pendingError'],
  abilities: {
    /** The socket as it is at this moment, with details. */
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
    peek: socketPeek,
    /** Connects to a port of this host, and answers once connected. Goes on until `endAct`. */
    talk: {
      parameters: v.object({
        protocol: asked('inetProtocol', inetProtocol),
        address: asked('loopback', loopback),
        port: asked('port', v.pipe(port, v.minValue(1))),
        /** The socket that is meant, among whose endpoints the session then stands. */
        ref: v.optional(refSchema),
      }),
      result: sessionBegun,
      waits: true,
    },
    /** Listens on a port of the loopback interface alone until `endAct`; port 0: the kernel chooses. Fails where it is taken (EADDRINUSE). */
    listen: {
      parameters: v.object({
        protocol: asked('inetProtocol', inetProtocol),
        address: asked('loopback', loopback),
        port: asked('port', port),
        echo: asked('echo', v.boolean()),
      }),
      result: sessionBegun,
    },
  },
} as const satisfies KindContract;

export type InetObject = v.InferOutput<typeof object>;
