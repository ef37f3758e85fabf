/** Sockets of other processes, and what our census says of them. */
import { Census } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runSliced } from '../../src/native/slices';
import type { IpcObject } from '../../src/protocol/kinds';
import type { InetObject } from '../../src/protocol/kinds/inet';
import type { UnixObject } from '../../src/protocol/kinds/unix';
import type { Blind } from '../../src/protocol/snapshot';
import { withoutSiblings } from './siblings';
import type { Holder, Scene } from './streams';

/** What every holder of sockets knows. */
const SOCKETS = `
import socket, struct, ctypes
def inode(s): return str(os.fstat(s.fileno()).st_ino)
def listener(path, kind=socket.SOCK_STREAM, backlog=5):
    s = socket.socket(socket.AF_UNIX, kind); s.bind(path); s.listen(backlog); return s
def client(path, kind=socket.SOCK_STREAM):
    s = socket.socket(socket.AF_UNIX, kind); s.connect(path); return s
def bound(path):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(path); return s
def fullpath(path):
    s = socket.socket(socket.AF_UNIX); raw = struct.pack('H', socket.AF_UNIX) + path.encode()
    if ctypes.CDLL(None).bind(s.fileno(), raw, len(raw)) != 0: raise Exception('bind')
    s.listen(); return s
def tcp(family=socket.AF_INET, address='127.0.0.1', backlog=5):
    s = socket.socket(family, socket.SOCK_STREAM); s.bind((address, 0)); s.listen(backlog); return s
def dial(port, address='127.0.0.1', family=socket.AF_INET, kind=socket.SOCK_STREAM):
    s = socket.socket(family, kind); s.connect((address, port)); return s
def taken(s, length=1 << 20):
    s.setblocking(False)
    try: return s.recv(length)
    except OSError as failed: return errno.errorcode[failed.errno]
    finally: s.setblocking(True)
`;

/** A Python process that knows of sockets. */
export async function socketHolder(scene: Scene, prefix?: string[]): Promise<Holder> {
  const holder = scene.holder(prefix);
  await holder.run(SOCKETS);
  return holder;
}

/** A census in the test's own process. */
export class Eye {
  private readonly census = new Census(makeMechanisms());

  static async open(): Promise<Eye> {
    await prepare();
    return new Eye();
  }

  /** One pass over both kinds of sockets; `details`: as closely as a panel looks. */
  async look(details: string[] = []) {
    const interest = { levels: { unix: 'rows', inet: 'rows' } as const, details: details as never[] };
    const found = await runSliced(this.census.take(interest));
    if (!found) throw new Error('never stopped');
    return new Seen(withoutSiblings(found.objects.values()), found.blind, found.counts);
  }
}

/** What a pass found. */
export class Seen {
  readonly unix: UnixObject[];
  readonly inet: InetObject[];
  private readonly byInode: ReadonlyMap<string, UnixObject | InetObject>;

  constructor(
    readonly objects: IpcObject[],
    readonly blind: readonly Blind[],
    readonly counts: Readonly<Record<string, number | undefined>>,
  ) {
    this.unix = objects.filter((one): one is UnixObject => one.kind === 'unix');
    this.inet = objects.filter((one): one is InetObject => one.kind === 'inet');
    this.byInode = new Map(
      [...this.unix, ...this.inet].flatMap((one) => (one.inode === null ? [] : [[one.inode, one] as const])),
    );
  }

  /** The Unix socket with this inode. */
  socket(inode: unknown): UnixObject {
    const found = this.byInode.get(String(inode));
    if (found?.kind !== 'unix') throw new Error(`no Unix socket ${String(inode)}`);
    return found;
  }

  /** The TCP or UDP socket with this inode. */
  port(inode: unknown): InetObject {
    const found = this.byInode.get(String(inode));
    if (found?.kind !== 'inet') throw new Error(`no socket ${String(inode)}`);
    return found;
  }

  /** The object of this path that is only a file. */
  file(path: string): UnixObject | undefined {
    return this.unix.find(({ name, inode }) => inode === null && name.is === 'path' && name.text === path);
  }

  /** Inode of the peer; undefined where it is not known, null where there is none. */
  peerInode({ peer }: UnixObject | InetObject): string | null | undefined {
    if (peer === null || peer === undefined) return peer;
    return [...this.unix, ...this.inet].find(({ ref }) => ref === peer)?.inode;
  }
}

/** The processes that hold a socket. */
export function pids({ endpoints = [] }: { endpoints?: { pid: number }[] | undefined }): number[] {
  return [...new Set(endpoints.map(({ pid }) => pid))].sort((a, b) => a - b);
}
