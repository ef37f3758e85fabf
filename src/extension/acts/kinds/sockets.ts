/** What Unix and loopback sockets say alike of their acts: sessions in which somebody talks. */
import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CancellationToken } from 'vscode';
import { type Bytes, encodeText, toBytes } from '../../../protocol/bytes';
import { asFailure, IpcFailure } from '../../../protocol/errors';
import type { IpcObject, ParametersOf } from '../../../protocol/kinds';
import { canDo, labelOf } from '../../../presentation/kinds';
import { isSocket, type Socket } from '../../../presentation/kinds/connections';
import { t } from '../../../presentation/translate';
import type { ActContext, Given } from '../context';
import type { Outcome } from './kindActs';

/** Milliseconds in which a file system tells where a path leads. */
const PATIENCE = 500;

type SocketKind = Socket['kind'];
type Begun = Outcome<{ act: number; port?: number | undefined }>;

/** Connects, or opens a datagram socket; resolves once connected. */
export function talking(kind: SocketKind) {
  return {
    page: true,
    progress: (name: string) => t('Connecting to {0}', name),
    async run(
      context: ActContext,
      object: Socket | undefined,
      given: Given,
      token: CancellationToken | undefined,
    ): Promise<Begun> {
      const home = object ?? (await homeOf(context, given));
      // Where the socket is known, the session stands there, and it is made sure that no other is met.
      const named = home && (kind === 'unix' ? { target: { is: 'ref', ref: home.ref } } : { ref: home.ref });
      // Each answer was checked by its own schema.
      const parameters = { ...given, ...named } as ParametersOf<'unix', 'talk'>;
      const result = await context.helper.act(kind, 'talk', parameters, token).catch((error: unknown) => {
        const failure = asFailure(error);
        // What was typed may never have been there.
        const never = failure.code === 'gone' && !home;
        throw new IpcFailure(never ? { ...failure, detail: { why: 'never' } } : failure);
      });
      begin(context, 'talk', result.act, home);
      return { result, home };
    },
    report: showSession,
  } as const;
}

/** Makes a socket and serves it; resolves once others can connect. */
export function listening(kind: SocketKind) {
  return {
    async run(context: ActContext, _object: undefined, given: Given): Promise<Begun> {
      const result = await context.helper.act(kind, 'listen', given as ParametersOf<'unix', 'listen'>);
      const { act, port } = result;
      const home = await homeOf(context, { ...given, ...(port !== undefined && { port }) });
      begin(context, 'listen', act, home, packetsOf(given));
      return { result, home };
    },
    report: showSession,
  };
}

/** The panel has what is said; where no object stands for it there is none to be shown. */
function showSession({ ask, panels }: ActContext, { outcome: { home } }: { outcome: Begun }): void {
  if (home) panels.show(home, { keep: false, preserveFocus: false });
  else
    void ask.tell(
      'warning',
      t(
        'You are connected, but no socket of this machine could be found that stands for it, so there is no panel. "End Waiting or Release a Hold" ends it.',
      ),
    );
}

function begin(
  { sessions, inventory }: ActContext,
  ability: 'talk' | 'listen',
  act: number,
  home: IpcObject | undefined,
  packets = isSocket(home) && keepsPackets(home),
): void {
  const name = home ? labelOf(home, inventory.process) : '';
  sessions.begin({ act, ability, name, packets, home: home?.ref });
}

function packetsOf({ type, protocol }: Given): boolean {
  return protocol === 'udp' || type === 'dgram' || type === 'seqpacket';
}

function keepsPackets(socket: Socket): boolean {
  return socket.kind === 'inet' ? socket.protocol === 'udp' : packetsOf(socket);
}

/** The socket that a name or port belongs to and that others can connect or send to, as of now; undefined where none is seen. */
async function homeOf({ helper, inventory }: ActContext, given: Given): Promise<IpcObject | undefined> {
  const real = await realTarget(given);
  const snapshot = await helper.request('snapshot', {}).catch(() => undefined);
  if (!snapshot) return undefined;
  inventory.learn(snapshot.processes);
  // A socket that was accepted bears the name of its listener.
  const others = (socket: Socket) => !socket.peer && canDo(socket, 'talk') && isMeant(socket, real);
  return snapshot.objects.filter(isSocket).find(others);
}

/** A path may lead there over links. A file system that does not answer is not waited for. */
async function realTarget(given: Given): Promise<Given> {
  const target = (given.target ?? given.name ?? given) as Given;
  if (target.is !== 'path' || typeof target.path !== 'string') return target;
  const { path } = target;
  const found = realpath(path).catch(() => path);
  return { ...target, real: await Promise.race([found, sleep(PATIENCE, path, { ref: false })]) };
}

function isMeant(socket: Socket, target: Given): boolean {
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
