/** What a pseudo-terminal tells through copies of its descriptors. Each lives for less than a millisecond; nothing is read from it, set or opened. */
import type { Endpoint } from '../../../protocol/facts';
import type { PtyObject, PtyWaiting } from '../../../protocol/kinds/pty';
import { infoOf, masterIndex, throughCopy } from '../../census/terminals/masters';
import type { OpenPty } from '../../census/terminals/ptys';
import { ErrnoError } from '../../libc/errno';
import { eventsOf, unreadOf } from '../../libc/fd';
import { statusOf } from '../../libc/path';
import { foregroundOf, localModes, sessionOf, windowSize } from '../../libc/tty';

/** Of one side, how many descriptors are tried. */
const TRIED = 8;
/** What a line discipline holds of input (N_TTY_BUF_SIZE - 1); beyond that there are buffers of which nobody tells. */
const LINE_BUFFER = 4095;

/** What both sides tell; absent: nobody's copy may be had. */
export interface SideFacts extends Pick<PtyObject, 'size' | 'byLine' | 'echo' | 'output' | 'input'> {
  /** Pids; null: none. */
  foreground?: number | null;
  session?: number | null;
  flags: ('outputFull' | 'inputFull' | 'outputHeld')[];
}

interface OneSide {
  unread: number;
  writable: boolean;
}

/** `blocked`: a thread waits to write to the slave. */
export function toldBySides(pty: OpenPty, blocked: boolean): SideFacts {
  const common: Partial<SideFacts> = {};
  const master = through(pty, 'master', (fd) => {
    const [foreground, session] = [foregroundOf(fd), sessionOf(fd)];
    Object.assign(common, {
      ...(foreground !== undefined && { foreground }),
      ...(session !== undefined && { session }),
    });
    return { ...oneSide(fd), ...settings(fd) };
  });
  const slave = through(pty, 'slave', (fd) => ({ ...oneSide(fd), ...settings(fd) }));
  const { size, byLine, echo } = master ?? slave ?? {};
  const flags: SideFacts['flags'] = [];
  if (master && slave) {
    const brims = master.unread >= LINE_BUFFER;
    if (!slave.writable && brims) flags.push('outputFull');
    else if (blocked && !brims) flags.push('outputHeld');
    if (!master.writable && slave.unread > 0) flags.push('inputFull');
  }
  return {
    ...common,
    ...(size && { size }),
    ...(byLine !== undefined && { byLine }),
    ...(echo !== undefined && { echo }),
    ...(master && { output: waiting(master.unread, master.unread >= LINE_BUFFER) }),
    ...(slave && { input: waiting(slave.unread, flags.includes('inputFull')) }),
    flags,
  };
}

function oneSide(fd: number): OneSide {
  const unread = unreadOf(fd);
  // Whoever writes at this very moment holds it for microseconds.
  return { unread, writable: eventsOf(fd).writable || eventsOf(fd).writable };
}

function settings(fd: number): Pick<SideFacts, 'size' | 'byLine' | 'echo'> {
  const size = windowSize(fd);
  return { ...(size && { size }), ...localModes(fd) };
}

function waiting(bytes: number, atLeast: boolean): PtyWaiting {
  return { bytes, ...(atLeast && { atLeast: true as const }) };
}

/** Looks through the first descriptor of a side that still leads there. */
function through<T>(pty: OpenPty, side: 'master' | 'slave', look: (fd: number) => T): T | undefined {
  const ends = pty.ends.filter(({ role }) => role === side).slice(0, TRIED);
  for (const { pid, tid, fd } of ends) {
    if (fd === undefined) continue;
    const told = throughCopy(pid, { fd, ...(tid !== undefined && { tid }) }, (copy) =>
      leadsThere(copy, pty, side) ? { seen: orNone(() => look(copy)) } : undefined,
    );
    if (told?.seen !== undefined) return told.seen;
  }
  return undefined;
}

/** Of one that is hung up all questions fail (EIO). */
function orNone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof ErrnoError) return undefined;
    throw error;
  }
}

/** What the number leads to may have changed. */
function leadsThere(copy: number, { device, index }: OpenPty, side: Endpoint['role']): boolean {
  if (side === 'master') return masterIndex(infoOf({ pid: process.pid, fd: copy })) === index;
  const status = statusOf(copy);
  return status.device === device && status.minor === index;
}
