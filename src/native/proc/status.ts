/** /proc/PID/status (proc(5)): text in, record out. */
import type { Process } from '../../protocol/snapshot';

/** What we use of it. */
type Status = Partial<Pick<Process, 'state' | 'parent' | 'tracer' | 'threadCount' | 'signals'>>;

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
  const mask = (name: string) => {
    const hex = fields.get(name) ?? '0';
    return /^[0-9a-f]{1,32}$/.test(hex) ? hex.replace(/^0+(?=.)/, '') : '0';
  };
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
