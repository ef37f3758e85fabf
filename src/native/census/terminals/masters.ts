/**
 * Which pseudo-terminal the master's side of a descriptor is of: its number stands in fdinfo (pty(7), `tty-index`), and which devpts has it tells the slave's file, to which a copy of the master
 * points without opening it (TIOCGPTPEER with O_PATH). Where no copy may be had, the devpts beside the path by which it was opened (fs/devpts/inode.c, devpts_mntget).
 */
import { dirname } from 'node:path';
import { makedev, targetOfLink } from '../../libc/directory';
import { ErrnoError } from '../../libc/errno';
import { close } from '../../libc/fd';
import { statusOf } from '../../libc/path';
import { copyDescriptor, openPidfd } from '../../libc/pidfd';
import { deviceOfTerminal, pointToSlave } from '../../libc/tty';
import { fieldOf } from '../../proc/fields';
import { parseMountTable } from '../../proc/mountTable';
import { kernelName } from '../../proc/names';
import { readSmall, readWhole } from '../../proc/read';
import type { DescriptorNumber } from '../descriptors/openFiles';

/** A pseudo-terminal; `device` absent: nobody can tell of which devpts. */
export interface PtyId {
  device?: string;
  index: number;
}

/** Which devpts a master is of that has this number there and was opened on this mount; as long as its process has it. */
export type KnownDevices = Map<string, string>;

/** Where fdinfo has a descriptor. */
export function infoOf({ pid, fd, tid }: DescriptorNumber & { pid: number }): string | undefined {
  return readSmall(`${folderOf(pid, tid)}/fdinfo/${fd}`)?.toString('latin1');
}

function folderOf(pid: number, tid: number | undefined): string {
  return tid === undefined ? `/proc/${pid}` : `/proc/${pid}/task/${tid}`;
}

/** The number of a master; undefined where it is none by now. */
export function masterIndex(info: string | undefined): number | undefined {
  const index = fieldOf(info, 'tty-index');
  return index !== undefined && /^\d{1,7}$/.test(index) ? Number(index) : undefined;
}

/** Undefined: it is closed, or may not be read. */
export function masterOf(pid: number, one: DescriptorNumber, known: KnownDevices): PtyId | undefined {
  const info = infoOf({ pid, ...one });
  const index = masterIndex(info);
  if (index === undefined) return undefined;
  const mount = fieldOf(info, 'mnt_id') ?? '';
  const key = `${one.fd} ${one.tid ?? ''} ${index} ${mount}`;
  let device = known.get(key);
  if (device === undefined) {
    device = deviceByCopy(pid, one, index) ?? deviceByMounts(pid, one, mount);
    if (device !== undefined) known.set(key, device);
  }
  return { index, ...(device !== undefined && { device }) };
}

/** Runs it over a copy of a descriptor, which is closed at once; undefined where none may be had. */
export function throughCopy<T>(
  pid: number,
  { fd, tid }: DescriptorNumber,
  look: (copy: number) => T | undefined,
): T | undefined {
  try {
    const pidfd = openPidfd(tid ?? pid, tid !== undefined && tid !== pid);
    let copy: number | undefined;
    try {
      copy = copyDescriptor(pidfd, fd);
      return look(copy);
    } finally {
      if (copy !== undefined) close(copy);
      close(pidfd);
    }
  } catch (error) {
    if (error instanceof ErrnoError) return undefined;
    throw error;
  }
}

function deviceByCopy(pid: number, one: DescriptorNumber, index: number): string | undefined {
  return throughCopy(pid, one, (copy) => {
    if (masterIndex(infoOf({ pid: process.pid, fd: copy })) !== index) return undefined;
    const slave = pointToSlave(copy);
    try {
      return statusOf(slave).device;
    } finally {
      close(slave);
    }
  });
}

/** By the table of mounts of its process: the mount on which it was opened is a devpts, or one is mounted at `pts` beside it. */
function deviceByMounts(pid: number, { fd, tid }: DescriptorNumber, mount: string): string | undefined {
  const text = readWhole(`/proc/${pid}/mountinfo`);
  if (typeof text === 'string') return undefined;
  const table = parseMountTable(text.toString('latin1'));
  const own = table.get(mount);
  if (own?.type === 'devpts') return deviceText(own.device);
  const link = targetOfLink(Buffer.from(`${folderOf(pid, tid)}/fd/${fd}`));
  if (!link) return undefined;
  const point = `${dirname(kernelName(link).text)}/pts`;
  const beside = [...table.values()].filter((one) => one.type === 'devpts' && one.parent === mount);
  return deviceText(beside.find((one) => one.point === point)?.device);
}

/** `0:26` of mountinfo as st_dev. */
function deviceText(text: string | undefined): string | undefined {
  const [, major, minor] = /^(\d+):(\d+)$/.exec(text ?? '') ?? [];
  return major === undefined || minor === undefined
    ? undefined
    : String(makedev(Number(major), Number(minor)));
}

/** UNIX98_PTY_SLAVE_MAJOR of linux/major.h. */
const SLAVES = 136;

/** The number of the pseudo-terminal behind /dev/tty, as a copy of the descriptor tells it; undefined where that may not be had, or it is another terminal. */
export function ownIndex(pid: number, one: DescriptorNumber): number | undefined {
  const device = throughCopy(pid, one, deviceOfTerminal);
  return device === undefined ? undefined : slaveIndex(device);
}

/** Of a device as the kernel packs it (new_encode_dev; field 7 of proc(5), stat). */
export function slaveIndex(packed: number): number | undefined {
  const major = (packed >>> 8) & 0xfff;
  return major === SLAVES ? (packed & 0xff) | ((packed >>> 12) & 0xfff00) : undefined;
}
