/** How Unix domain sockets are shown: each by its name, a connection by the processes at its two ends. */
import type { ObjectOf } from '../../protocol/kinds';
import type { Fact } from '../facts';
import { oneLine } from '../text';
import { type Find, grouped } from '../values';
import { byAge } from './connections';
import type { KindView } from './kindView';
import { ownerPart } from './owner';
import { youFacts } from '../ownActs';
import {
  connectionText,
  holderText,
  isWrong,
  queueText,
  sessionPart,
  socketFacts,
  stateParts,
  unreadParts,
} from './socket';
import { waiterFacts } from '../waits';
import { t } from '../translate';

type Unix = ObjectOf<'unix'>;

const words = () => ({
  one: t('Unix socket'),
  many: t('Unix sockets'),
  group: t('Unix sockets'),
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

function label(socket: Unix, find: Find): string {
  const name = socketName(socket);
  if (isConnection(socket)) return connectionText(socket, find);
  if (name !== undefined) return oneLine(name);
  return has(socket, 'pair') || has(socket, 'connected') || has(socket, 'peerClosed')
    ? connectionText(socket, find)
    : t('unnamed, {0}', holderText(socket, find));
}

/** Paths first, then abstract names, then those without a name: an order that nothing changes while they live. */
function order(a: Unix, b: Unix): number {
  const place = { path: 0, abstract: 1, unnamed: 2 } as const;
  const [one, two] = [socketName(a) ?? '', socketName(b) ?? ''];
  return place[a.name.is] - place[b.name.is] || (one < two ? -1 : Number(one > two)) || byAge(a, b);
}

/** `stream`, `listening, 3 of 128`; `dgram`, `5 senders`. */
function counters(socket: Unix, find: Find): string[] {
  const { backlog, connections, senders, receiveQueue } = socket;
  if (has(socket, 'listening'))
    return [
      backlog ? t('listening, {0} of {1}', grouped(backlog.pending), grouped(backlog.limit)) : t('listening'),
      ...(connections === undefined || connections === 0
        ? []
        : [connections === 1 ? t('1 connection') : t('{0} connections', grouped(connections))]),
    ];
  return [
    ...(senders === undefined || senders === 0
      ? []
      : [senders === 1 ? t('1 sender') : t('{0} senders', grouped(senders))]),
    ...(socket.peer ? unreadParts(socket, find) : receiveQueue ? [queueText(receiveQueue)] : []),
  ];
}

function typeText({ type }: Unix): string {
  return type ?? t('socket file');
}

export const unix: KindView<'unix'> = {
  kind: 'unix',
  get words() {
    return words();
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
    return name === undefined || oneLine(name) === called
      ? t('{0} · Unix socket', called)
      : t('{0} · Unix socket {1}', called, oneLine(name));
  },
  order,

  description: (socket, host, find) => ({
    steady: [typeText(socket), ...sessionPart(socket, find), ...stateParts(socket)],
    counters: [...counters(socket, find), ...ownerPart(socket, host)],
    attention: isWrong(socket),
  }),

  facts: (socket, { process }) => [
    ...nameFacts(socket),
    ...socketFacts(socket, process, FIELDS),
    ...moreFacts(socket),
    ...waiterFacts(socket, process),
    ...youFacts(socket),
  ],

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};

function nameFacts(socket: Unix): Fact[] {
  const { name, type, state } = socket;
  const states: Readonly<Record<string, string>> = {
    listening: t('listening'),
    connected: t('connected'),
    connecting: t('connecting'),
    unconnected: t('not connected'),
  };
  const said = [...(state === undefined ? [] : [states[state] ?? state]), ...stateParts(socket)];
  return [
    ...(name.is === 'path' ? [[t('Path'), name.text, 'sun_path'] as const] : []),
    ...(name.is === 'abstract' ? [[t('Abstract name'), `@${name.text}`, 'sun_path'] as const] : []),
    [t('Type'), type ?? t('only a file'), 'udiag_type'],
    ...(said.length > 0 ? [[t('State'), said.join('; '), 'udiag_state'] as const] : []),
  ];
}

function moreFacts({ file, senders, descriptors, peerCredentials }: Unix): Fact[] {
  return [
    ...(file
      ? [[t('File'), t('device {0}, inode {1}', file.device, file.inode), 'UNIX_DIAG_VFS'] as const]
      : []),
    ...(senders === undefined ? [] : [[t('Senders'), grouped(senders), 'UNIX_DIAG_PEER'] as const]),
    ...(descriptors === undefined
      ? []
      : [[t('Descriptors on their way'), grouped(descriptors), 'scm_fds'] as const]),
    ...(peerCredentials
      ? [
          [
            t('Other side, when it connected'),
            t('pid {0}, uid {1}, gid {2}', peerCredentials.pid, peerCredentials.uid, peerCredentials.gid),
            'SO_PEERCRED',
          ] as const,
        ]
      : []),
  ];
}
