/** One running helper process and the requests under way to it. */
import type { ChildProcess } from 'node:child_process';
import * as v from 'valibot';
import {
  type CancellationToken,
  createMessageConnection,
  type Message,
  type MessageConnection,
  ParameterStructures,
  RequestType,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { type Call, type CallParameters, type CallResult, calls } from '../../protocol/calls';
import { type Failure, failureSchema, IpcFailure } from '../../protocol/errors';

/** A helper that answers nothing for so long is taken for stuck. Above the keep-alive of an open `changes`. */
const PATIENCE = 40_000;
/** Longest line of its stderr that reaches the log. */
const LOG_LINE = 2000;
/** Milliseconds after SIGKILL in which a process ends, if it ever does. */
const LAST_WORD = 3000;

/** vscode-jsonrpc leaves a rejected promise behind when it writes to a helper that just died; who asked learns it from `ended`. */
export class QuietWriter extends StreamMessageWriter {
  override write(message: Message): Promise<void> {
    return super.write(message).catch(() => undefined);
  }
}

export class HelperConnection {
  private readonly connection: MessageConnection;
  private alive = true;
  private stopping = false;
  /** How each request under way learns of the end. A handler on `ended` for each would stay for as long as the helper lives. */
  private readonly underWay = new Set<(error: IpcFailure) => void>();
  /** Resolves when the process is gone, or given up, with a word on how. */
  readonly ended: Promise<string>;
  private giveUp: (how: string) => void = () => undefined;

  /** `child`: a helper that was started right now. `log` gets each line of its stderr. `patience`: milliseconds for one answer; Infinity under a debugger. */
  constructor(
    private readonly child: ChildProcess,
    log: (line: string) => void,
    private readonly patience = PATIENCE,
  ) {
    const { stdin, stdout, stderr } = this.child;
    if (!stdin || !stdout || !stderr) throw new Error('a spawned process has its three pipes');
    // Writing to a helper that just died gives EPIPE; its end is told by `ended`.
    stdin.on('error', () => undefined);
    let rest = '';
    stderr.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(0, LOG_LINE);
      for (const line of lines) if (!this.stopping) log(line.slice(0, LOG_LINE));
    });
    this.connection = createMessageConnection(new StreamMessageReader(stdout), new QuietWriter(stdin));
    this.connection.onError(([error]) => {
      if (this.alive && !this.stopping) log(error.message);
    });
    this.connection.listen();
    this.ended = new Promise((resolve) => {
      this.giveUp = resolve;
      this.child.once('error', (error) => resolve(error.message));
      // Not at `exit`: an answer may still lie in the pipe then. Nor at `close`: a child of the helper's may hold its stderr for as long as it lives.
      const read = new Promise<void>((done) => stdout.once('close', () => done()));
      this.child.once('exit', (code, signal) => {
        const how = signal ? `ended by ${signal}` : `ended with code ${code}`;
        void read.then(() => resolve(how));
        setTimeout(() => resolve(how), LAST_WORD).unref();
      });
    });
    void this.ended.then((how) => {
      this.alive = false;
      for (const fail of this.underWay) fail(new IpcFailure({ code: 'helperEnded', text: how }));
      this.connection.dispose();
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Asks the helper. Throws IpcFailure; `helperEnded` when it goes away with the request under way. `waits`: the answer may take for ever. */
  async request<C extends Call>(
    call: C,
    parameters: CallParameters<C>,
    token?: CancellationToken,
    waits = false,
  ): Promise<CallResult<C>> {
    if (!this.alive) throw new IpcFailure({ code: 'helperEnded' });
    let fail: (error: IpcFailure) => void = () => undefined;
    const ended = new Promise<never>((_resolve, reject) => (fail = reject));
    this.underWay.add(fail);
    const unwatch = waits || this.patience === Infinity ? () => undefined : this.watch(call);
    try {
      const answer = await Promise.race([this.send(call, parameters, token), ended]);
      const checked = v.safeParse(calls[call].result, answer);
      if (!checked.success)
        throw new IpcFailure({
          code: 'internal',
          text: `answer to ${call}: ${checked.issues[0].message} at ${v.getDotPath(checked.issues[0])}`,
        });
      return checked.output;
    } catch (error) {
      throw this.alive ? new IpcFailure(failureOf(error)) : new IpcFailure({ code: 'helperEnded' });
    } finally {
      unwatch();
      this.underWay.delete(fail);
    }
  }

  /**
   * Ends a helper that does not answer in time. A snapshot waits for everything, which takes long on a busy machine: then one that still answers something else is not stuck. Answers what
   * ends the watch.
   */
  private watch(call: Call): () => void {
    let over = false;
    let timer: NodeJS.Timeout | undefined;
    const begin = () => {
      timer = setTimeout(() => {
        if (call !== 'snapshot') this.kill();
        else
          void this.request('hello', {}).then(
            () => over || begin(),
            () => undefined,
          );
      }, this.patience);
    };
    begin();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }

  /** One that sleeps in the kernel where no signal reaches it does not even end then: it is left alone, and another takes its place. */
  private kill(): void {
    this.child.kill('SIGKILL');
    setTimeout(() => this.giveUp('it does not answer and cannot be ended'), LAST_WORD).unref();
  }

  private send(call: Call, parameters: unknown, token?: CancellationToken): Promise<unknown> {
    const type = new RequestType<unknown, unknown, unknown>(call, ParameterStructures.byName);
    return this.connection.sendRequest(type, parameters, token);
  }

  /** Closes the helper's stdin, upon which it ends; one that does not is killed. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.child.stdin?.end();
    const late = setTimeout(() => this.kill(), 1000);
    await this.ended;
    clearTimeout(late);
  }
}

/** What went wrong, from whatever the connection threw. */
function failureOf(error: unknown): Failure {
  if (error instanceof IpcFailure) return error.failure;
  if (error instanceof ResponseError) {
    const data = v.safeParse(failureSchema, error.data);
    if (data.success) return data.output;
  }
  return { code: 'internal', text: error instanceof Error ? error.message : String(error) };
}
