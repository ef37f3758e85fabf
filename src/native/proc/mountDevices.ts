/** The device of a file's own file system, which stat(2) does not give on overlay and btrfs: that of its mount (proc(5), mountinfo). */
import { pointing } from '../libc/path';
import { placeOf } from './mounts';

/** `major:minor` of the file system on which a file lies; undefined where it cannot be told. The path is known to be local (proc/mounts.ts). */
export function mountDevice(path: Buffer): string | undefined {
  return pointing(path, (pointer) => placeOf('self', pointer).device);
}

/** `major:minor` of an st_dev as stat(2) gives it (gnu_dev_major, gnu_dev_minor of sys/sysmacros.h). */
export function deviceNumbers(device: string): string {
  const number = BigInt(device);
  const major = ((number >> 8n) & 0xfffn) | ((number >> 32n) & ~0xfffn);
  const minor = (number & 0xffn) | ((number >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}
