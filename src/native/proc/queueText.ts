/** What the file of a POSIX queue says (ipc/mqueue.c, mqueue_read_file): text in, record out. */
import type { MqObject } from '../../protocol/kinds/posixMq';

const HOW = ['signal', 'none', 'thread'] as const;
const LINE = /^QSIZE:(\d+)\s+NOTIFY:(\d+)\s+SIGNO:(\d+)\s+NOTIFY_PID:(\d+)/;

/** Bytes queued, and who is registered for a notice. A process outside our pid namespace has pid 0, as nobody has: with a signal or a way of its own it is somebody. */
export function parseQueueText(text: string): Pick<MqObject, 'bytes' | 'notify'> | undefined {
  const match = LINE.exec(text);
  if (!match) return undefined;
  const [bytes, notify, signal, pid] = match.slice(1).map(Number) as [number, number, number, number];
  const how = HOW[notify];
  if (how === undefined) return { bytes };
  const nobody = notify === 0 && signal === 0 && pid === 0;
  return { bytes, notify: nobody ? null : { how, ...(how === 'signal' && { signal }), pid } };
}
