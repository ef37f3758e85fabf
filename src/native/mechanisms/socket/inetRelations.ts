/** What TCP and UDP sockets of this host are to each other, and which of them have both ends on it. */
import type { Ref } from '../../../protocol/ref';
import { inetRefOf, type InetRecord, isAny, isLoopback, unmapped } from '../../sockdiag/inetDiag';

/** What one socket is to others. Absent: cannot be told. */
export interface InetRelation {
  peer?: Ref | null;
  listener?: Ref;
  connections?: number;
}

/** Sockets with both ends on this host, and how many are left out since their other end is elsewhere. */
export class InetRelations {
  readonly here: readonly InetRecord[];
  readonly elsewhere: number;
  private readonly byEnds = new Map<string, InetRecord>();
  /** Listeners, and UDP sockets that take from anybody, by port; several may share one. */
  private readonly open = new Map<string, InetRecord[]>();
  private readonly connections = new Map<InetRecord, number>();
  /** Listeners that share a port: which of them has accepted a connection cannot be told. */
  private readonly sharing = new Set<InetRecord>();

  constructor(readonly all: readonly InetRecord[]) {
    for (const record of all) {
      if (record.remote) this.byEnds.set(endsKey(record.protocol, record.local, record.remote), record);
      else push(this.open, `${record.protocol} ${record.local.port}`, record);
    }
    const served = new Set<InetRecord>();
    const both = all.filter((record) => {
      if (!record.remote || !this.isBothHere(record)) return false;
      if (record.protocol === 'tcp') this.noteListener(record, served);
      return true;
    });
    const connected = new Set(both);
    this.here = all.filter((record) =>
      record.remote
        ? connected.has(record)
        : isAny(record.local.address) || isLoopback(record.local.address) || served.has(record),
    );
    this.elsewhere = all.length - this.here.length;
  }

  private noteListener({ protocol, local, inode }: InetRecord, served: Set<InetRecord>): void {
    const listeners = this.fitting(protocol, local.address, local.port);
    for (const listener of listeners) {
      served.add(listener);
      if (listeners.length > 1) this.sharing.add(listener);
      // Without an inode it is not accepted yet, or over.
      else if (inode !== '0') this.connections.set(listener, (this.connections.get(listener) ?? 0) + 1);
    }
  }

  of(record: InetRecord): InetRelation {
    if (record.state === 'listening')
      return {
        peer: null,
        ...(!this.sharing.has(record) && { connections: this.connections.get(record) ?? 0 }),
      };
    if (!record.remote) return { peer: null };
    const { protocol, local, remote } = record;
    const listener = protocol === 'tcp' ? this.openAt(protocol, local.address, local.port) : undefined;
    const other = this.mirror(record);
    const receiver =
      protocol === 'udp' && !other ? this.openAt(protocol, remote.address, remote.port) : other;
    const unsure = protocol === 'udp' && this.fitting(protocol, remote.address, remote.port).length > 1;
    return {
      // Where several sockets share a port nobody can tell which of them it is.
      ...(receiver ? { peer: inetRefOf(receiver) } : unsure ? {} : { peer: null }),
      ...(listener && { listener: inetRefOf(listener) }),
    };
  }

  private isBothHere(record: InetRecord): boolean {
    const { local, remote } = record;
    return (
      isLoopback(local.address) ||
      (remote !== undefined && isLoopback(remote.address)) ||
      !!this.mirror(record)
    );
  }

  /** The socket at the other end: its ends are ours the other way round. */
  private mirror({ protocol, local, remote }: InetRecord): InetRecord | undefined {
    return remote && this.byEnds.get(endsKey(protocol, remote, local));
  }

  /** Who takes what comes to this address and port. Undefined where there are several, or none. */
  private openAt(protocol: string, address: string, port: number): InetRecord | undefined {
    const fitting = this.fitting(protocol, address, port);
    return fitting.length === 1 ? fitting[0] : undefined;
  }

  /** Who has that very address comes before who has any. */
  private fitting(protocol: string, address: string, port: number): readonly InetRecord[] {
    const all = this.open.get(`${protocol} ${port}`) ?? [];
    const plain = unmapped(address);
    const exact = all.filter((record) => unmapped(record.local.address) === plain);
    if (exact.length > 0) return exact;
    const v6 = plain.includes(':');
    const takes = ({ family, onlyV6 }: InetRecord) => (v6 ? family === 6 : family === 4 || onlyV6 !== true);
    const any = all.filter((record) => isAny(record.local.address) && takes(record));
    // IPv4 goes to a socket of its own family first.
    const own = any.filter(({ family }) => (family === 6) === v6);
    return own.length > 0 ? own : any;
  }
}

function endsKey(
  protocol: string,
  local: { address: string; port: number },
  remote: { address: string; port: number },
): string {
  return `${protocol} ${unmapped(local.address)} ${local.port} ${unmapped(remote.address)} ${remote.port}`;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
