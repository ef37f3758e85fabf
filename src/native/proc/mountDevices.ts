/** Devices as /proc writes them. */

/** `major:minor` of an st_dev as stat(2) gives it (gnu_dev_major, gnu_dev_minor of sys/sysmacros.h). */
export function deviceNumbers(device: string): string {
  const number = BigInt(device);
  const major = ((number >> 8n) & 0xfffn) | ((number >> 32n) & ~0xfffn);
  const minor = (number & 0xffn) | ((number >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}
