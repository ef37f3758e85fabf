/** A Unix socket, or the file of one, as an object. */
import type { Endpoint } from '../../../protocol/facts';
import type { UnixName, UnixObject } from '../../../protocol/kinds/unix';
import { socketFileRef, unixRef } from '../../../protocol/ref';
import type { SocketFile } from '../../census/sockets/socketFiles';
import type { Relation } from '../../census/sockets/unixRelations';
import { kernelName } from '../../proc/names';
import type { UnixRecord } from '../../sockdiag/unixDiag';
import { ownerOf, users } from '../../proc/users';
import type { SocketFileState } from './unixFiles';

/** What an object is made of. */
export interface Parts {
  record: UnixRecord;
  relation: Relation;
  found: SocketFileState;
  network: string | undefined;
  /** It lives in another network namespace. */
  foreign: boolean;
  endpoints: Endpoint[];
}

/** The object of a socket, without details. */
export function socketObject({ record, relation, found, network, foreign, endpoints }: Parts): UnixObject {
  const { type, state, shutdown, uid, name } = record;
  const { pair, unaccepted, peerClosed, ...related } = relation;
  const { status } = found;
  const half = shutdown && shutdown.receive !== shutdown.send;
  return {
    kind: 'unix',
    ref: unixRef(record.inode, record.cookie),
    ...(uid !== undefined && { owner: { uid, user: users.get(uid) } }),
    ...modeOf(record, found),
    flags: [
      ...(state === 'listening' || state === 'connected' ? [state] : []),
      ...(pair ? ['pair'] : []),
      ...(unaccepted ? ['unaccepted'] : []),
      ...(peerClosed ? ['peerClosed'] : []),
      ...(half ? ['halfClosed'] : []),
      ...(found.unlinked ? ['unlinked'] : []),
      ...(foreign ? ['otherNetwork'] : []),
    ],
    endpoints,
    inode: record.inode,
    ...(network !== undefined && { network }),
    ...related,
    ...queues(record),
    ...(shutdown && { shutdown }),
    ...(type && { type }),
    ...(state && { state }),
    name: nameOf(name),
    ...(status && fileFacts(status)),
  };
}

/** The object of a file whose socket nobody has. */
export function fileObject({ path, status }: SocketFile, proved: boolean): UnixObject {
  const { uid, gid, mode, device, inode, birth } = status;
  return {
    kind: 'unix',
    ref: socketFileRef(device, inode, birth),
    owner: ownerOf(uid, gid),
    mode: mode & 0o777,
    flags: [proved ? 'stale' : 'nobodySeen'],
    endpoints: [],
    inode: null,
    name: nameOf({ is: 'path', bytes: path }),
    ...fileFacts(status),
  };
}

function fileFacts({ uid, gid, device, inode, birth }: SocketFile['status']) {
  return { file: { device, inode, birth }, fileOwner: ownerOf(uid, gid) };
}

function modeOf({ name }: UnixRecord, { status }: SocketFileState): { mode?: number | null } {
  if (status) return { mode: status.mode & 0o777 };
  return name?.is === 'path' ? {} : { mode: null };
}

function queues({ type, state, receive, send }: UnixRecord): Partial<UnixObject> {
  if (receive === undefined || send === undefined) return {};
  if (state === 'listening') return { backlog: { pending: receive, limit: send } };
  return {
    receiveQueue: { amount: receive, unit: type === 'dgram' ? 'firstPacket' : 'bytes' },
    sendQueue: { amount: send, unit: 'memory' },
  };
}

function nameOf(name: UnixRecord['name']): UnixName {
  if (!name) return { is: 'unnamed' };
  const { text, bytes } = kernelName(name.bytes);
  return { is: name.is, text, ...(bytes !== undefined && { bytes }) };
}

/** What a process does with a socket that it has open. */
export function roleOf({ state, name }: Pick<UnixRecord, 'state' | 'name'>): Endpoint['role'] {
  if (state === 'connected') return 'connected';
  return state === 'listening' || name ? 'bound' : 'open';
}
