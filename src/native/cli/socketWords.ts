/** Sockets as the command line writes them. */
import type { ObjectOf } from '../../protocol/kinds';
import type { InetEnd } from '../../protocol/kinds/inet';
import type { SocketQueue } from '../../protocol/kinds/socket';
import { visible } from '../../presentation/text';
import { counted, exactMode, HIDDEN, size, userText } from './words';

type SocketObject = ObjectOf<'unix' | 'inet'>;
type Fact = [what: string, field: string, value: string];

/** What of a queue is counted. */
const UNITS: Record<SocketQueue['unit'], string> = {
  bytes: '',
  firstPacket: ' in the first packet',
  memory: ' of memory',
};

/** `/run/x.sock`, `@name`, `unnamed`. */
export function unixNameText({ name }: ObjectOf<'unix'>): string {
  if (name.is === 'unnamed') return 'unnamed';
  return `${name.is === 'abstract' ? '@' : ''}${visible(name.text)}`;
}

/** `127.0.0.1:80`, `[::1]:80`, `*:80`. */
export function endText({ address, port }: InetEnd): string {
  if (address === '0.0.0.0' || address === '::') return `*:${port}`;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** What matters now of a socket. */
export function socketState(object: SocketObject): string[] {
  const what =
    object.kind === 'unix'
      ? [unixNameText(object), ...(object.type ? [object.type] : [])]
      : [
          object.protocol,
          [object.local, ...(object.remote ? [object.remote] : [])].map(endText).join(' -> '),
          object.state,
        ];
  const { backlog, receiveQueue, endpoints = [], flags } = object;
  const known = new Set<string>(object.kind === 'inet' ? [object.state] : []);
  const processes = new Set(endpoints.map(({ pid }) => pid)).size;
  return [
    ...what,
    ...flags.filter((flag) => !known.has(flag)),
    ...(backlog ? [`${backlog.pending} of ${backlog.limit} wait`] : []),
    ...(receiveQueue && receiveQueue.amount > 0 ? [`${queueText(receiveQueue)} unread`] : []),
    counted(processes, 'process', 'processes'),
  ];
}

function queueText({ amount, unit }: SocketQueue): string {
  return `${size(amount)}${UNITS[unit]}`;
}

/** What both kinds have. */
export function socketFacts(object: SocketObject): Fact[] {
  const {
    owner,
    mode,
    inode,
    network,
    peer,
    listener,
    connections,
    backlog,
    receiveQueue,
    sendQueue,
    shutdown,
  } = object;
  const some = (name: string, field: string, value: string | undefined): Fact[] =>
    value === undefined ? [] : [[name, field, value]];
  return [
    ['Ref', '', object.ref],
    ['Inode', '', inode ?? 'none'],
    ['Owner', 'uid', owner ? userText(owner) : HIDDEN],
    ...some('Mode of its file', 'st_mode', typeof mode === 'number' ? exactMode(mode) : undefined),
    ['State', '', object.flags.join(', ') || '-'],
    ...some('Network namespace', '', network),
    ...some('Peer', '', peer ?? (peer === null ? 'none' : undefined)),
    ...some('Accepted by', '', listener),
    ...some('Connections', '', connections === undefined ? undefined : String(connections)),
    ...some('Backlog', 'listen(2)', backlog && `${backlog.pending} of ${backlog.limit}`),
    ...some('Receive queue', 'Recv-Q', receiveQueue && queueText(receiveQueue)),
    ...some('Send queue', 'Send-Q', sendQueue && queueText(sendQueue)),
    ...some('Shut down', 'shutdown(2)', shutdown && downText(shutdown)),
  ];
}

function downText({ receive, send }: { receive: boolean; send: boolean }): string {
  if (receive && send) return 'no';
  if (!receive && !send) return 'both directions';
  return receive ? 'it sends no more' : 'it receives no more';
}

/** What only a Unix socket has. */
export function unixFacts(object: ObjectOf<'unix'>): Fact[] {
  const { file, peerCredentials: peer, descriptors, senders } = object;
  const facts: Fact[] = [
    ['Name', 'sun_path', unixNameText(object)],
    ...socketFacts(object),
    ['Type', '', object.type ?? 'unknown'],
  ];
  if (file) facts.push(['File', 'st_dev, st_ino', `${file.device}, ${file.inode}`]);
  if (senders !== undefined) facts.push(['Senders', '', String(senders)]);
  if (peer)
    facts.push(['Peer when connected', 'SO_PEERCRED', `pid ${peer.pid}, uid ${peer.uid}, gid ${peer.gid}`]);
  if (descriptors !== undefined) facts.push(['Descriptors in flight', 'scm_fds', String(descriptors)]);
  return facts;
}

/** What only a TCP or UDP socket has. */
export function inetFacts(object: ObjectOf<'inet'>): Fact[] {
  const { protocol, family, local, remote, state } = object;
  return [
    ['Protocol', '', `${protocol} over IPv${family}`],
    ['Local', '', endText(local)],
    ['Remote', '', remote ? endText(remote) : 'none'],
    ['Connection', '', state],
    ...socketFacts(object),
  ];
}
