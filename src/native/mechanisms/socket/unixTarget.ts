/** Where a talk over a Unix socket is to go. */
import { type Bytes, toBytes } from '../../../protocol/bytes';
import { IpcFailure } from '../../../protocol/errors';
import type { SocketType } from '../../../protocol/kinds/socket';
import type { UnixTarget } from '../../../protocol/kinds/unix';
import type { Ref } from '../../../protocol/ref';
import { withPathResolver } from '../../proc/pathResolver';
import { type SocketFileIdentity, socketFileOf } from './file';
import type { Unix } from './unixReader';

/** A path, with which file that is to be, or an abstract name. */
export type UnixAddress =
  | { is: 'path'; path: Bytes; identity?: SocketFileIdentity; type?: SocketType }
  | { is: 'abstract'; name: Bytes; type?: SocketType };

const SLASH = 0x2f;

/** What was asked for, as a place. Throws IpcFailure `gone`, `invalid` (a socket without a name). */
export async function placeOf(target: UnixTarget, find: (ref: Ref) => Promise<Unix>): Promise<UnixAddress> {
  switch (target.is) {
    case 'path':
      return { is: 'path', path: toBytes(Buffer.from(target.path)) };
    case 'pathBytes':
      return { is: 'path', path: target.path };
    case 'abstract':
      return { is: 'abstract', name: target.name };
    case 'ref':
      return placeOfSocket(await find(target.ref));
  }
}

function placeOfSocket({ object, record, name, ends }: Unix): UnixAddress {
  const { type, file, flags } = object;
  const kind = type && { type };
  const invalid = (text: string) => new IpcFailure({ code: 'invalid', detail: { field: 'target' }, text });
  if (!name) throw invalid('it has no name');
  if (record?.state === 'connected' && record.type !== 'dgram') throw invalid('it is connected to another');
  const { is, bytes } = name;
  const elsewhere = flags.includes('otherNetwork');
  // In another network namespace the same name is another socket.
  if (is === 'abstract' && elsewhere)
    throw new IpcFailure({ code: 'unsupported', detail: { why: 'otherNetwork' } });
  if (is === 'abstract') return { is, name: toBytes(bytes), ...kind };
  if (file) return { is, path: toBytes(bytes), identity: file, ...kind };
  const found = ends
    .map(({ pid }) => seenBy(pid, bytes))
    .find((one) => one && isIts(one, record?.file?.inode, elsewhere));
  if (!found) throw new IpcFailure({ code: 'gone' });
  return { is, path: toBytes(found.path), identity: found.identity, ...kind };
}

/** What the name leads to for a process, and a path of ours through it. A relative one is relative to where it was when it bound the socket; perhaps it still is there. */
function seenBy(pid: number, name: Buffer): { path: Buffer; identity: SocketFileIdentity } | undefined {
  return withPathResolver((sight) =>
    sight.use(
      name[0] === SLASH ? sight.of(pid, name) : sight.from(pid, `/proc/${pid}/cwd`, name),
      ({ pointer, path }) => {
        const identity = socketFileOf(pointer);
        return identity && { path: Buffer.concat([Buffer.from(`/proc/${pid}/root`), path]), identity };
      },
    ),
  );
}

/** Of another network namespace the kernel does not tell the inode: then what has this name there is meant. */
function isIts(
  { identity }: { identity: SocketFileIdentity },
  inode: string | undefined,
  elsewhere: boolean,
): boolean {
  return inode === undefined ? elsewhere : BigInt.asUintN(32, BigInt(identity.inode)) === BigInt(inode);
}

/** The path of a socket that has a file. Throws `gone` where it has none any more. */
export function pathOf({ object, name }: Unix): Buffer {
  if (name?.is !== 'path' || !object.file) throw new IpcFailure({ code: 'gone' });
  return name.bytes;
}
