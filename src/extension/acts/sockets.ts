/** Beginning a session at a socket. Nothing here asks or tells the user. */
import type { CancellationToken } from 'vscode';
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { IpcObject, ParametersOf } from '../../protocol/kinds';
import type { InetEnd } from '../../protocol/kinds/inet';
import type { SocketType } from '../../protocol/kinds/socket';
import type { UnixTarget } from '../../protocol/kinds/unix';
import type { Ref } from '../../protocol/ref';
import type { SessionParts } from './acting';
import { isSocket, type Socket } from '../kinds/connections';
import { labelOf } from '../kinds';
import { ownActs } from '../kinds/ownActs';

/** A session that began, and the object at which it stands, where one is seen. */
export interface Session {
  act: number;
  home: IpcObject | undefined;
}

/** Connects, or opens a datagram socket. `object`: the one that is meant. Resolves once connected. Throws IpcFailure. */
export async function talk(
  parts: SessionParts,
  kind: 'unix' | 'inet',
  given: Readonly<Record<string, unknown>>,
  object?: IpcObject,
  token?: CancellationToken,
): Promise<Session> {
  const parameters = { ...given, ...(kind === 'inet' && object && { ref: object.ref }) };
  // Each answer was checked by its own schema.
  const { act } = await parts.helper.act(kind, 'talk', parameters as ParametersOf<'unix', 'talk'>, token);
  const home = object ?? (await homeOf(parts, act, (given.target as UnixTarget | undefined) ?? given));
  begin(parts, 'talk', act, home);
  return { act, home };
}

/** Talks to an object that is listed. `type`: absent: whichever it has. Throws IpcFailure. */
export function talkTo(
  parts: SessionParts,
  object: IpcObject,
  type: SocketType | undefined,
  token?: CancellationToken,
): Promise<Session> {
  if (object.kind === 'unix') {
    const target = { is: 'ref', ref: object.ref };
    return talk(parts, 'unix', { target, ...(type && { type }) }, object, token);
  }
  if (object.kind !== 'inet') throw new IpcFailure({ code: 'invalid', detail: { ability: 'talk' } });
  const { protocol, local } = object;
  return talk(parts, 'inet', { protocol, address: loopbackOf(local), port: local.port }, object, token);
}

/** The loopback address by which a socket of this host is reached. A mapped address is one of IPv4. */
export function loopbackOf({ address }: InetEnd): '127.0.0.1' | '::1' {
  return address.includes(':') && !address.startsWith('::ffff:') ? '::1' : '127.0.0.1';
}

/** Makes a socket and serves it. Resolves once others can connect. Throws IpcFailure. */
export async function listen(
  parts: SessionParts,
  kind: 'unix' | 'inet',
  given: Readonly<Record<string, unknown>>,
): Promise<Session> {
  const { act } = await parts.helper.act(kind, 'listen', given as ParametersOf<'unix', 'listen'>);
  const home = await homeOf(parts, act, undefined);
  begin(parts, 'listen', act, home, packetsOf(given));
  return { act, home };
}

function begin(
  { sessions, inventory }: SessionParts,
  ability: 'talk' | 'listen',
  act: number,
  home: IpcObject | undefined,
  packets = isSocket(home) && keepsPackets(home),
): void {
  const name = home ? labelOf(home, inventory.process) : '';
  sessions.begin({ act, ability, name, packets, home: home?.ref });
  inventory.refresh();
}

function packetsOf({ type, protocol }: Readonly<Record<string, unknown>>): boolean {
  return protocol === 'udp' || type === 'dgram' || type === 'seqpacket';
}

function keepsPackets(socket: Socket): boolean {
  return socket.kind === 'inet' ? socket.protocol === 'udp' : packetsOf(socket);
}

/**
 * The object at which a session stands: of a talk the socket that it went to, of a listen its own. `target`: what was asked for, where that has a name
 * among the objects. Undefined where none is seen.
 */
async function homeOf(
  { helper, inventory }: SessionParts,
  act: number,
  target: unknown,
): Promise<IpcObject | undefined> {
  const snapshot = await helper.request('snapshot', {}).catch(() => undefined);
  if (!snapshot) return undefined;
  inventory.learn(snapshot.processes);
  const sockets = snapshot.objects.filter(isSocket);
  const own = sockets.filter((socket) => ownActs(socket).some(({ id }) => id === act));
  const byRef = new Map(sockets.map((socket) => [socket.ref, socket]));
  const known = own.find(({ flags }) => flags.includes('listening')) ?? own.find(({ peer }) => !peer);
  if (target === undefined) return known ?? own[0];
  const listeners = own.flatMap(({ peer }) => (peer ? [byRef.get(peer)] : []));
  const served = listeners.flatMap((other) => [
    other?.listener ? byRef.get(other.listener) : undefined,
    other,
  ]);
  return served.find((socket) => socket !== undefined) ?? known ?? own[0];
}

/** The socket at the other end of an object's connection, where it is known. */
export function peerOf(object: IpcObject | undefined): Ref | undefined {
  return isSocket(object) ? (object.peer ?? undefined) : undefined;
}

/** A failure of looking into a socket, marked as one: its sentence is not that of a segment or pipe. */
export function asSocketFailure(error: unknown): IpcFailure {
  const failure = asFailure(error);
  return new IpcFailure(failure.code === 'disturbs' ? { ...failure, call: 'recv' } : failure);
}
