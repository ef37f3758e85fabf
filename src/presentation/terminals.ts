/** What terminals are called (Documentation/admin-guide/devices.txt). */

/** Numbers of devices: pseudo-terminals have eight majors, of which today's kernels use the first for all. */
const PTS = 136;
const PTS_LAST = 143;
const TTY = 4;
const SERIAL = 64;

/** `pts/3`, `tty1`, `ttyS0`; `major:minor` of others. `device`: st_rdev as decimal text. */
export function terminalText(device: string): string {
  if (!/^\d{1,20}$/.test(device)) return device;
  const bits = BigInt(device);
  const major = Number(((bits >> 8n) & 0xfffn) | ((bits >> 32n) & 0xfffff000n));
  const minor = Number((bits & 0xffn) | ((bits >> 12n) & 0xffffff00n));
  if (major >= PTS && major <= PTS_LAST) return `pts/${(major - PTS) * 256 + minor}`;
  if (major === TTY) return minor < SERIAL ? `tty${minor}` : `ttyS${minor - SERIAL}`;
  return `${major}:${minor}`;
}
