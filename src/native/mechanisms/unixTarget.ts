/** Where a talk over a Unix socket is to go. */
import { readlinkSync } from 'node:fs';
import { type Bytes, toBytes } from '../../protocol/bytes';
import { IpcFailure } from '../../protocol/errors';
import type { SocketType } from '../../protocol/kinds/socket';
import type { UnixTarget } from '../../protocol/kinds/unix';
import type { Ref } from '../../protocol/ref';
import type { SocketFileIdentity } from './socketFile';
import { socketFileAt } from './socketFile';
import type { Unix } from './unixReader';

/** A path, with which file that is to be, or an abstract name. */
export type Place =
  | { is: 'path'; path: Bytes; identity?: SocketFileIdentity; type?: SocketType }
  | { is: 'abstract'; name: Bytes; type?: SocketType };

const SLASH = 0x2f;

/** What was asked for, as a place. Throws IpcFailure `gone`, `invalid` (a socket without a name). */
export async function placeOf(target: UnixTarget, find: (ref: Ref) => Promise<Unix>): Promise<Place> {
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

function placeOfSocket({ object, record, name, ends }: Unix): Place {
  const { type, file, flags } = object;
  const kind = type && { type };
  if (!name) throw new IpcFailure({ code: 'invalid', detail: { field: 'target' }, text: 'it has no name' });
  const { is, bytes } = name;
  // In another network namespace the same name is another socket.
  if (is === 'abstract' && flags.includes('otherNetwork'))
    throw new IpcFailure({ code: 'unsupported', detail: { why: 'otherNetwork' } });
  if (is === 'abstract') return { is, name: toBytes(bytes), ...kind };
  if (bytes[0] === SLASH) return { is, path: toBytes(bytes), ...(file && { identity: file }), ...kind };
  const found = ends
    .map(({ pid }) => below(pid, bytes))
    .find((path) => path && leadsTo(path, record?.file?.inode));
  if (!found) throw new IpcFailure({ code: 'gone' });
  return { is, path: toBytes(found), ...kind };
}

/** A relative name is relative to where its process was then; perhaps it still is there. */
function below(pid: number, name: Buffer): Buffer | undefined {
  try {
    return Buffer.concat([readlinkSync(`/proc/${pid}/cwd`, 'buffer'), Buffer.from('/'), name]);
  } catch {
    return undefined;
  }
}

function leadsTo(path: Buffer, inode: string | undefined): boolean {
  try {
    return inode !== undefined && BigInt.asUintN(32, BigInt(socketFileAt(path).inode)) === BigInt(inode);
  } catch {
    return false;
  }
}

/** The path of a socket that has a file. Throws `gone` where it has none any more. */
export function pathOf({ object, name }: Unix): Buffer {
  if (name?.is !== 'path' || !object.file) throw new IpcFailure({ code: 'gone' });
  return name.bytes;
}
