/** The sample: a process of its own beside the helper (`helper.js sample`), which ends with this window at the latest. */
import type { ChildProcess } from 'node:child_process';
import * as readline from 'node:readline';
import * as vscode from 'vscode';
import { IpcFailure } from '../../protocol/errors';
import { visible } from '../../presentation/text';
import { launchHelper, launchPlan } from '../helper/launch';

/** Milliseconds in which one that is told to end has removed everything; then it is killed, and another of it removes. */
const PATIENCE = 5000;
/** Letters of its last words on stderr. */
const WORDS_MOST = 500;

interface Running {
  child: ChildProcess;
  ended: Promise<void>;
  ready: Promise<void>;
}

export class Sample implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** It began or ended to run. */
  readonly onDidChange = this.changed.event;
  private running: Running | undefined;

  constructor(
    private readonly helperPath: string,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  get runs(): boolean {
    return this.running !== undefined;
  }

  /** Resolves when everything of it is there, with whether that is new. Throws IpcFailure where it ends before. */
  async start(): Promise<boolean> {
    const isNew = this.running === undefined;
    const running = (this.running ??= this.launch());
    if (isNew) this.changed.fire();
    await running.ready;
    return isNew;
  }

  /** Resolves when it and everything that it made are gone, with whether there was one. */
  async stop(): Promise<boolean> {
    const { running } = this;
    if (!running) return false;
    running.child.stdin?.end();
    const late = setTimeout(() => running.child.kill('SIGKILL'), PATIENCE);
    await running.ended;
    clearTimeout(late);
    return true;
  }

  dispose(): void {
    // It hears of that, also where nobody waits for it any more.
    this.running?.child.stdin?.end();
    this.changed.dispose();
  }

  private launch(): Running {
    const child = launchHelper(launchPlan(process.execPath, process.env, this.helperPath, 'sample'));
    child.stdin?.on('error', () => undefined);
    let words = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-WORDS_MOST);
      this.log.info(`sample: ${visible(text.trimEnd())}`);
    });
    const ended = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        words = error.message;
        resolve();
      });
      child.once('close', () => resolve());
    });
    const ready = new Promise<void>((resolve, reject) => {
      if (child.stdout)
        readline.createInterface({ input: child.stdout }).once('line', (line) => {
          this.log.info(visible(line));
          resolve();
        });
      void ended.then(() => reject(new IpcFailure({ code: 'internal', text: words })));
    });
    // Also where nobody waits for it.
    ready.catch(() => undefined);
    void ended.then(() => {
      this.running = undefined;
      this.changed.fire();
    });
    return { child, ended, ready };
  }
}
