/** All sockets that can be seen: our own network namespace by sock_diag(7), or by /proc/net where the kernel has none; Unix sockets of others by their /proc/PID/net/unix. */
import { pretends } from '../../environment';
import { ErrnoError } from '../../libc/errno';
import { INET_COOKIE, inetRequest, type InetRecord, parseInet, sameInet } from '../../sockdiag/inetDiag';
import { parseNetInet, parseNetUnix } from '../../sockdiag/netTables';
import { readBreathing } from '../../proc/read';
import {
  isNameless,
  parseUnix,
  UNIX_COOKIE,
  unixNamesRequest,
  unixRequest,
  type UnixRecord,
} from '../../sockdiag/unixDiag';
import type { Clocks } from '../processes/clocks';
import { DumpTable, type Dumped, sameBytes } from './dumpTable';
import { kept, survey } from '../look';
import { NetworkTable, type OtherNetwork } from './networks';

/** The Unix sockets of another network namespace. */
export interface ForeignSockets extends OtherNetwork {
  records: readonly UnixRecord[];
}

/** What was read. The same arrays where nothing has changed. */
export interface UnixSockets {
  network: string | undefined;
  own: readonly UnixRecord[];
  foreign: readonly ForeignSockets[];
  /** Network namespaces that exist, but could not be read. */
  unread: number;
  /** Processes that may not even be asked in which namespace they are. */
  unplaced: number;
  /** Neither way could be read: `own` is what was read last. */
  unreadable: boolean;
  /** By /proc/net/unix: peers, queues, owners and backlogs are not told. */
  fallback: boolean;
}

/** As much of them as it takes to count them, and to find files that nobody has: `own` are those with a name, of which nothing else is told. */
export interface NamedSockets extends UnixSockets {
  /** Those of our own network namespace that have none. */
  nameless: number;
}

/** TCP and UDP sockets of our own network namespace. */
export interface InetSockets {
  network: string | undefined;
  records: readonly InetRecord[];
  /** Neither way could be read of some of them: what was read last stands for these. */
  unreadable: boolean;
  /** Connections that are over or not accepted yet, left out since without sock_diag nothing names them. */
  nameless: number;
  /** By /proc/net/tcp and so on: cookies and the limits of backlogs are not told. */
  fallback: boolean;
  /** How many other network namespaces there are, which have loopback interfaces of their own. */
  others: number;
  /** As of `UnixSockets`. */
  unplaced: number;
}

interface InetPart {
  table: DumpTable<InetRecord>;
  protocol: 'tcp' | 'udp';
  file: string;
}

const PRETEND_NO_DIAG = pretends('noSockDiag');

function inetPart(protocol: 'tcp' | 'udp', family: 4 | 6): InetPart {
  const table = new DumpTable<InetRecord>({
    request: inetRequest(protocol, family),
    cookieAt: INET_COOKIE,
    parse: (buffer, start, end) => parseInet(protocol, buffer, start, end),
    same: sameInet,
  });
  return { table, protocol, file: family === 6 ? `${protocol}6` : protocol };
}

/** A text of /proc and what was made of it. */
interface Parsed<R> {
  text: string;
  records: R[];
}

/** Kept from one census to the next. */
export class SocketTables {
  private readonly networks = new NetworkTable();
  private readonly unixTable = new DumpTable<UnixRecord>({
    request: unixRequest(),
    cookieAt: UNIX_COOKIE,
    parse: parseUnix,
    same: sameBytes,
  });
  private readonly namesTable = new DumpTable<UnixRecord>({
    request: unixNamesRequest(),
    cookieAt: UNIX_COOKIE,
    parse: parseUnix,
    same: sameBytes,
    isOnlyCounted: isNameless,
  });
  private readonly inetParts = [
    inetPart('tcp', 4),
    inetPart('tcp', 6),
    inetPart('udp', 4),
    inetPart('udp', 6),
  ];
  private readonly texts = new Map<string, Parsed<UnixRecord>>();
  private lastInet: readonly (readonly InetRecord[])[] = [];
  private lastOwn: readonly UnixRecord[] = [];
  private allInet: readonly InetRecord[] = [];

  /** Takes nothing for unchanged in the next look. */
  forget(): void {
    this.networks.forget();
  }

  /** Nobody wants rows any more. */
  rest(): void {
    this.unixTable.forget();
    this.texts.delete('own');
  }

  *unix(clocks: Clocks): Generator<undefined, UnixSockets> {
    const rest = yield* this.beyond(clocks);
    const own = (yield* asked(this.unixTable))?.records;
    if (own) {
      this.lastOwn = own;
      return { ...rest, own, fallback: false, unreadable: false };
    }
    return { ...rest, ...(yield* this.byText()) };
  }

