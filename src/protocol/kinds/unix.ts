/** Unix domain sockets (unix(7), sock_diag(7)): facts and abilities. */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { count, ownerSchema } from '../facts';
import { asked } from '../inputs';
import { refSchema } from '../ref';
import type { KindContract } from './kind';
import { sessionBegun, socketBase, socketPeek, socketType } from './socket';

/** sun_path holds 108 bytes; a path may use all of them, an abstract name 107 behind its NUL. */
export const UNIX_NAME_MOST = 108;

/**
 * What was given to bind(2): a relative path stays relative, and a rename of the file is not followed. Bytes that are no UTF-8 stand as \xNN, and then `bytes`
 * has them as they are. An abstract name is without its leading NUL.
 */
export const unixName = v.variant('is', [
  v.object({ is: v.literal('path'), text: v.string(), bytes: v.optional(bytesSchema) }),
  v.object({ is: v.literal('abstract'), text: v.string(), bytes: v.optional(bytesSchema) }),
  v.object({ is: v.literal('unnamed') }),
]);
export type UnixName = v.InferOutput<typeof unixName>;

/** Which file it is: st_dev and st_ino as stat(2) gives them, birth time in nanoseconds (0: the file system has none), all decimal text. */
export const socketFile = v.object({ device: v.string(), inode: v.string(), birth: v.string() });

const object = v.object({
  kind: v.literal('unix'),
  ...socketBase,
  /** Absent for a file alone. */
  type: v.optional(socketType),
  /** Absent for a file alone. Of datagrams `connected` means that it has a default receiver. */
  state: v.optional(v.picklist(['listening', 'connected', 'connecting', 'unconnected'])),
  name: unixName,
  /** Of a path: the file that it leads to, if that is this socket's. Absent: none, or it cannot be looked at. */
  file: v.optional(socketFile),
  /** Of what a path leads to: the owner of the file, who may not be the socket's. */
  fileOwner: v.optional(ownerSchema),
  /** Of `inspect`: why the rights in its folder keep the file's name from being taken away by us; absent where they do not, or nobody can tell. */
  kept: v.optional(v.picklist(['folder', 'sticky'])),
  /** Of datagrams: how many sockets have this one as their receiver. */
  senders: v.optional(count),
  /** Details, where a descriptor may be copied. SO_PEERCRED: who was at the other end when it was connected, listened or paired. */
  peerCredentials: v.optional(v.object({ pid: count, uid: count, gid: count })),
  /** Details: descriptors on their way to it (SCM_RIGHTS), `scm_fds` of fdinfo. */
  descriptors: v.optional(count),
});

/** Where to go: a socket that is listed, a path, or an abstract name (its bytes without the leading NUL). */
export const unixTarget = v.variant('is', [
  v.object({ is: v.literal('ref'), ref: refSchema }),
  v.object({ is: v.literal('path'), path: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) }),
  v.object({ is: v.literal('pathBytes'), path: bytesSchema }),
  v.object({ is: v.literal('abstract'), name: bytesSchema }),
]);
export type UnixTarget = v.InferOutput<typeof unixTarget>;

const newName = v.variant('is', [
  v.object({ is: v.literal('path'), path: v.pipe(v.string(), v.minLength(1), v.maxLength(UNIX_NAME_MOST)) }),
  v.object({ is: v.literal('abstract'), name: bytesSchema }),
]);

export const unix = {
  kind: 'unix',
  foundBy: 'kernel',
  object,
  /**
   * listening. connected. pair: both sides are unnamed and connected (socketpair(2), or a client of such). unaccepted: a client that no accept has taken yet.
   * peerClosed: the other side is closed. halfClosed: one direction is shut down. stale: a file whose socket is gone, looked for in every network namespace.
   * nobodySeen: the same, but a namespace may be hidden. unlinked: its path leads to it no more. otherNetwork: lives in another network namespace.
   * pendingError (details): an error waits for its owner.
   */
  flags: [
    'listening',
    'connected',
    'pair',
    'unaccepted',
    'peerClosed',
    'halfClosed',
    'stale',
    'nobodySeen',
    'unlinked',
    'otherNetwork',
    'pendingError',
  ],
  abilities: {
    /** The socket as it is at this moment, with details. */
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
    peek: socketPeek,
    /**
     * Connects (waiting where the backlog is full), or opens a datagram socket with a name of its own (so that it can be answered); answers once connected. Goes on until `endAct`.
     * Without `type`: whichever the other side has.
     */
    talk: {
      parameters: v.object({
        target: asked('socketTarget', unixTarget),
        type: v.optional(asked('socketType', socketType)),
      }),
      result: sessionBegun,
      waits: true,
    },
    /** Makes a socket of this name and serves it until `endAct`, which takes the file away too. Fails where the name exists (EADDRINUSE). */
    listen: {
      parameters: v.object({
        name: asked('socketTarget', newName),
        type: asked('socketType', socketType),
        echo: asked('echo', v.boolean()),
      }),
      result: sessionBegun,
    },
    /** Unlinks its file, if it still is that one. Who is bound to it stays so, but nobody finds it any more. */
    destroy: { parameters: v.object({ ref: refSchema, identity: socketFile }), result: v.object({}) },
  },
} as const satisfies KindContract;

export type UnixObject = v.InferOutput<typeof object>;
