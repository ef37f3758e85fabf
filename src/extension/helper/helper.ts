/** The helper as the rest of the extension knows it: started on the first need, restarted when it dies. */
import type { ChildProcess } from 'node:child_process';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { Call, CallParameters, CallResult } from '../../protocol/calls';
import { IpcFailure } from '../../protocol/errors';
import {
  type AbilityOf,
  type ParametersOf,
  type ResultOf,
  subjectContracts,
  waitsForOthers,
} from '../../protocol/kinds';
import type { Ability } from '../../protocol/kinds/kind';
import type { SubjectKind } from '../../protocol/ref';
import { visible } from '../../presentation/text';
import type { HelperConnection } from './connection';
import { INSPECT, launchHelper, launchPlan } from './launch';
import { Restarts } from './restarts';

/** `ready`: it answers. `failed`: it died too often. `unsupported`: not this platform, or its native part does not load. */
export type HelperState = 'idle' | 'starting' | 'ready' | 'failed' | 'unsupported';

interface HelperOptions {
  platform?: string;
  /** Milliseconds, for tests: as HelperConnection. */
  patience?: number | undefined;
  /** One that was started right now, for whoever asks first. */
  early?: ChildProcess | undefined;
}

export class Helper implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<HelperState>();
  readonly onDidChangeState = this.changed.event;
  private readonly connected = new vscode.EventEmitter<void>();
  /** Another helper answers: the one before is gone with everything that it knew. No state tells of a death that is mended at once. */
  readonly onDidConnect = this.connected.event;
  private readonly restarts = new Restarts();
  private connecting: Promise<HelperConnection> | undefined;
  private running: HelperConnection | undefined;
  private current: HelperState;
  private disposed = false;
  private readonly patience: number | undefined;
  /** Of this boot of the machine; empty until the helper has answered once. */
  bootId = '';
  /** Why it is `unsupported`. */
  reason: 'platform' | 'native' = 'platform';

  constructor(
    private readonly path: string,
    private readonly log: vscode.LogOutputChannel,
    { platform = process.platform, patience, early }: HelperOptions = {},
  ) {
    this.patience = patience;
    this.current = platform === 'linux' ? 'idle' : 'unsupported';
    if (!early) return;
    this.connecting = this.start(early);
    this.connecting.catch(() => undefined);
  }

  get state(): HelperState {
    return this.current;
  }

  /** The process id of the running helper, for tests and the log. */
  get pid(): number | undefined {
    return this.running?.pid;
  }

  /** Asks the helper, starting it if need be. Throws IpcFailure. `waits`: it is not stuck, however long it takes to answer. */
  async request<C extends Call>(
    call: C,
    parameters: CallParameters<C>,
    token?: vscode.CancellationToken,
    waits = false,
  ): Promise<CallResult<C>> {
    return (await this.connect()).request(call, parameters, token, waits);
  }

  /** Carries out an act on an object. Throws IpcFailure. */
  async act<K extends SubjectKind, A extends AbilityOf<K>>(
    kind: K,
    ability: A,
    parameters: ParametersOf<K, A>,
    token?: vscode.CancellationToken,
  ): Promise<ResultOf<K, A>> {
    const waits = waitsForOthers(kind, ability, parameters);
    const result = await this.request('act', { kind, ability, parameters }, token, waits);
    const abilities: Readonly<Record<string, Ability>> = subjectContracts[kind].abilities;
    const checked = v.safeParse((abilities[ability] as Ability).result, result);
    if (!checked.success)
      throw new IpcFailure({
        code: 'internal',
        text: `answer to ${kind} ${ability}: ${checked.issues[0].message}`,
      });
    return checked.output;
  }

  /** The user asks for another try after it failed. */
  restart(): void {
    if (this.current !== 'failed') return;
    this.restarts.forget();
    this.set('idle');
    void this.connect().catch(() => undefined);
  }

  dispose(): void {
    const { running } = this;
    this.running = this.connecting = undefined;
    this.disposed = true;
    this.current = 'failed';
    this.changed.dispose();
    this.connected.dispose();
    void running?.stop();
  }

  private connect(): Promise<HelperConnection> {
    if (this.current === 'unsupported') return Promise.reject(new IpcFailure({ code: 'unsupported' }));
    if (this.current === 'failed') return Promise.reject(new IpcFailure({ code: 'helperEnded' }));
    return (this.connecting ??= this.start());
  }

  private async start(early?: ChildProcess): Promise<HelperConnection> {
    if (this.current === 'idle') this.set('starting');
    // A bundle of its own: JSON-RPC is not needed before a helper runs.
    const { HelperConnection } = await import('./connection');
    const connection = new HelperConnection(
      early ?? launchHelper(launchPlan(process.execPath, process.env, this.path)),
      (line) => this.log.info(`helper: ${visible(line)}`),
      process.env[INSPECT] === undefined ? this.patience : Infinity,
    );
    void connection.ended.then((how) => this.ended(connection, how));
    const hello = await connection.request('hello', {}).catch(async (error: unknown) => {
      // It lives and makes no sense: its end starts another.
      await connection.stop();
      throw error;
    });
    if (this.disposed) {
      void connection.stop();
      throw new IpcFailure({ code: 'helperEnded' });
    }
    if (hello.problem !== undefined) {
      this.log.error(`the native part does not load: ${hello.problem}`);
      this.reason = 'native';
      this.set('unsupported');
      void connection.stop();
      throw new IpcFailure({ code: 'unsupported', text: hello.problem });
    }
    this.log.info(`helper ${hello.pid} ready, version ${hello.version}`);
    this.running = connection;
    this.bootId = hello.bootId ?? '';
    this.set('ready');
    this.connected.fire();
    return connection;
  }

  private ended(connection: HelperConnection, how: string): void {
    if (this.current === 'unsupported' || (this.running && this.running !== connection)) return;
    if (this.current === 'failed') return;
    this.log.warn(`helper ${connection.pid}: ${how}`);
    this.running = undefined;
    const delay = this.restarts.next(Date.now());
    if (delay === undefined) {
      this.connecting = undefined;
      this.set('failed');
      return;
    }
    // A first death is mended before anybody reads a word about it; later ones show.
    if (delay > 0) this.set('starting');
    this.connecting = new Promise<void>((resolve) => setTimeout(resolve, delay)).then(() => this.start());
    this.connecting.catch(() => undefined);
  }

  private set(state: HelperState): void {
    if (this.current === state) return;
    this.current = state;
    this.changed.fire(state);
  }
}
