/**
 * What a file is called at this moment. Whoever has it may have given the number of its descriptor, or the place in its memory, to another file since it was looked at: so a name counts only if it was
 * told together with the file.
 */
import { readlinkSync } from 'node:fs';
import { namedBy } from '../../proc/names';
import type { Endpoint } from '../../../protocol/facts';
import { deviceOf, type HeldFile } from '../../census/memory/held';
import { boundsOf } from '../../census/waits/sleepers';
import { type FileStatus } from '../../libc/directory';
import { pointing, statusOf } from '../../libc/path';
import { linkOf } from '../common/holderLinks';
import { mappingAt } from './stillMapped';

/** A name, and whether the kernel says that it is gone. */
export interface NameNow {
  path: Buffer;
  deleted: boolean;
}

/** Holders that are asked for a name. */
const ASKED = 8;
/**
 * How glibc calls a semaphore until it has its name (sem_open(3) makes it under this one, links it to its own and takes the first away); its maker goes on showing that, and it is no name of
 * anything.
 */
const MAKING = /^\/dev\/shm\/sem\.[A-Za-z0-9]{6}$/;

/** The name of a file by those who have it, others having had time to rename it. Undefined where none of them leads to it and shows one. */
export function nameNow(file: HeldFile): NameNow | undefined {
  for (const end of file.ends.slice(0, ASKED)) {
    const name = end.fd === undefined ? byMapping(file, end) : byDescriptor(file, end);
    if (name && !isTemporary(name)) return name;
  }
  return undefined;
}

/** Whether it is no name but what glibc called it for a moment. */
export function isTemporary({ path, deleted }: NameNow): boolean {
  return deleted && MAKING.test(path.toString('latin1'));
}

/** What the link of our own pointer says is of the file that we point to, whatever the number of the other process leads to by now. */
function byDescriptor(file: HeldFile, end: Endpoint): NameNow | undefined {
  const link = linkOf(end);
  // Of these nobody is asked who may never answer: they lie in memory (openFiles.ts).
  return pointing(
    link ?? '',
    (pointer) =>
      isFile(file, statusOf(pointer))
        ? namedBy(readlinkSync(`/proc/self/fd/${pointer}`, 'buffer'))
        : undefined,
    { follow: true },
  );
}

function isFile({ device, inode }: HeldFile, found: FileStatus): boolean {
  return found.device === device && found.inode === inode;
}

/** The kernel tells file and name of a mapping in one answer, in one line of text also where it cannot be asked. */
function byMapping({ device, inode }: HeldFile, { pid, address = '' }: Endpoint): NameNow | undefined {
  const [start] = boundsOf(address);
  const found = mappingAt(pid, start);
  if (typeof found !== 'object') return undefined;
  return found.inode === inode && deviceOf(found.device) === device ? namedBy(found.path) : undefined;
}
