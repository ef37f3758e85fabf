/** Who is at the other end of a session's socket, as text. */
import { inetText, type Named } from '../../../libc/socketAddress';
import { kernelName } from '../../../proc/names';

/** `/run/x.sock`, `@name`, `127.0.0.1:80`; undefined where it has no name. */
export function fromText(named: Named | undefined): string | undefined {
  if (named?.is === 'inet') return inetText(named.address, named.port);
  const name = named?.name;
  if (!name) return undefined;
  const { text } = kernelName(name.bytes);
  return name.is === 'abstract' ? `@${text}` : text;
}
