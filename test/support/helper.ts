/** The real helper, driven as the extension drives it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  type CancellationToken,
  createMessageConnection,
  type MessageConnection,
  ParameterStructures,
  RequestType,
  StreamMessageReader,
} from 'vscode-jsonrpc/node';
import { QuietWriter } from '../../src/extension/helper/connection';
import type {
  Batch,
  Call,
  CallParameters,
  CallResult,
  ChangesParameters,
  Interest,
} from '../../src/protocol/calls';
import type { Failure } from '../../src/protocol/errors';
import type { AbilityOf, ParametersOf, ResultOf } from '../../src/protocol/kinds';
import type { SubjectKind } from '../../src/protocol/ref';
import type { Snapshot } from '../../src/protocol/snapshot';
import { withoutSubject } from './failures';

export const HELPER = 'dist/helper.js';
/** What reads beside it. */
export const BESIDE = 'dist/beside.js';

/** Interest in every row. */
export const ROWS: Interest = {
  levels: { 'sysv.msg': 'rows', 'sysv.sem': 'rows', 'sysv.shm': 'rows' },
  details: [],
};

export class TestHelper {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly exited: Promise<number | null>;

  /** `prefix`: a command that runs the helper, as `setpriv --reuid ...`. */
  constructor(prefix: string[] = []) {
    const [command, ...args] = [...prefix, process.execPath, HELPER, 'serve'];
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const { stdin, stdout } = this.child;
    if (!stdin || !stdout) throw new Error('no pipes');
    stdin.on('error', () => undefined);
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.connection = createMessageConnection(new StreamMessageReader(stdout), new QuietWriter(stdin));
    this.connection.onError(() => undefined);
    this.connection.listen();
  }

  /** Asks. On a busy machine an answer may come in parts: `changes` answers when nothing is pending any more, with all parts as one. */
  async request<C extends Call>(
    call: C,
    parameters: CallParameters<C>,
    token?: CancellationToken,
  ): Promise<CallResult<C>> {
    let answer = await this.requestOnce(call, parameters, token);
    while (isBatch(answer) && answer.pending.length > 0) {
      const { epoch, seq } = answer;
      const rest = { ...(parameters as ChangesParameters), epoch, seq, fresh: false };
      const next = await this.requestOnce('changes', rest, token);
      answer = inOne(answer, next) as typeof answer;
    }
    return answer;
  }

  /** Asks, and answers what comes. */
  requestOnce<C extends Call>(
    call: C,
    parameters: CallParameters<C>,
    token?: CancellationToken,
  ): Promise<CallResult<C>> {
    const type = new RequestType<CallParameters<C>, CallResult<C>, unknown>(call, ParameterStructures.byName);
    return this.connection.sendRequest(type, parameters, token);
  }

  act<K extends SubjectKind, A extends AbilityOf<K>>(
    kind: K,
    ability: A,
    parameters: ParametersOf<K, A>,
  ): Promise<ResultOf<K, A>> {
    return this.request('act', { kind, ability, parameters });
  }

  /** The failure that an act gives, without its subject; throws where it gives none. */
  async failure(act: Promise<unknown>): Promise<Failure> {
    return withoutSubject(await this.wholeFailure(act));
  }

  /** The same with its subject. */
  async wholeFailure(act: Promise<unknown>): Promise<Failure> {
    return act.then(
      (result) => {
        throw new Error(`no failure but ${JSON.stringify(result)}`);
      },
      (error: unknown) => (error as { data: Failure }).data,
    );
  }

  async stop(): Promise<void> {
    this.child.stdin?.end();
    await this.exited;
    this.connection.dispose();
  }
}

function isBatch(answer: unknown): answer is Batch {
  return typeof answer === 'object' && answer !== null && 'pending' in answer;
}

/** Two answers, one after the other, as one. */
function inOne(one: Batch, next: Batch): Batch {
  const { full, startedAt, added, changed, removed, processes } = one;
  return {
    ...next,
    ...{ full, startedAt },
    added: [...added, ...next.added],
    changed: [...changed, ...next.changed],
    removed: [...removed, ...next.removed],
    ...((next.processes ?? processes) && { processes: next.processes ?? processes }),
  };
}

/** What `helper.js snapshot` prints. */
export function snapshot(): Snapshot {
  const { stdout, status, stderr } = spawnSync(process.execPath, [HELPER, 'snapshot'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`snapshot gave ${String(status)}: ${stderr}`);
  return JSON.parse(stdout) as Snapshot;
}
