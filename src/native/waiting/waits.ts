/** The waiting and holding acts of this helper: its children, what they are asked for, and how they show among the object's endpoints. */
import { type ChildProcess, spawn } from 'node:child_process';
import * as readline from 'node:readline';
import * as v from 'valibot';
import { about, type Failure, IpcFailure } from '../../protocol/errors';
import type { Endpoint } from '../../protocol/facts';
import type { SessionOrder, SessionState } from '../../protocol/kinds/socket';
import type { Ref } from '../../protocol/ref';
import type { Wait } from '../../protocol/waits';
import type { ProcessTable } from '../census/processes/processes';
import { ErrnoError } from '../libc/errno';
import { tell } from '../census/waits/waitsOf';
import type { Ended, ActRequest } from '../census/mechanism';
import { firstNumber } from '../numbering';
import { helperProgram } from '../programs';
import { callOf, type RawCall, wchanOf } from '../proc/syscall';
import { jsonLine, KEPT, type ChildMessage, newsSchema } from './messages';
import { SessionLog } from './sessionLog';
import { watchSilence } from './silence';

/** Each is a process of its own, with the memory of one. */
const MOST = 64;
/** Milliseconds that children get to end in order when the helper ends. */
const PATIENCE = 1000;

type Waiting = ActRequest & {
  act: number;
  child: ChildProcess;
  pid: number;
  since: number;
  tid: number | undefined;
  /** It has said something: until then it has done nothing. */
  begun: boolean;
  /** `ends`: it was told to end, so that what it holds from now on is given back at once. */
  state: 'waits' | 'holds' | 'ends';
  /** Of a session: what happened in it, and who waits for an order to be carried out. */
  log: SessionLog;
  orders: Map<number, { resolve: () => void; reject: (error: unknown) => void }>;
};

/** Sessions that are over, which nobody has heard to their end. */
const MOST_ENDED = 32;

export class Waits {
  /** Those that are done, and live until what they took is stored. */
  private readonly storing = new Set<ChildProcess>();
  private readonly running = new Map<number, Waiting>();
  private readonly logs = new Map<number, SessionLog>();
  private next = firstNumber();
  private nextOrder = 1;

  /**
   * Starts an act. Resolves when it is done, or when what it holds is held; then it goes on until `end`. `onCancel` is given what ends it.
   * Rejects with what the call gave, and with `cancelled` where it was ended.
   */
  start(errand: ActRequest, onCancel: (end: () => void) => void): Promise<Ended> {
    if (this.running.size >= MOST)
      return Promise.reject(new IpcFailure({ code: 'noChild', detail: { why: 'tooMany', limit: MOST } }));
    return new Promise<Ended>((resolve, reject) => {
      const child = spawnChild((error) => {
        this.running.delete(act);
        reject(new ErrnoError('fork', (error as NodeJS.ErrnoException).code ?? 'EAGAIN'));
      });
      const act = this.next++;
      // Where the process could not be made there are no pipes either; the error comes by itself.
      if (!child?.stdin || !child.stdout || child.pid === undefined) return;
      const { pid, stdin, stdout } = child;
      const waiting: Waiting = {
        ...errand,
        act,
        child,
        pid,
        since: Date.now(),
        tid: undefined,
        begun: false,
        state: 'waits',
        log: new SessionLog((acknowledged) => void stdin.write(jsonLine({ acknowledged }))),
        orders: new Map(),
      };
      this.running.set(act, waiting);
      // It may be gone before it has heard us.
      stdin.on('error', () => undefined);
      const { kind, ability, id, parameters } = errand;
      stdin.write(jsonLine({ parent: process.pid, kind, ability, id, parameters }));
      onCancel(() => {
        if (waiting.state === 'waits') end(waiting);
      });
      const heard = watchSilence(child, (seconds) => {
        this.running.delete(act);
        reject(new IpcFailure({ code: 'noChild', detail: { why: 'silent', seconds } }));
      });
      // `close`, not `exit`: what it said last must have been read.
      child.once('close', (code, signal) => {
        this.running.delete(act);
        this.storing.delete(child);
        waiting.log.end();
        for (const { reject: refuse } of waiting.orders.values()) refuse(new IpcFailure({ code: 'gone' }));
        reject(endOf(waiting, String(signal ?? code)));
      });
      readline.createInterface({ input: stdout }).on('line', (line) => {
        const news = parse(line);
        if (!news) return;
        heard();
        waiting.begun = true;
        this.hear(news, waiting, resolve, reject);
      });
    });
  }

  /** What happened in a session behind event `after`; waits for something. Throws `gone`, `superseded`, `cancelled`. */
  async session(act: number, after: number, onCancel: (end: () => void) => void): Promise<SessionState> {
    const log = this.logs.get(act);
    if (!log) throw new IpcFailure({ code: 'gone' });
    const state = await log.pull(after, onCancel);
    if (state.state === 'ended') this.logs.delete(act);
    return state;
  }

  /** Tells a session to do something, and resolves when it is done. Throws `gone`, and what its calls gave. */
  tell(act: number, what: SessionOrder): Promise<void> {
    const waiting = this.running.get(act);
    if (!waiting || !this.logs.has(act) || waiting.state !== 'holds')
      return Promise.reject(new IpcFailure({ code: 'gone' }));
    const order = this.nextOrder++;
    return new Promise<void>((resolve, reject) => {
      waiting.orders.set(order, { resolve, reject });
      waiting.child.stdin?.write(jsonLine({ order, what }));
    });
  }

  /** Ends an act: a waiting one is woken, a held one given back. Throws `gone` where there is none. */
  end(act: number): void {
    const waiting = this.running.get(act);
    if (!waiting) throw new IpcFailure({ code: 'gone' });
    end(waiting);
  }

