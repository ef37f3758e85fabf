/** What can be done with a process: looked at closely, and sent signals. */
import { IpcFailure } from '../../../protocol/errors';
import type { ParametersOf, ProcessSubject } from '../../../protocol/kinds';
import { parseProcessRef } from '../../../protocol/ref';
import { isMerged } from '../../../protocol/signals';
import { processSubject } from '../../census/processes/processSubject';
import { cpuClock } from '../../libc/time';
import type { Look } from '../../census/look';
import type { SubjectActs } from '../../census/mechanism';
import { parseSignals } from '../../proc/status';
import { readSmall } from '../../proc/read';
import { runNow } from '../../slices';
import {
  closeAll,
  mayReach,
  pinGroup,
  type Pinned,
  pinProcess,
  Pins,
  pinThread,
  signalPinned,
  statOf,
} from './pins';

export function makeProcess(): SubjectActs<'process'> {
  const pins = new Pins();
  return {
    kind: 'process',
    abilities: {
      inspect: ({ ref }, { look }) => inspected(look(), ref),
      pin: ({ ref, group, tid }, { look }) => pinned(pins, look(), ref, { group, tid }),
      release: ({ pinned: number }) => {
        pins.release(number);
        return {};
      },
      signal: ({ ref, signal, tid, value, pinned: number }) => {
        const { pid, startTime } = partsOf(ref);
        const now = () => [tid === undefined ? pinProcess(pid, startTime) : pinThread(pid, startTime, tid)];
        return withPinned(pins, number, now, ([one]) => {
          if (!one) throw new IpcFailure({ code: 'gone' });
          const pending = pendingOf(pid, tid);
          signalPinned(one, signal, value);
          return { merged: isMerged(pending, signal) };
        });
      },
      signalGroup: ({ ref, signal, pinned: number }) => {
        const { pid, startTime } = partsOf(ref);
        const now = () => pinGroup(groupOf(pid, startTime));
        return withPinned(pins, number, now, (members) => toEach(members, signal));
      },
    },
    end: () => pins.end(),
  };
}

function partsOf(ref: string): { pid: number; startTime: string } {
  const parts = parseProcessRef(ref);
  if (!parts) throw new IpcFailure({ code: 'invalid', detail: { field: 'ref' } });
  return parts;
}

function inspected(look: Look, ref: string): ProcessSubject {
  const { pid, startTime } = partsOf(ref);
  const found = runNow(processSubject(look, pid, startTime));
  if (found) return found;
  // It lives, and proc does not show it (hidepid).
  const hidden = statOf(pid) === undefined && cpuClock(pid) !== undefined;
  throw new IpcFailure({ code: 'gone', ...(hidden && { detail: { why: 'unseen' } }) });
}

function pinned(
  pins: Pins,
  look: Look,
  ref: string,
  { group, tid }: Pick<ParametersOf<'process', 'pin'>, 'group' | 'tid'>,
) {
  const { pid, startTime } = partsOf(ref);
  const all =
    group === true
      ? pinGroup(groupOf(pid, startTime))
      : [tid === undefined ? pinProcess(pid, startTime) : pinThread(pid, startTime, tid)];
  try {
    const members = all.map((one) => ({
      ...{ pid: one.pid, startTime: one.startTime },
      allowed: mayReach(one.fd) === 'allowed',
    }));
    const allowed = members.every((one) => one.allowed);
    return {
      process: inspected(look, ref),
      allowed,
      mayContinue: allowed || all.every((one) => statOf(one.pid)?.session === statOf(process.pid)?.session),
      ...(group === true && { members }),
      pinned: pins.keep(all),
    };
  } catch (error) {
    closeAll(all);
    throw error;
  }
}

/** The process group of a process that lives. Throws `gone`, and `invalid` where it is of another pid namespace. */
function groupOf(pid: number, startTime: string): number {
  const stat = statOf(pid);
  if (stat?.startTime !== startTime) throw new IpcFailure({ code: 'gone' });
  if (stat.group <= 0) throw new IpcFailure({ code: 'unsupported', detail: { why: 'group' } });
  return stat.group;
}

function withPinned<T>(
  pins: Pins,
  number: number | undefined,
  now: () => Pinned[],
  send: (pinned: readonly Pinned[]) => T,
): T {
  const held = number === undefined ? now() : pins.take(number);
  try {
    return send(held);
  } finally {
    closeAll(held);
  }
}

/** Ourselves last: the others would get nothing any more. */
function toEach(members: readonly Pinned[], signal: number) {
  const own = ({ pid }: Pinned) => pid === process.pid || pid === process.ppid;
  const done = { sent: 0, ended: 0, refused: 0 };
  for (const one of [...members.filter((member) => !own(member)), ...members.filter(own)])
    try {
      signalPinned(one, signal);
      done.sent++;
    } catch (error) {
      if (!(error instanceof IpcFailure)) throw error;
      if (error.failure.code === 'gone') done.ended++;
      else done.refused++;
    }
  return done;
}

/** What is pending already, of the process or of one thread. */
function pendingOf(pid: number, tid: number | undefined): string {
  const status = readSmall(tid === undefined ? `/proc/${pid}/status` : `/proc/${pid}/task/${tid}/status`);
  const signals = status && parseSignals(status.toString('latin1'));
  return (tid === undefined ? signals?.shared : signals?.pending) ?? '0';
}
