/** /proc/PID/maps (proc(5)): text in, records out. */

/** A mapping of a System V segment. */
export interface SegmentMapping {
  /** The id of the segment: it stands as the inode (ipc/shm.c, newseg). */
  id: number;
  /** As in the file, `7f35af834000-7f35af837000`. */
  address: string;
  /** `rw-s`; `r--s` is attached read-only. */
  rights: string;
}

const MARK = '/SYSV';
/** A segment is always called deleted, and its name is its key. */
const LINE =
  /^([0-9a-f]+-[0-9a-f]+) ([rwxsp-]{4}) [0-9a-f]+ ([0-9a-f]+:[0-9a-f]+) (\d+) +\/SYSV[0-9a-f]{8} \(deleted\)$/;

/**
 * The System V segments among the mappings. Long texts without any cost one search. `devices`: of the kernel's own file systems, as in the file
 * (`00:01`), since anybody may map a deleted file of his own that has such a name.
 */
export function parseSegmentMaps(text: string, devices: ReadonlySet<string>): SegmentMapping[] {
  const found: SegmentMapping[] = [];
  for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + 1)) {
    const from = text.lastIndexOf('\n', at) + 1;
    const end = text.indexOf('\n', at);
    const line = LINE.exec(text.slice(from, end < 0 ? undefined : end));
    if (line && devices.has(line[3] as string))
      found.push({ id: Number(line[4]), address: line[1] as string, rights: line[2] as string });
  }
  return found;
}
