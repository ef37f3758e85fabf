/** How Unix domain sockets are shown: each by its name, a connection by the processes at its two ends. */
import type { Copy } from '../../protocol/copies';
import { exact, named, removing } from '../copies';
import type { ObjectOf } from '../../protocol/kinds';
import { amount, type FactRecord } from '../facts';
import { namePiece, type Piece } from '../pieces';
import { oneLine, visible } from '../text';
import { exactOwner, type Find, grouped } from '../values';
import { byAge } from './connections';
import type { KindPresentation } from './kindView';
import { withNamespace } from './namespaces';
import { ownerPart } from './owner';
import { youFacts } from '../ownActs';
import {
  connection,
  connectionText,
  holderText,
  queueText,
  sessionPart,
  socketFacts,
  unreadParts,
} from './socket';
import { connectionsPart, sendersPart, socketFigures } from './socketFigures';
import { isWrong, socketStates, stateParts } from './socketStates';
import { waiterFacts } from '../waits';
import { watchedFacts } from '../watched';
import { t } from '../translate';
import { stateLabel } from '../shared';

type Unix = ObjectOf<'unix'>;

const labels = () => ({
  one: t('Unix socket'),
  many: t('Unix sockets'),
  group: t('Unix sockets'),
  whole: t('Unix socket'),
  verb: t('Destroy Socket File'),
});

const FIELDS = { receive: 'udiag_rqueue', send: 'udiag_wqueue', inode: 'udiag_ino', owner: 'UNIX_DIAG_UID' };

/** What was given to bind(2): a path, or `@name`; undefined for one without a name. */
function socketName({ name }: Unix): string | undefined {
  switch (name.is) {
    case 'path':
      return name.text;
    case 'abstract':
      return `@${name.text}`;
    case 'unnamed':
      return undefined;
  }
}

const has = ({ flags }: Unix, flag: string) => flags.includes(flag);

/** A connection is called by its two ends, also where the accepted one has its listener's name. */
function isConnection(socket: Unix): boolean {
  return socket.type !== 'dgram' && (has(socket, 'connected') || has(socket, 'unaccepted'));
}

/** Two without a name that are, or were, connected. */
function isPair(socket: Unix): boolean {
  return has(socket, 'pair') || has(socket, 'connected') || has(socket, 'peerClosed');
}

function label(socket: Unix, find: Find): string {
  const name = socketName(socket);
  if (isConnection(socket)) return connectionText(socket, find);
  if (name !== undefined) return withNamespace(oneLine(name), socket);
  return isPair(socket) ? connectionText(socket, find) : t('unnamed, {0}', holderText(socket, find));
}

/** A name reaches 108 bytes, each of them four characters where it is no text. */
const NAME_MOST = 440;

/** The label, with the whole name and each process by itself. */
function heading(socket: Unix, find: Find): readonly Piece[] {
  const name = socketName(socket);
  if (!isConnection(socket) && name !== undefined)
    return [namePiece(withNamespace(visible(name, NAME_MOST), socket))];
  return isConnection(socket) || isPair(socket) ? connection(socket, find) : [label(socket, find)];
}

/** Paths first, then abstract names, then those without a name: an order that nothing changes while they live. */
function order(a: Unix, b: Unix): number {
  const place = { path: 0, abstract: 1, unnamed: 2 } as const;
  const [one, two] = [socketName(a) ?? '', socketName(b) ?? ''];
  return place[a.name.is] - place[b.name.is] || (one < two ? -1 : Number(one > two)) || byAge(a, b);
}

/** `stream`, `listening, 3 of 128`; `dgram`, `5 senders`. */
function counters(socket: Unix, find: Find): string[] {
  const { backlog, receiveQueue } = socket;
  if (has(socket, 'listening'))
    return [
      backlog ? t('listening, {0} of {1}', grouped(backlog.pending), grouped(backlog.limit)) : t('listening'),
      ...connectionsPart(socket),
    ];
  return [
    ...sendersPart(socket),
    ...waitingPart(socket),
    ...(socket.peer ? unreadParts(socket, find) : receiveQueue ? [queueText(receiveQueue)] : []),
  ];
}

/** Of a datagram socket that has no room for another packet. */
function waitingPart({ endpoints = [] }: Unix): string[] {
  const waiting = endpoints.filter(({ role, own }) => role === 'waiter' && own !== true);
  const count = new Set(waiting.flatMap(({ waits = [] }) => waits.map(({ tid }) => tid))).size;
  if (count === 0) return [];
  return [count === 1 ? t('1 waits to send') : t('{0} wait to send', grouped(count))];
}

