/**
 * The process of one waiting act: `helper.js act`, started by the helper only. It blocks in the call on the only thread of
 * its pool, so that its main thread hears when it is to end, and can then wake the other with a signal again and again: a
 * single signal could come just before the call and be lost.
 */
import * as readline from 'node:readline';
import * as v from 'valibot';
import { asFailure, IpcFailure } from '../../protocol/errors';
import { ErrnoError } from '../libc/errno';
import { prepare } from '../libc/load';
import { interrupt, interruptsCalls, ownProcessGroup, poolThread, signalOnParentDeath } from '../libc/thread';
import { type Outcome, waitingAct } from '../mechanisms';
import { type Recovery, recoverySchema, rescue } from '../mechanisms/common/unacknowledged';
import { heardSchema, jsonLine, KEPT, type ChildMessage, type Task, taskSchema } from './messages';
import type { Session } from '../mechanisms/socket/session/session';

/** Wakes the blocked thread; its handler does nothing. Calls on FIFOs are restarted after one unless that is turned off; System V's never are (signal(7)). */
const WAKE = 'SIGUSR2';
/** Milliseconds between two wakes. */
const AGAIN = 10;

/** Carries out the task that stands on stdin. Resolves with the exit code when the act has ended and its result is in safe hands. */
export async function runChild(): Promise<number> {
  const ending = new AbortController();
  const end = () => ending.abort();
  // A log-out or Ctrl+C reaches us as it reaches the helper, and SIGHUP also one that was stopped when the helper died.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  process.on(WAKE, () => undefined);
  process.stdout.on('error', () => undefined);
  const heard = readline.createInterface({ input: process.stdin });
  const orphaned = new Promise<'orphaned'>((resolve) => heard.once('close', () => resolve('orphaned')));
  void orphaned.then(end);
  try {
    const line = nextLine(heard);
    await prepare();
    ownProcessGroup();
    const task = v.parse(taskSchema, JSON.parse(await line));
    const { outcome, tid } = await carryOut(task, ending);
    if (outcome === 'held') {
      await say({ is: 'held' });
      await aborted(ending.signal);
      // The kernel gives back what was changed when this process is gone.
      return 0;
    }
    if ('session' in outcome) {
      await serve(outcome.session, tid, heard, ending.signal);
      return 0;
    }
    const recovery = v.safeParse(v.object({ recovery: recoverySchema }), task.parameters);
    const kept = outcome.keep && stored(heard, orphaned);
    await say({ is: 'done', ...outcome });
    if (kept && !(await kept)) save(recovery.success ? recovery.output.recovery : undefined, outcome.result);
    return 0;
  } catch (error) {
    await say({ is: 'failed', failure: asFailure(error) });
    return 1;
  }
}

/** Carries out what a session is told, until it is to end or is over. */
async function serve(
  session: Session,
  tid: number,
  heard: readline.Interface,
  ending: AbortSignal,
): Promise<void> {
  heard.on('line', (line) => {
    const parsed = v.safeParse(heardSchema, parsedJson(line));
    if (!parsed.success) return;
    const { output } = parsed;
    if ('acknowledged' in output) session.acknowledge(output.acknowledged);
    else
      void session.obey(output.what).then(
        () => say({ is: 'told', order: output.order }),
        (error: unknown) => say({ is: 'told', order: output.order, failure: asFailure(error) }),
      );
  });
  const { port } = session;
  await say({ is: 'held', session: true, ...(port !== undefined && { port }) });
  session.start((news) => void say(news));
  await aborted(ending);
  session.end();
  const waking = setInterval(() => interrupt(tid, WAKE), AGAIN);
  await session.settled();
  clearInterval(waking);
  // What was told last must have gone out before this process ends.
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Blocks in the call until it is done, or until we are to end. Throws `cancelled` then, unless the call was done all the same. */
async function carryOut(
  { parent, kind, ability, id, parameters }: Task,
  controller: AbortController,
): Promise<{ outcome: Outcome; tid: number }> {
  const act = waitingAct(kind, ability);
  const ending = controller.signal;
  interruptsCalls(WAKE);
  // SIGCONT also reaches one that is stopped, whoever becomes its parent.
  process.on('SIGCONT', () => {
    if (process.ppid !== parent) controller.abort();
  });
  signalOnParentDeath('SIGCONT');
  // Only what dies from now on is signalled.
  if (process.ppid !== parent) throw new IpcFailure({ code: 'cancelled' });
  const tid = await poolThread(WAKE);
  await say({ is: 'waiting', tid });
  for (;;) {
    if (ending.aborted) throw new IpcFailure({ code: 'cancelled' });
    const wake = () => interrupt(tid, WAKE);
    let waking: NodeJS.Timeout | undefined;
    const start = () => (waking = setInterval(wake, AGAIN));
    ending.addEventListener('abort', start, { once: true });
    try {
      return { outcome: await act(id, parameters, ending), tid };
    } catch (error) {
      // Any other signal, as of a stop and continue, is none of our business: wait again.
      if (!(error instanceof ErrnoError) || error.errno !== 'EINTR') throw error;
    } finally {
      ending.removeEventListener('abort', start);
      clearInterval(waking);
    }
  }
}

/** True when the helper says that the result is stored; false when the helper is gone. */
function stored(heard: readline.Interface, orphaned: Promise<'orphaned'>): Promise<boolean> {
  const kept = new Promise<boolean>((resolve) => {
    heard.on('line', (line) => {
      if (line === KEPT) resolve(true);
    });
  });
  return Promise.race([kept, orphaned.then(() => false)]);
}

function save(recovery: Recovery | undefined, result: Record<string, unknown>): void {
  try {
    rescue(recovery, result, process.pid);
  } catch (error) {
    console.error('could not rescue a taken message', error);
  }
}

function nextLine(heard: readline.Interface): Promise<string> {
  return new Promise((resolve, reject) => {
    heard.once('line', resolve);
    heard.once('close', () => reject(new IpcFailure({ code: 'cancelled' })));
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Resolves when the kernel has it, also where nobody reads any more. */
function say(news: ChildMessage): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(jsonLine(news), () => resolve());
  });
}
