/** Reading files of /proc: sizes are unknown beforehand, reads may fail because the process is gone. */
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK = 1 << 20;
const chunk = Buffer.allocUnsafe(CHUNK);

/** A whole file of /proc, breathing (`yield`) between reads, since 32,000 lines take the kernel some time. Throws as open(2) and read(2) do. */
export function* readBreathing(path: string): Generator<undefined, string> {
  const fd = openSync(path, 'r');
  try {
    let text = '';
    for (;;) {
      const length = readSync(fd, chunk, 0, CHUNK, null);
      if (length === 0) return text;
      text += chunk.toString('latin1', 0, length);
      yield;
    }
  } finally {
    closeSync(fd);
  }
}

/** A small file of /proc, up to 64 KiB; undefined where it cannot be read. */
export function readSmall(path: string): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    let length = 0;
    // A read of /proc may end before its file does.
    for (;;) {
      const more = readSync(fd, chunk, length, 65_536 - length, null);
      length += more;
      if (more === 0 || length === 65_536) return Buffer.from(chunk.subarray(0, length));
    }
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/**
 * A file of /proc that is one record, such as `stat`, `status`, `sched`, `schedstat`, `syscall` and `wchan` of a task, or a setting: the kernel gives it whole in one read (fs/seq_file.c, single_open), so
 * nobody need ask whether there is more. Undefined where it cannot be read.
 */
export function readRecord(path: string): Buffer | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const length = readSync(fd, chunk, 0, 65_536, null);
    return Buffer.from(chunk.subarray(0, length));
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The first line of such a file, trimmed. */
export function readLine(path: string): string | undefined {
  return readRecord(path)?.toString('latin1').split('\n', 1)[0]?.trim();
}

let whole = Buffer.allocUnsafe(1 << 18);

/** A whole file of /proc of any size, as a view that the next call overwrites; `denied` where we may not read it, `gone` where nobody can. */
export function readWhole(path: string): Buffer | 'denied' | 'gone' {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return readAll(fd);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'gone';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The same of one that is open, as it is now; undefined where it cannot be read. */
export function readWholeOf(fd: number): Buffer | undefined {
  try {
    return readAll(fd);
  } catch {
    return undefined;
  }
}

/** From its start, wherever it was read last. */
function readAll(fd: number): Buffer {
  for (let length = 0; ;) {
    if (length === whole.length) whole = Buffer.concat([whole, Buffer.allocUnsafe(whole.length)]);
    const more = readSync(fd, whole, length, whole.length - length, length);
    if (more === 0) return whole.subarray(0, length);
    length += more;
  }
}
