/** /proc/PID/status (proc(5)): text in, record out. */
import type { Process } from '../../protocol/snapshot';
import { fieldOf } from './fields';

/** What we use of it. */
type Status = Partial<Pick<Process, 'state' | 'parent' | 'tracer' | 'threadCount' | 'signals'>>;

/** Masks of one thread, and of what waits for all of its process, as hexadecimal text. */
interface SignalMasks {
  /** SigPnd and SigBlk: of the thread. */
  pending: string;
  blocked: string;
  /** ShdPnd, SigIgn, SigCgt: of the process. */
  shared: string;
  ignored: string;
  caught: string;
  /** Real, effective and saved. */
  uids?: { real: number; effective: number; saved: number };
}

/** What /proc/PID/status, or that of a thread, says of signals; undefined where it says nothing. */
export function parseSignals(text: string): SignalMasks | undefined {
  if (fieldOf(text, 'SigBlk') === undefined) return undefined;
  const mask = (name: string) => maskOf(fieldOf(text, name));
  const [real, effective, saved] = (fieldOf(text, 'Uid') ?? '').split(/\s+/).map(Number);
  return {
    ...{ pending: mask('SigPnd'), blocked: mask('SigBlk'), shared: mask('ShdPnd') },
    ...{ ignored: mask('SigIgn'), caught: mask('SigCgt') },
    ...(saved !== undefined && { uids: { real: real as number, effective: effective as number, saved } }),
  };
}

/** Without zeros in front; what is no mask counts as an empty one. */
function maskOf(hex = '0'): string {
  return /^[0-9a-f]{1,32}$/.test(hex) ? hex.replace(/^0+(?=.)/, '') : '0';
}

/** The state, the parent, the tracer, how many threads, and the signal masks. What is missing is absent. */
export function parseStatus(text: string): Status {
  const fields = new Map(
    text.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    }),
  );
  const number = (name: string) => (fields.has(name) ? Number(fields.get(name)) : undefined);
  const [parent, tracer, threadCount] = [number('PPid'), number('TracerPid'), number('Threads')];
  const mask = (name: string) => maskOf(fields.get(name));
  const [queued = '0', limit = '0'] = (fields.get('SigQ') ?? '').split('/');
  const state = fields.get('State')?.[0];
  return {
    ...(state !== undefined && { state }),
    ...(parent !== undefined && { parent }),
    ...(tracer !== undefined && { tracer: tracer === 0 ? null : tracer }),
    ...(threadCount !== undefined && { threadCount }),
    ...(fields.has('SigBlk') && {
      signals: {
        // Of the whole process and of its leader.
        pending: (BigInt(`0x${mask('ShdPnd')}`) | BigInt(`0x${mask('SigPnd')}`)).toString(16),
        blocked: mask('SigBlk'),
        ignored: mask('SigIgn'),
        caught: mask('SigCgt'),
        queued: { count: Number(queued), limit: Number(limit) },
      },
    }),
  };
}
