/** Addresses of sockets, as the contract has them. */
import { inetText, readAddress } from '../../libc/socketAddress';
import { kernelName } from '../../proc/names';

/** A path, `@` and an abstract name, `127.0.0.1:80`; undefined where it is none of these. */
export function addressText(bytes: Buffer): string | undefined {
  const named = readAddress(bytes);
  if (named?.is === 'inet') return inetText(named.address, named.port);
  if (!named?.name) return undefined;
  const { text } = kernelName(named.name.bytes);
  return named.name.is === 'abstract' ? `@${text}` : text;
}
