/** /proc/PID/net/{unix,tcp,tcp6,udp,udp6} (proc(5)): sockets of a network namespace, where sock_diag cannot be asked. Text in, records out. */
import { addressOf } from '../libc/socketAddress';
import { stateOf, type InetRecord } from './inetDiag';
import type { UnixRecord } from './unixDiag';

const ACCEPTS = 0x10000;
const UNIX_TYPES: Readonly<Record<number, UnixRecord['type']>> = { 1: 'stream', 2: 'dgram', 5: 'seqpacket' };
const SS_CONNECTING = 2;
const SS_CONNECTED = 3;
/** Address of the socket (or zeros), references, protocol, flags, type, state, inode, perhaps a name. */
const UNIX_LINE =
  /^[0-9a-f]{8,16}: [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{8}) ([0-9A-F]{4}) ([0-9A-F]{2}) +(\d+)(?: ([^]*))?$/;

/**
 * Unix sockets: inode, type, state and name; the rest is not told. The text is Latin-1. A line that is none goes on with the name of the one before, which has a newline in
 * it. An abstract name stands behind an `@`, with `@` for each NUL: which it was nobody can tell. Sockets that are not accepted yet have inode 0 and are left out.
 */
export function parseNetUnix(text: string): UnixRecord[] {
  const entries: RegExpExecArray[] = [];
  const names: (string | undefined)[] = [];
  for (const line of text.replace(/\n$/, '').split('\n').slice(1)) {
    const entry = UNIX_LINE.exec(line);
    if (entry) {
      entries.push(entry);
      names.push(entry[5]);
    } else if (names.length > 0) names.push(`${names.pop() ?? ''}\n${line}`);
  }
  // Where sockets come and go between two reads the kernel may give one twice.
  const seen = new Set(['0']);
  return entries.flatMap(([, flags = '0', type = '0', state = '0', inode = '0'], at) => {
    const name = names[at];
    if (seen.has(inode)) return [];
    seen.add(inode);
    const kind = UNIX_TYPES[parseInt(type, 16)];
    const known = unixState(parseInt(flags, 16), parseInt(state, 16));
    const record: UnixRecord = {
      cookie: '0',
      inode,
      type: kind,
      // Of datagrams it says so too where somebody else has connected to it.
      state: kind === 'dgram' && known === 'connected' ? undefined : known,
      name: name === undefined ? undefined : nameOf(name),
    };
    return [record];
  });
}

function unixState(flags: number, state: number): UnixRecord['state'] {
  if (flags & ACCEPTS) return 'listening';
  if (state === SS_CONNECTED) return 'connected';
  return state === SS_CONNECTING ? 'connecting' : 'unconnected';
}

function nameOf(text: string): UnixRecord['name'] {
  const bytes = Buffer.from(text, 'latin1');
  return text.startsWith('@') ? { is: 'abstract', bytes: bytes.subarray(1) } : { is: 'path', bytes };
}

/** `sl local rem st tx:rx tr:when retrnsmt uid timeout inode ...`; addresses are 32-bit words in the order of the machine. */
const INET_LINE =
  /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{2}) ([0-9A-F]{8}):([0-9A-F]{8}) \S+ \S+ +(\d+) +\d+ (\d+)/;

/** TCP or UDP sockets. The limit of a listener's backlog is not told, and stands as `send: NaN`. */
export function parseNetInet(protocol: 'tcp' | 'udp', text: string): InetRecord[] {
  const seen = new Set<string>();
  return text.split('\n').flatMap((line): InetRecord[] => {
    const found = INET_LINE.exec(line);
    if (!found) return [];
    const [
      ,
      address = '',
      port = '',
      other = '',
      otherPort = '',
      code = '',
      send = '',
      receive = '',
      uid,
      inode = '0',
    ] = found;
    const state = stateOf(protocol, parseInt(code, 16));
    // As above; of those without a number there may be many.
    if (!state || seen.has(inode)) return [];
    if (inode !== '0') seen.add(inode);
    const family = address.length === 8 ? 4 : 6;
    const remotePort = parseInt(otherPort, 16);
    return [
      {
        protocol,
        family,
        cookie: undefined,
        inode,
        state,
        local: { address: hexAddress(family, address), port: parseInt(port, 16) },
        remote: remotePort === 0 ? undefined : { address: hexAddress(family, other), port: remotePort },
        receive: parseInt(receive, 16),
        send: state === 'listening' ? NaN : parseInt(send, 16),
        uid: inode === '0' ? undefined : Number(uid),
      },
    ];
  });
}

function hexAddress(family: 4 | 6, hex: string): string {
  const bytes = Buffer.from(hex, 'hex').swap32();
  return addressOf(family, bytes, 0);
}
