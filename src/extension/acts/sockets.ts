/** Beginning a session at a socket. Nothing here asks or tells the user. */
import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CancellationToken } from 'vscode';
import { type Bytes, encodeText, toBytes } from '../../protocol/bytes';
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { IpcObject, ParametersOf } from '../../protocol/kinds';
import type { InetEnd } from '../../protocol/kinds/inet';
import type { SocketType } from '../../protocol/kinds/socket';
import type { Ref } from '../../protocol/ref';
import type { SessionParts } from './acting';
import { isSocket, type Socket } from '../../presentation/kinds/connections';
import { canDo, labelOf } from '../../presentation/kinds';

/** Milliseconds in which a file system tells where a path leads. */
const PATIENCE = 500;

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
  const home = object ?? (await homeOf(parts, given));
  // Where the socket is known, the session stands there, and it is made sure that no other is met.
  const named = kind === 'unix' && home && { target: { is: 'ref', ref: home.ref } };
  const parameters = { ...given, ...named, ...(kind === 'inet' && home && { ref: home.ref }) };
  // Each answer was checked by its own schema.
  const { act } = await parts.helper
    .act(kind, 'talk', parameters as ParametersOf<'unix', 'talk'>, token)
    .catch((error: unknown) => {
      const failure = asFailure(error);
      // What was typed may never have been there.
      const never = failure.code === 'gone' && !home;
      throw new IpcFailure(never ? { ...failure, detail: { why: 'never' } } : failure);
    });
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
  const { act, port } = await parts.helper.act(kind, 'listen', given as ParametersOf<'unix', 'listen'>);
  const home = await homeOf(parts, { ...given, ...(port !== undefined && { port }) });
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

/** The socket that a name or port belongs to and that others can connect or send to, as of now; undefined where none is seen. */
async function homeOf(
  { helper, inventory }: SessionParts,
  given: Readonly<Record<string, unknown>>,
): Promise<IpcObject | undefined> {
  const real = await realTarget(given);
  const snapshot = await helper.request('snapshot', {}).catch(() => undefined);
  if (!snapshot) return undefined;
  inventory.learn(snapshot.processes);
  // A socket that was accepted bears the name of its listener.
  const others = (socket: Socket) => !socket.peer && canDo(socket, 'talk') && isMeant(socket, real);
  return snapshot.objects.filter(isSocket).find(others);
}

/** A path may lead there over links. A file system that does not answer is not waited for. */
async function realTarget(
  given: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const target = (given.target ?? given.name ?? given) as Readonly<Record<string, unknown>>;
  if (target.is !== 'path' || typeof target.path !== 'string') return target;
  const { path } = target;
  const found = realpath(path).catch(() => path);
  return { ...target, real: await Promise.race([found, sleep(PATIENCE, path, { ref: false })]) };
}

function isMeant(socket: Socket, target: Readonly<Record<string, unknown>>): boolean {
  if (socket.kind === 'unix') {
    const { name } = socket;
    const text = name.is === 'path' && (name.text === target.path || name.text === target.real);
    if (target.is === 'path') return text;
    return name.is === 'abstract' && target.is === 'abstract' && bytesOf(name) === target.name;
  }
  const { protocol, local } = socket;
  return (
    protocol === target.protocol &&
    local.port === target.port &&
    [target.address, '0.0.0.0', '::'].includes(local.address)
  );
}

function bytesOf({ text, bytes }: { text: string; bytes?: Bytes | undefined }): Bytes {
  return bytes ?? toBytes(encodeText(text));
}

/** The socket at the other end of an object's connection, where it is known. */
export function peerOf(object: IpcObject | undefined): Ref | undefined {
  return isSocket(object) ? (object.peer ?? undefined) : undefined;
}