function typeText({ type }: Unix): string {
  return type ?? t('socket file');
}

export const unix: KindPresentation<'unix'> = {
  kind: 'unix',
  get labels() {
    return labels();
  },
  icon: 'plug',
  word: 'socket',
  get about() {
    return t(
      'A Unix domain socket connects processes of this machine, by a path, by an abstract name or as a pair without any name. A connection is one row for its two sockets.',
    );
  },
  closed: true,

  label,
  title: (socket, find) => {
    const name = socketName(socket);
    const called = label(socket, find);
    return name === undefined || withNamespace(oneLine(name), socket) === called
      ? t('{0} · Unix socket', called)
      : t('{0} · Unix socket {1}', called, withNamespace(oneLine(name), socket));
  },
  heading,
  sort: ({ type }) => (type ? t('Unix socket, {0}', type) : t('Unix socket, only a file')),
  order,

  row: (socket, host, find) => ({
    steady: [typeText(socket), ...sessionPart(socket, find), ...stateParts(socket)],
    counters: counters(socket, find),
    owner: ownerPart(socket, host),
    attention: isWrong(socket),
  }),

  states: socketStates,

  facts: [
    {
      key: 'name',
      label: () => t('Name'),
      kernelName: 'sun_path',
      value: (socket) => {
        const name = socketName(socket);
        if (name === undefined) return undefined;
        return { label: socket.name.is === 'path' ? t('Path') : t('Abstract name'), text: name };
      },
    },
    {
      key: 'type',
      label: () => t('Type'),
      kernelName: 'udiag_type',
      value: ({ type }) => type ?? t('only a file'),
    },
    { key: 'state', label: () => stateLabel(), kernelName: 'udiag_state', value: wholeState },
    ...socketFacts(FIELDS),
    ...moreFacts(),
    waiterFacts,
    watchedFacts,
    youFacts,
  ],

  figures: (socket, context) => socketFigures(socket, context, stateText(socket)),

  inline: ['talk', 'peek'],
  copies: {
    menu: ['path', 'name', 'inode', 'command'],
    id: (object) =>
      pathCopy(object) ??
      nameCopy(object) ??
      exact(object.inode === null ? object.ref : `socket:[${object.inode}]`),
    name: nameCopy,
    path: pathCopy,
    command: ({ name, file }) =>
      name.is === 'path' && file !== undefined ? removing(name.text, name.bytes) : undefined,
  },

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};

function stateText({ state }: Unix): string | undefined {
  const words: Readonly<Record<string, string>> = {
    listening: t('listening'),
    connected: t('connected'),
    connecting: t('connecting'),
    unconnected: t('not connected'),
  };
  return state === undefined ? undefined : (words[state] ?? state);
}

function wholeState(socket: Unix): string | undefined {
  const said = [stateText(socket), ...socketStates(socket).map(({ text }) => text)];
  return said.filter((text) => text !== undefined).join('; ') || undefined;
}

function moreFacts(): FactRecord<Unix>[] {
  return [
    {
      key: 'file',
      label: () => t('File'),
      kernelName: 'UNIX_DIAG_VFS',
      value: ({ file }) => file && t('device {0}, inode {1}', file.device, file.inode),
    },
    {
      key: 'fileOwner',
      label: () => t('Owner of the file'),
      kernelName: 'st_uid, st_gid',
      value: ({ fileOwner }) => fileOwner && exactOwner(fileOwner),
    },
    {
      key: 'senders',
      label: () => t('Senders'),
      kernelName: 'UNIX_DIAG_PEER',
      value: ({ senders }) => (senders === undefined ? undefined : grouped(senders)),
      ...amount('count', ({ senders }) => senders),
    },
    {
      key: 'descriptors',
      label: () => t('Descriptors on their way'),
      kernelName: 'scm_fds',
      value: ({ descriptors }) => (descriptors === undefined ? undefined : grouped(descriptors)),
      ...amount('count', ({ descriptors }) => descriptors),
    },
    {
      key: 'peerCredentials',
      label: () => t('Other side, when it connected'),
      kernelName: 'SO_PEERCRED',
      value: ({ peerCredentials: told }) =>
        told && t('pid {0}, uid {1}, gid {2}', told.pid, told.uid, told.gid),
    },
  ];
}

function pathCopy({ name }: ObjectOf<'unix'>): Copy | undefined {
  return name.is === 'path' ? named(name.text, name.bytes) : undefined;
}

function nameCopy({ name }: ObjectOf<'unix'>): Copy | undefined {
  return name.is === 'abstract' ? named(`@${name.text}`, name.bytes, '@') : undefined;
}
