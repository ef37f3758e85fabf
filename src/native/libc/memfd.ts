/** sys/mman.h: the kernel's own file systems for memory, by a file of ours in each that nobody else sees. */
import { closeSync, fstatSync } from 'node:fs';
import { lazy } from './load';

const MFD_CLOEXEC = 1;
const MFD_HUGETLB = 4;

const c = {
  memfd_create: lazy<[string, number], number>('int memfd_create(const char *, unsigned int)'),
};

/** A file of ours in memory; undefined where we may have no descriptor at present. To be closed. */
export function makeMemfd(): number | undefined {
  const fd = c.memfd_create('ipc-inspector', MFD_CLOEXEC);
  return fd < 0 ? undefined : fd;
}

/**
 * The devices on which System V segments lie, as /proc/PID/maps writes them (`00:01`): a memfd lies on the same ones, with huge pages and without
 * (mm/shmem.c, fs/hugetlbfs/inode.c). A size of huge pages other than the machine's default is not among them.
 */
export function segmentDevices(): Set<string> {
  const devices = new Set<string>();
  for (const flags of [MFD_CLOEXEC, MFD_CLOEXEC | MFD_HUGETLB]) {
    const fd = c.memfd_create('ipc-inspector', flags);
    if (fd < 0) continue;
    const { dev } = fstatSync(fd, { bigint: true });
    closeSync(fd);
    const major = Number(((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n));
    const minor = Number((dev & 0xffn) | ((dev >> 12n) & 0xffffff00n));
    devices.add(`${hex(major)}:${hex(minor)}`);
  }
  return devices;
}

/** fs/proc/task_mmu.c writes them with at least two digits. */
function hex(number: number): string {
  return number.toString(16).padStart(2, '0');
}
