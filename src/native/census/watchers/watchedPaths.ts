/**
 * Paths of what an inotify watches, of which fdinfo has device and inode. As root the file system itself names the file by the handle that fdinfo has too (open_by_handle_at(2)); else it is one of the places
 * that its process is known to have to do with, where that has this device and inode. Nothing is opened, so that no inotify hears of it.
 */
import { dirname } from 'node:path';
import { statusOfPath, targetOfLink } from '../../libc/directory';
import { ErrnoError } from '../../libc/errno';
import { close } from '../../libc/fd';
import { pointToHandle } from '../../libc/handle';
import { statusOf } from '../../libc/path';
import { copyDescriptor, openPidfd } from '../../libc/pidfd';
import { deviceNumbers } from '../../proc/mountDevices';
import { parseMountTable } from '../../proc/mountTable';
import { isLocalType, mountsText } from '../../proc/mounts';
import { kernelName, type KernelName } from '../../proc/names';
import { isObstacle, withPathResolver } from '../../proc/pathResolver';
import type { InotifyEntry } from '../../proc/watchers';
import { descriptors } from '../descriptors/descriptors';
import type { Look } from '../look';

/** Places of a process that are tried. */
const PLACES_MOST = 256;
/** Descriptors on a file system that are tried, to ask it through a copy of one. */
const NEAR_MOST = 4;
const SLASH = 0x2f;

/** A watch with the path to it, where that is known. */
export function* pathsOf(
  pid: number,
  task: number,
  watches: readonly InotifyEntry[],
  look: Look,
): Generator<undefined, ReadonlyMap<InotifyEntry, KernelName>> {
  const found = new Map<InotifyEntry, KernelName>();
  const local = localDevices();
  const devices = new Set(watches.map(({ device }) => device).filter((device) => local.has(device)));
  const near = yield* nearestOf(devices, look);
  for (const [device, ends] of near)
    noteByHandle(
      watches.filter((one) => one.device === device),
      ends,
      found,
    );
  if (found.size < watches.length) notePlaces(pid, task, watches, look, found);
  return found;
}

/** What has a server might never answer. */
function localDevices(): ReadonlySet<string> {
  const table = parseMountTable(mountsText('self') ?? '');
  return new Set([...table.values()].filter(({ type }) => isLocalType(type)).map(({ device }) => device));
}

interface Near {
  pid: number;
  fd: number;
}

/** Of each file system some who have something of it open. */
function* nearestOf(
  devices: ReadonlySet<string>,
  look: Look,
): Generator<undefined, ReadonlyMap<string, Near[]>> {
  const near = new Map<string, Near[]>();
  if (process.geteuid?.() !== 0) return near;
  for (const [pid, { named, files }] of yield* look.get(descriptors))
    for (const { fd, tid, device: own } of [...named, ...files]) {
      const device = deviceNumbers(own);
      if (tid !== undefined || !devices.has(device)) continue;
      const known = near.get(device) ?? [];
      if (known.length < NEAR_MOST) near.set(device, [...known, { pid, fd }]);
    }
  return near;
}

function noteByHandle(
  watches: readonly InotifyEntry[],
  ends: readonly Near[],
  found: Map<InotifyEntry, KernelName>,
): void {
  for (const { pid, fd } of ends) {
    const left = watches.filter((one) => one.handle && !found.has(one));
    if (left.length === 0) return;
    try {
      const pidfd = openPidfd(pid, false);
      let copy: number | undefined;
      try {
        copy = copyDescriptor(pidfd, fd);
        if (deviceNumbers(statusOf(copy).device) !== left[0]?.device) continue;
        for (const watch of left) {
          const path = pathByHandle(copy, watch);
          if (path) found.set(watch, path);
        }
      } finally {
        if (copy !== undefined) close(copy);
        close(pidfd);
      }
    } catch (error) {
      // Not ours to ask, or gone.
      if (!(error instanceof ErrnoError)) throw error;
    }
  }
}

/** The path by which we ourselves come to it; undefined where we do not. */
function pathByHandle(near: number, { handle, inode, device }: InotifyEntry): KernelName | undefined {
  if (!handle) return undefined;
  let pointer: number;
  try {
    pointer = pointToHandle(near, handle);
  } catch (error) {
    if (error instanceof ErrnoError) return undefined;
    throw error;
  }
  try {
    const path = targetOfLink(Buffer.from(`/proc/self/fd/${pointer}`));
    if (path?.[0] !== SLASH) return undefined;
    const status = statusOfPath(path);
    const same = status?.inode === inode && deviceNumbers(status.device) === device;
    return same ? kernelName(path) : undefined;
  } finally {
    close(pointer);
  }
}

/** Its folders and those above them, mount points, what it has open and the folders of that, and the folders that somebody asked to be looked into. */
function notePlaces(
  pid: number,
  task: number,
  watches: readonly InotifyEntry[],
  { folders }: Look,
  found: Map<InotifyEntry, KernelName>,
): void {
  const wanted = new Map(watches.flatMap((one) => (found.has(one) ? [] : [[one.inode, one] as const])));
  withPathResolver((sight) => {
    const devices = new Set([...wanted.values()].map(({ device }) => device));
    for (const path of placesOf(pid, task, { folders, devices })) {
      if (wanted.size === 0) return;
      const bytes = Buffer.from(path, 'latin1');
      const reached = sight.of(pid, bytes);
      if (isObstacle(reached)) continue;
      sight.use(reached, ({ pointer }) => {
        const status = statusOf(pointer);
        const watch = wanted.get(status.inode);
        if (!watch) return;
        // On overlay and btrfs stat(2) tells another device than the kernel has.
        if (deviceNumbers(status.device) !== watch.device && sight.deviceOf(pointer) !== watch.device) return;
        found.set(watch, kernelName(bytes));
        wanted.delete(status.inode);
      });
    }
  });
}

/** Paths as Latin-1 text. */
function* placesOf(pid: number, task: number, around: Around): Generator<string> {
  const known = new Set<string>();
  for (const place of allPlaces(pid, task, around)) {
    if (known.has(place)) continue;
    if (known.size >= PLACES_MOST) return;
    known.add(place);
    yield place;
  }
}

interface Around {
  folders: readonly string[];
  /** `major:minor` of file systems, whose mount points are places too. */
  devices: ReadonlySet<string>;
}

function* allPlaces(pid: number, task: number, { folders, devices }: Around): Generator<string> {
  const linkOf = (name: string) => {
    const link = targetOfLink(Buffer.from(`/proc/${task}/${name}`));
    return link?.[0] === SLASH ? link.toString('latin1') : undefined;
  };
  yield* upwards(linkOf('cwd'));
  for (const folder of folders) yield Buffer.from(folder).toString('latin1');
  for (const { device, point } of parseMountTable(mountsText(pid) ?? '').values())
    if (devices.has(device)) yield point;
  yield* upwards(linkOf('exe'));
  for (let fd = 0; fd < PLACES_MOST; fd++) {
    const link = linkOf(`fd/${fd}`);
    if (link === undefined) continue;
    yield link;
    yield dirname(link);
  }
}

function* upwards(path: string | undefined): Generator<string> {
  for (let at = path; at !== undefined; at = at === '/' ? undefined : dirname(at)) yield at;
}
