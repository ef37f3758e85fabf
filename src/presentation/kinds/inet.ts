/** How TCP and UDP sockets of this host are shown. */
import { amount } from '../facts';
import { exact } from '../copies';
import type { ObjectOf } from '../../protocol/kinds';
import { endText } from '../text';
import { type Find, grouped } from '../values';
import { byAge, otherEnd } from './connections';
import type { KindPresentation } from './kindView';
import { withNamespace } from './namespaces';
import { ownerPart } from './owner';
import { youFacts } from '../ownActs';
import {
  connectionText,
  holdersOf,
  holderText,
  queueText,
  sessionPart,
  socketFacts,
  unreadParts,
} from './socket';
import { connectionsPart, socketFigures } from './socketFigures';
import { isWrong, socketStates, stateParts } from './socketStates';
import { waiterFacts } from '../waits';
import { watchedFacts } from '../watched';
import { t } from '../translate';
import { stateLabel } from '../shared';

type Inet = ObjectOf<'inet'>;

const labels = () => ({
  one: t('loopback socket'),
  many: t('loopback sockets'),
  group: t('Loopback sockets'),
  whole: t('loopback socket'),
});

const FIELDS = {
  receive: 'idiag_rqueue',
  send: 'idiag_wqueue',
  inode: 'idiag_inode',
  owner: 'idiag_uid',
};

const has = ({ flags }: Inet, flag: string) => flags.includes(flag);

function ends({ local, remote }: Inet): string {
  return remote ? t('{0} - {1}', endText(local), endText(remote)) : endText(local);
}

/** By port, then by address: those of one service stand together. */
function order(a: Inet, b: Inet): number {
  return (
    a.local.port - b.local.port ||
    (a.protocol < b.protocol ? -1 : Number(a.protocol > b.protocol)) ||
    (a.local.address < b.local.address ? -1 : Number(a.local.address > b.local.address)) ||
    (a.remote?.port ?? 0) - (b.remote?.port ?? 0) ||
    byAge(a, b)
  );
}

function inetStateText(state: Inet['state']): string {
  const words: Record<Inet['state'], string> = {
    listening: t('listening'),
    synSent: t('connecting (SYN_SENT)'),
    synReceived: t('being connected (SYN_RECV)'),
    established: t('established'),
    finWait1: t('ending (FIN_WAIT1)'),
    finWait2: t('ending (FIN_WAIT2)'),
    closeWait: t('the other side is closed (CLOSE_WAIT)'),
    closing: t('ending (CLOSING)'),
    lastAck: t('ending (LAST_ACK)'),
    timeWait: t('over (TIME_WAIT)'),
    closed: t('closed'),
    connected: t('connected'),
    unconnected: t('not connected'),
  };
  return words[state];
}

/** `- psql (99)` under the listener whose row says the rest; both ends where there is none. */
function endsPart(socket: Inet, find: Find): string[] {
  const other = otherEnd(socket, find.object);
  if (socket.listener !== undefined && find.object?.(socket.listener))
    return [t('- {0}', holderText(other, find))];
  // What is over has no process at either end.
  return !other && holdersOf(socket).length === 0 ? [] : [connectionText(socket, find)];
}

/** The port at the other end: of the accepted side the client's, else that which was connected to. */
function portText({ listener }: Inet, port: number): string {
  return listener === undefined ? t('to port {0}', String(port)) : t('from port {0}', String(port));
}

/** Datagrams that were lost since it is. */
function droppedPart({ drops = 0 }: Inet): string[] {
  return drops > 0 ? [t('{0} dropped', grouped(drops))] : [];
}

export const inet: KindPresentation<'inet'> = {
  kind: 'inet',
  get labels() {
    return labels();
  },
  icon: 'globe',
  word: 'loopback',
  get about() {
    return t(
      'TCP and UDP sockets through which processes of this machine talk to each other, and those that wait for it. A connection is one row for its two sockets. Traffic that leaves this machine is left out.',
    );
  },
  closed: true,

  label: (socket) => withNamespace(`${socket.protocol} ${endText(socket.local)}`, socket),
  title: (socket) => t('{0} · loopback socket', withNamespace(`${socket.protocol} ${ends(socket)}`, socket)),
  heading: (socket) => [withNamespace(`${socket.protocol} ${ends(socket)}`, socket)],
  sort: () => labels().whole,
  order,

  row(socket, host, find) {
    const { remote, state, backlog, receiveQueue } = socket;
    const you = sessionPart(socket, find);
    const owner = ownerPart(socket, host);
    if (remote === null) {
      const unread = receiveQueue && socket.protocol === 'udp' ? [queueText(receiveQueue)] : [];
      return {
        steady: [
          ...(has(socket, 'listening') ? [t('listening')] : []),
          holderText(socket, find),
          ...you,
          ...stateParts(socket),
        ],
        counters: [
          ...(backlog && backlog.pending > 0
            ? [t('{0} of {1} wait to be accepted', grouped(backlog.pending), grouped(backlog.limit))]
            : []),
          ...connectionsPart(socket),
          ...unread,
          ...droppedPart(socket),
        ],
        owner,
        attention: isWrong(socket),
      };
    }
    const plain = state === 'established' || state === 'connected';
    return {
      steady: [
        ...endsPart(socket, find),
        ...you,
        ...stateParts(socket),
        ...(plain ? [] : [inetStateText(state)]),
      ],
      counters: [...unreadParts(socket, find), ...droppedPart(socket), portText(socket, remote.port)],
      owner,
      attention: isWrong(socket),
    };
  },

  states: socketStates,

  facts: [
    {
      key: 'protocol',
      label: () => t('Protocol'),
      kernelName: 'sdiag_protocol',
      value: ({ protocol, family }) => `${protocol} (IPv${family})`,
    },
    {
      key: 'state',
      label: () => stateLabel(),
      kernelName: 'idiag_state',
      value: (socket) =>
        [inetStateText(socket.state), ...socketStates(socket).map(({ text }) => text)].join('; '),
    },
    {
      key: 'local',
      label: () => t('Local'),
      kernelName: 'idiag_src, idiag_sport',
      value: ({ local }) => endText(local),
    },
    {
      key: 'remote',
      label: () => t('Remote'),
      kernelName: 'idiag_dst, idiag_dport',
      value: ({ remote }) => (remote ? endText(remote) : undefined),
    },
    {
      key: 'drops',
      label: () => t('Dropped'),
      kernelName: 'sk_drops',
      value: ({ drops }) => (drops === undefined ? undefined : grouped(drops)),
      ...amount('count', ({ drops }) => drops),
    },
    {
      key: 'onlyV6',
      label: () => t('Takes IPv4 too'),
      kernelName: 'IPV6_V6ONLY',
      value: ({ onlyV6 }) => (onlyV6 === undefined ? undefined : onlyV6 ? t('no') : t('yes')),
    },
    ...socketFacts(FIELDS),
    waiterFacts,
    watchedFacts,
    youFacts,
  ],

  figures: (socket, context) => socketFigures(socket, context, inetStateText(socket.state)),

  inline: ['talk', 'peek'],
  copies: {
    menu: ['address', 'remoteAddress', 'port'],
    id: ({ local, remote }) => exact(remote ? `${endText(local)} - ${endText(remote)}` : endText(local)),
  },

  usage: (_host, count) => grouped(count),
  groupFacts: () => [],
};