  /** The same where nobody wants more than to count them: costs a third. */
  *named(clocks: Clocks): Generator<undefined, NamedSockets> {
    const rest = yield* this.beyond(clocks);
    const names = yield* asked(this.namesTable);
    // Nobody keeps the rest of it true.
    this.lastOwn = [];
    if (names)
      return { ...rest, own: names.records, nameless: names.counted, fallback: false, unreadable: false };
    return { ...rest, ...(yield* this.byText()), nameless: 0 };
  }

  private *byText(): Generator<undefined, Pick<UnixSockets, 'own' | 'fallback' | 'unreadable'>> {
    const text = yield* this.unixText('own', '/proc/self/net/unix');
    const unreadable = text === 'failed';
    // A kernel without Unix sockets has no such file.
    if (!unreadable) this.lastOwn = text === 'none' ? [] : text;
    return { own: this.lastOwn, fallback: true, unreadable };
  }

  /** Those of other network namespaces. */
  private *beyond(
    clocks: Clocks,
  ): Generator<undefined, Pick<UnixSockets, 'network' | 'foreign' | 'unread' | 'unplaced'>> {
    const { own: network } = this.networks;
    const { others, refused: unplaced } = yield* this.networks.walk(clocks);
    const foreign: ForeignSockets[] = [];
    let unread = 0;
    for (const other of others) {
      const { pid, records } = yield* this.foreign(other);
      if (records) foreign.push({ ...other, pid: pid ?? other.pid, records });
      if (pid === undefined) unread++;
    }
    for (const id of this.texts.keys())
      if (id !== 'own' && !others.some((one) => one.id === id)) this.texts.delete(id);
    return { network, foreign, unread, unplaced };
  }

  /** Those of our own network namespace at this moment; undefined without sock_diag. */
  *unixNow(): Generator<undefined, readonly UnixRecord[] | undefined> {
    return (yield* asked(this.unixTable))?.records;
  }

  /** Read by the first process of it that still lives. Without a `pid` all of those have ended, and what was read last stands. */
  private *foreign({
    id,
    places,
  }: OtherNetwork): Generator<undefined, { pid?: number; records?: readonly UnixRecord[] }> {
    for (const { pid, folder } of places) {
      const records = yield* this.unixText(id, `${folder}/net/unix`);
      if (typeof records === 'object') return { pid, records };
    }
    const known = this.texts.get(id);
    return known ? { records: known.records } : {};
  }

  private *unixText(
    id: string,
    path: string,
  ): Generator<undefined, readonly UnixRecord[] | 'none' | 'failed'> {
    const { text, why } = yield* textOf(path);
    if (text === undefined) return why;
    const known = this.texts.get(id);
    if (known?.text === text) return known.records;
    const records = parseNetUnix(text);
    this.texts.set(id, { text, records });
    return records;
  }

  *inet(clocks: Clocks): Generator<undefined, InetSockets> {
    const { others, refused: unplaced } = yield* this.networks.walk(clocks);
    const parts: (readonly InetRecord[])[] = [];
    let fallback = false;
    let nameless = 0;
    let unreadable = false;
    for (const [at, { table, protocol, file }] of this.inetParts.entries()) {
      let records: readonly InetRecord[] | undefined = (yield* asked(table))?.records;
      if (!records) {
        fallback = true;
        const { text = '', why } = yield* textOf(`/proc/self/net/${file}`);
        const all = parseNetInet(protocol, text);
        records = all.filter(({ inode }) => inode !== '0');
        nameless += all.length - records.length;
        if (why === 'failed') {
          unreadable = true;
          records = this.lastInet[at] ?? [];
        }
      }
      parts.push(records);
    }
    if (!parts.every((part, at) => part === this.lastInet[at])) this.allInet = parts.flat();
    this.lastInet = parts;
    return {
      ...{ network: this.networks.own, records: this.allInet, fallback, others: others.length, unplaced },
      ...{ nameless, unreadable },
    };
  }
}

/** Those of a census. */
export const socketTables = kept(() => new SocketTables());

export const unixSockets = survey((look) => look.kept(socketTables).unix(look.clocks));

/** The same where it is enough to count them. */
export const unixNames = survey(function* (look): Generator<undefined, NamedSockets> {
  const all = look.found(unixSockets);
  return all ? { ...all, nameless: 0 } : yield* look.kept(socketTables).named(look.clocks);
});

export const inetSockets = survey((look) => look.kept(socketTables).inet(look.clocks));

/** Undefined where the kernel has no such dump, or does not let us ask. */
function* asked<R>(table: DumpTable<R>): Generator<undefined, Dumped<R> | undefined> {
  if (PRETEND_NO_DIAG) return undefined;
  try {
    return yield* table.read();
  } catch (error) {
    if (error instanceof ErrnoError) return undefined;
    throw error;
  }
}

/** A text of /proc, or why there is none. `none`: this kernel has no such file. */
function* textOf(
  path: string,
): Generator<undefined, { text: string; why?: never } | { text?: never; why: 'none' | 'failed' }> {
  try {
    return { text: yield* readBreathing(path) };
  } catch (error) {
    return { why: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'failed' };
  }
}