  /** The acts on an object as its endpoints. `processes` looks up when each was born. */
  endpointsOf(ref: Ref, processes: ProcessTable): Endpoint[] {
    const endpoints: Endpoint[] = [];
    for (const one of this.running.values()) {
      if (one.ref !== ref) continue;
      const process = processes.living(one.pid);
      if (process) endpoints.push(endpointOf(one, process.startTime));
    }
    return endpoints;
  }

  /** Ends all, and resolves when they are gone or out of patience; what they had taken they save by themselves. */
  async endAll(): Promise<void> {
    const storing = [...this.storing].map((child) => {
      const closed = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.stdin?.end();
      return closed;
    });
    const gone = [...this.running.values()].map(({ child }) => {
      const closed = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      child.kill('SIGCONT');
      child.stdin?.end();
      return closed;
    });
    if (gone.length + storing.length === 0) return;
    const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE).unref());
    await Promise.race([Promise.all([...gone, ...storing]), late]);
  }

  private hear(
    news: ChildMessage,
    waiting: Waiting,
    resolve: (ended: Ended) => void,
    reject: (error: IpcFailure) => void,
  ): void {
    switch (news.is) {
      case 'waiting':
        waiting.tid = news.tid;
        break;
      case 'held':
        // Told to end just before it held: then it holds no more.
        if (waiting.state === 'ends') reject(new IpcFailure({ code: 'cancelled' }));
        else {
          waiting.state = 'holds';
          // It can be asked for from now on, before anything has happened in it.
          if (news.session) this.keep(waiting);
          // What counts from now on is how long it is held.
          waiting.since = Date.now();
          resolve({ is: 'held', act: waiting.act, port: news.port });
        }
        break;
      case 'event':
        waiting.log.note(news.event, news.open, news.echo);
        break;
      case 'told': {
        const order = waiting.orders.get(news.order);
        waiting.orders.delete(news.order);
        if (news.failure) order?.reject(about(waiting.kind, failureOf(news.failure)));
        else order?.resolve();
        break;
      }
      case 'done':
        // It waits no longer, though it may live until its result is stored.
        this.running.delete(waiting.act);
        this.storing.add(waiting.child);
        resolve({
          is: 'done',
          result: news.result,
          acknowledge: () => void waiting.child.stdin?.write(`${KEPT}\n`),
        });
        break;
      case 'failed':
        this.running.delete(waiting.act);
        reject(failureOf(news.failure));
    }
  }

  /** Only what says that something happened is a session. */
  private keep({ act, log }: Waiting): void {
    this.logs.set(act, log);
    for (const [old, { done, over }] of this.logs) {
      if (this.logs.size <= MOST_ENDED + MOST) break;
      if (done || over) this.logs.delete(old);
    }
  }
}

/** A child's failure as if the call had been ours. EIDRM comes only to who was blocked when the object was removed. */
function failureOf(failure: Failure): IpcFailure {
  const { call = '', errno, detail } = failure;
  if (errno === 'EIDRM') return new IpcFailure({ code: 'gone' });
  return errno === undefined ? new IpcFailure(failure) : new ErrnoError(call, errno, detail);
}

/** What it means that a child has ended before its act was done. `how`: its signal or code. */
function endOf({ state, begun }: Waiting, how: string): IpcFailure {
  const text = `the act's process ended: ${how}`;
  // These end it in order once it has begun: so does whoever sends one before.
  const asked = ['SIGTERM', 'SIGINT', 'SIGHUP'].includes(how);
  if (state === 'ends' || asked) return new IpcFailure({ code: 'cancelled', text });
  return begun
    ? new IpcFailure({ code: 'helperEnded', text })
    : new IpcFailure({ code: 'noChild', detail: { why: 'ended', how } });
}

/** One that is stopped hears of it too. */
function end(waiting: Waiting): void {
  waiting.state = 'ends';
  waiting.child.kill('SIGTERM');
  waiting.child.kill('SIGCONT');
}

/** `failed`: there is no process to be had (too many, no memory, no descriptors). Undefined then. */
function spawnChild(failed: (error: unknown) => void): ChildProcess | undefined {
  try {
    const child = spawn(process.execPath, [helperProgram(), 'act'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // One thread, so that the child knows which one blocks.
      env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    });
    child.once('error', failed);
    return child;
  } catch (error) {
    queueMicrotask(() => failed(error));
    return undefined;
  }
}

function parse(line: string): ChildMessage | undefined {
  try {
    return v.parse(newsSchema, JSON.parse(line));
  } catch (error) {
    console.error('a waiting act said what makes no sense:', error);
    return undefined;
  }
}

function ownWait(tid: number, call: RawCall, wchan: string): Wait {
  const { on, timeout } = tell(tid, call, wchan);
  return { tid, call: call.name, on, certain: true, ...(timeout !== undefined && { timeout }) };
}

function endpointOf(
  { act, pid, tid, ability, since, parameters, state }: Waiting,
  startTime: string,
): Endpoint {
  const held = state === 'holds';
  const call = held || tid === undefined ? undefined : callOf(pid, tid);
  const {
    ref: _ref,
    content: _content,
    recovery: _recovery,
    path: _path,
    links: _links,
    name: _name,
    identity: _identity,
    ...shown
  } = parameters;
  return {
    pid,
    startTime,
    role: held ? 'holder' : 'waiter',
    own: true,
    act: { id: act, ability, since, parameters: shown },
    ...(typeof call === 'object' &&
      tid !== undefined && {
        waits: [ownWait(tid, call, wchanOf(pid, tid))],
      }),
  };
}
