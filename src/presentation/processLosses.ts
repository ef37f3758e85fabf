/** What others lose when a process ends, or wait for when it is stopped: what stands in the question before. */
import type { Endpoint } from '../protocol/facts';
import type { IpcObject, ObjectOf } from '../protocol/kinds';
import { type LockHolder, locksInTheWay } from '../protocol/kinds/lock';
import type { Process } from '../protocol/snapshot';
import type { SignalEffect } from '../protocol/signals';
import { labelOf, nameOf } from './kinds';
import { t } from './translate';
import { type Find, grouped, pidText } from './values';

/** Lines; of more losses only the number. */
const MOST = 8;
/** Processes named in one line. */
const NAMED = 3;

/** A sentence each. A process that is stopped loses nothing: who waits for it goes on waiting. */
export function signalLosses(
  process: Pick<Process, 'pid' | 'startTime'>,
  { is }: SignalEffect,
  objects: readonly IpcObject[],
  find: Find,
): string[] {
  const lines = objects.flatMap((object) => lossesOf(process, object, find, is === 'stops'));
  if (lines.length === 0) return [t('Nobody was seen who shares anything with it.')];
  const more = lines.length - MOST;
  return more > 0 ? [...lines.slice(0, MOST), t('And {0} more.', grouped(more))] : lines;
}

function lossesOf(
  process: Pick<Process, 'pid' | 'startTime'>,
  object: IpcObject,
  find: Find,
  stops: boolean,
): string[] {
  const { endpoints = [] } = object;
  const isIts = ({ pid, startTime }: Endpoint) => pid === process.pid && startTime === process.startTime;
  const own = endpoints.filter(isIts);
  if (own.length === 0) return [];
  const others = endpoints.filter((end) => !isIts(end));
  const name = nameOf(object, find);
  switch (object.kind) {
    case 'pipe':
    case 'fifo':
      return streamLosses(name, own, others, find, stops);
    case 'unix':
    case 'inet':
      return socketLosses(object, name, own, others, find, stops);
    case 'sysv.sem':
    case 'posix.sem': {
      // Its end gives back what it took (SEM_UNDO); the kernel shows that of nobody, so only our own are known.
      if (!stops && own.some(({ role }) => role === 'holder'))
        return [t('What it took from {0} is given back.', name)];
      const waiting = others.filter(({ waits = [] }) => waits.length > 0);
      return waiting.length === 0
        ? []
        : [t('{0}, which it has, is waited for by {1}.', name, names(waiting, find))];
    }
    case 'lock':
      return lockLosses(object, process, find, stops);
    case 'sysv.msg':
    case 'posix.mq':
      return others.some(({ waits = [] }) => waits.length > 0)
        ? [t('{0}, where it waits or which it has open, is waited for by {1}.', name, names(others, find))]
        : [];
    default:
      return others.length > 0 || stops || !losesMemory(object)
        ? []
        : [t('{0} goes with what is in it: only this process has it.', name)];
  }
}

/** Locks that it holds and others wait for: whoever else has the open file keeps them. */
function lockLosses(
  object: ObjectOf<'lock'>,
  process: Pick<Process, 'pid' | 'startTime'>,
  find: Find,
  stops: boolean,
): string[] {
  const isIts = ({ pid, startTime }: LockHolder) => pid === process.pid && startTime === process.startTime;
  const file = labelOf(object, find);
  const lines = object.held.flatMap((lock) => {
    if (!lock.holders.some(isIts)) return [];
    const waiting = object.waiters.filter(
      (one) => one.pid !== process.pid && locksInTheWay([lock], one).length > 0,
    );
    if (waiting.length === 0) return [];
    const who = names(
      waiting.flatMap(({ pid }) => (pid === undefined ? [] : [{ pid }])),
      find,
    );
    const heirs = lock.holders.filter((one) => !isIts(one));
    const waiters = who === '' ? t('processes that cannot be seen') : who;
    if (heirs.length > 0)
      return [
        t('{0} stays locked, also by {1}, and {2} go on waiting for it.', file, names(heirs, find), waiters),
      ];
    return [
      stops
        ? t('{0} wait for {1}, which it has locked, as long as it is stopped.', waiters, file)
        : t('{0}, which it has locked, is free for {1}, whatever it was doing with it.', file, waiters),
    ];
  });
  return [...new Set(lines)];
}

function losesMemory(object: IpcObject): boolean {
  return object.flags.includes('unlinked') || object.flags.includes('marked');
}

function streamLosses(
  name: string,
  own: readonly Endpoint[],
  others: readonly Endpoint[],
  find: Find,
  stops: boolean,
): string[] {
  const on = (ends: readonly Endpoint[], side: 'reader' | 'writer') =>
    ends.filter(({ role }) => role === side || role === 'both');
  const lines: string[] = [];
  const [readers, writers] = [on(others, 'reader'), on(others, 'writer')];
  if (on(own, 'writer').length > 0 && writers.length === 0 && readers.length > 0)
    lines.push(
      stops
        ? t('{0} get nothing more from {1} as long as it is stopped.', names(readers, find), name)
        : t('{0} see the end of {1}: nobody else was seen to write to it.', names(readers, find), name),
    );
  if (on(own, 'reader').length > 0 && readers.length === 0 && writers.length > 0)
    lines.push(
      stops
        ? t('What {0} write to {1} stays there as long as it is stopped.', names(writers, find), name)
        : t(
            '{0} get SIGPIPE from {1}, and what is in it is lost: nobody else was seen to read it.',
            names(writers, find),
            name,
          ),
    );
  return lines;
}

function socketLosses(
  object: Extract<IpcObject, { kind: 'unix' | 'inet' }>,
  name: string,
  own: readonly Endpoint[],
  others: readonly Endpoint[],
  find: Find,
  stops: boolean,
): string[] {
  // Whoever has the socket too keeps it alive.
  if (others.length > 0 || own.length === 0) return [];
  if (object.flags.includes('listening'))
    return [
      stops
        ? t('{0} accepts nobody as long as it is stopped.', name)
        : t('{0} takes no connections any more.', name),
    ];
  const peer = object.peer ? find.object?.(object.peer) : undefined;
  const ends = (peer?.endpoints ?? []).filter(({ pid }) => own.every((one) => one.pid !== pid));
  if (ends.length === 0) return [];
  return [
    stops
      ? t('{0} wait for it at {1} as long as it is stopped.', names(ends, find), name)
      : t('{0} lose their connection {1}.', names(ends, find), name),
  ];
}

function names(ends: readonly { pid: number }[], find: Find): string {
  const pids = [...new Set(ends.map(({ pid }) => pid))];
  const named = pids.slice(0, NAMED).map((pid) => pidText(pid, find));
  const more = pids.length - named.length;
  return more > 0 ? t('{0} and {1} more', named.join(', '), grouped(more)) : named.join(', ');
}
