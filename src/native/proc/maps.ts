/** /proc/PID/maps (proc(5)): text in, records out. */
import type { SharedMapping } from '../libc/procmap';

/** Address, rights with an `s` at the end, offset, device, inode, and behind blanks the path. */
const LINE = /^([0-9a-f]+-[0-9a-f]+) ([r-][w-][x-]s) ([0-9a-f]+) ([0-9a-f]+:[0-9a-f]+) (\d+) *([^]*)$/;

/**
 * The shared mappings in a maps file that was read as latin1. A newline in a path stands as \012 there; nothing else is escaped: a carriage return in a path ends no line, as it would for a regular
 * expression with the flag `m`.
 */
export function parseSharedMaps(text: string): SharedMapping[] {
  return text.split('\n').flatMap((line) => {
    const [found, address = '', rights = '', offset = '', device = '', inode = '', path = ''] =
      LINE.exec(line) ?? [];
    if (found === undefined) return [];
    return [
      {
        address,
        rights,
        offset: parseInt(offset, 16),
        device,
        inode,
        path: Buffer.from(path.replaceAll('\\012', '\n'), 'latin1'),
      },
    ];
  });
}

/** A mapping of a System V segment. */
export interface SegmentMapping extends SharedMapping {
  /** The id of the segment: it stands as the inode (ipc/shm.c, newseg). */
  id: number;
}

/** A segment is always called deleted, and its name is its key. */
const SEGMENT = /^\/SYSV[0-9a-f]{8} \(deleted\)$/;

/**
 * The System V segments among the shared mappings. `devices`: of the kernel's own file systems, as in the file (`00:01`), since anybody
 * may map a deleted file of his own that has such a name.
 */
export function segmentsAmong(
  mappings: readonly SharedMapping[],
  devices: ReadonlySet<string>,
): SegmentMapping[] {
  return mappings
    .filter(({ device, path }) => devices.has(device) && SEGMENT.test(path.toString('latin1')))
    .map((mapping) => ({ id: Number(mapping.inode), ...mapping }));
}
