/** Descriptors that the children of a process have from it, though it need not be so: they were not closed by their exec (O_CLOEXEC, open(2)), and keep a pipe or a connection open. */
import type { ProcessDetails } from '../../../protocol/process';
import { eachNumber, targetOfLink } from '../../libc/directory';
import { fieldOf } from '../../proc/fields';
import { readSmall } from '../../proc/read';

const O_CLOEXEC = 0o2000000;
/** Standard input, output and error are handed down on purpose. */
const STANDARD = 2;
/** Children, and descriptors of each, that are looked at. */
const CHILDREN_MOST = 32;
const FDS_MOST = 4096;

type HandedDown = NonNullable<ProcessDetails['handedDown']>;

/** Pipes and sockets alone, under the same number in both. Undefined where they may not be looked at. */
export function handedDown(pid: number, children: readonly number[]): HandedDown | undefined {
  const own = streamsOf(pid);
  if (!own) return undefined;
  const found = new Map<number, HandedDown[number]>();
  for (const child of children.slice(0, CHILDREN_MOST))
    for (const [fd, link] of streamsOf(child) ?? []) {
      const mine = own.get(fd);
      if (mine !== link) continue;
      const known = found.get(fd);
      if (known) known.to.push(child);
      else if (!closesOnExec(pid, fd)) found.set(fd, { fd, ...partsOf(link), to: [child] });
    }
  return [...found.values()].sort((a, b) => a.fd - b.fd);
}

/** `pipe:[7]` and `socket:[7]`, by descriptor. */
function streamsOf(pid: number): ReadonlyMap<number, string> | undefined {
  const fds: number[] = [];
  if (eachNumber(`/proc/${pid}/fd`, (fd) => fds.push(fd)) !== 'done') return undefined;
  const links = new Map<number, string>();
  for (const fd of fds.slice(0, FDS_MOST)) {
    if (fd <= STANDARD) continue;
    const link = targetOfLink(Buffer.from(`/proc/${pid}/fd/${fd}`))?.toString('latin1') ?? '';
    if (STREAM.test(link)) links.set(fd, link);
  }
  return links;
}

const STREAM = /^(pipe|socket):\[(\d{1,20})\]$/;

function partsOf(link: string): Pick<HandedDown[number], 'type' | 'inode'> {
  const [, type, inode = ''] = STREAM.exec(link) ?? [];
  return { type: type === 'pipe' ? 'pipe' : 'socket', inode };
}

function closesOnExec(pid: number, fd: number): boolean {
  const flags = fieldOf(readSmall(`/proc/${pid}/fdinfo/${fd}`)?.toString('latin1'), 'flags');
  return (parseInt(flags ?? '0', 8) & O_CLOEXEC) !== 0;
}
