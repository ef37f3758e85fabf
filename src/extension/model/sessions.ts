/**
 * Sessions at sockets: what we said to others and they to us, pulled from the helper, which takes nothing more from a
 * socket than has been pulled. A session goes on when its panel closes; its transcript stands here until it is cleared
 * or dismissed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { CallResult } from '../../protocol/calls';
import { asFailure, type Failure } from '../../protocol/errors';
import type { IpcObject } from '../../protocol/kinds';
import type { SessionEvent, SessionOrder } from '../../protocol/kinds/socket';
import type { PanelSession, SessionLine } from '../../protocol/pages/object';
import type { Ref } from '../../protocol/ref';
import type { Helper } from '../helper/helper';
import { ownActs } from '../../presentation/ownActs';
import { why } from '../../presentation/failures';

/** Content that one session keeps, in characters of base64: about eight megabytes. Beyond it nothing more is taken. */
const MOST_KEPT = 11 << 20;
/** Lines that one session keeps. */
const MOST_LINES = 20_000;

/** Where a session came from. */
export interface Begun {
  act: number;
  ability: PanelSession['ability'];
  name: string;
  packets: boolean;
  /** The object whose panel shows it first. */
  home: Ref | undefined;
}

interface Session extends Begun {
  since: number;
  state: 'running' | 'ended';
  problem?: string;
  lines: SessionLine[];
  /** Of the last line that is no longer here. */
  cleared: number;
  kept: number;
  /** Events behind the last line that nobody has any more. */
  missed: number;
  open: PanelSession['open'];
  echo: boolean;
  /** Goes on after it was full. */
  wake: () => void;
}

/** What happened: lines behind `after` are new; without it, some went. */
export interface SessionChange {
  act: number;
  after?: number;
}

export class Sessions implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<SessionChange>();
  readonly onDidChange = this.changed.event;
  private readonly sessions = new Map<number, Session>();
  private disposed = false;

  constructor(
    private readonly helper: Helper,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** A session began: from now on what happens in it is pulled. */
  begin(begun: Begun): void {
    const session: Session = {
      ...begun,
      ...{
        since: Date.now(),
        state: 'running',
        lines: [],
        cleared: 0,
        kept: 0,
        missed: 0,
        open: [],
        echo: false,
      },
      wake: () => undefined,
    };
    this.sessions.set(begun.act, session);
    this.changed.fire({ act: begun.act, after: 0 });
    void this.pull(session);
  }

  /** The sessions at an object, or at the other end of its connection, oldest first; with the lines behind `after`. */
  of(ref: Ref, objects: readonly IpcObject[]): PanelSession[] {
    return [...this.sessions.values()]
      .filter(({ act }) => this.isAt(act, ref, objects))
      .map((session) => shown(session, 0));
  }

  /** Whether a session stands at an object. */
  isAt(act: number, ref: Ref, objects: readonly IpcObject[]): boolean {
    return this.sessions.get(act)?.home === ref || objects.flatMap(ownActs).some(({ id }) => id === act);
  }

  /** One session with the lines behind an event; undefined where it was dismissed. */
  get(act: number, after: number): PanelSession | undefined {
    const session = this.sessions.get(act);
    return session && shown(session, after);
  }

  /** Tells a session to do something. Throws IpcFailure. */
  async tell(act: number, order: SessionOrder): Promise<void> {
    // A send waits where the other side does not read.
    await this.helper.request('tell', { act, order }, undefined, true);
  }

  /** Forgets the lines so far. */
  clear(act: number): void {
    const session = this.sessions.get(act);
    if (!session) return;
    session.cleared = lastOf(session);
    session.lines = [];
    session.kept = 0;
    session.wake();
    this.changed.fire({ act });
  }

  /** Forgets a session that has ended. */
  dismiss(act: number): void {
    if (this.sessions.get(act)?.state !== 'ended') return;
    this.sessions.delete(act);
    this.changed.fire({ act });
  }

  dispose(): void {
    this.disposed = true;
    for (const { wake } of this.sessions.values()) wake();
    this.changed.dispose();
  }

  private async pull(session: Session): Promise<void> {
    const { act } = session;
    let after = 0;
    while (!this.disposed && session.state === 'running') {
      if (isFull(session)) {
        await new Promise<void>((resolve) => (session.wake = resolve));
        continue;
      }
      try {
        const state = await this.helper.request('session', { act, after }, undefined, true);
        this.take(session, state);
        after = state.seq;
      } catch (error) {
        const failure = asFailure(error);
        if (failure.code === 'superseded') await sleep(100);
        else this.end(session, failure);
      }
    }
  }

  private take(session: Session, state: CallResult<'session'>): void {
    if (this.disposed) return;
    const before = lastOf(session);
    session.missed += state.missed;
    for (const event of state.events) {
      if (event.seq <= before) continue;
      session.lines.push(lineOf(event, session.missed));
      session.missed = 0;
      session.kept += event.content?.length ?? 0;
      if (event.packet === true) session.packets = true;
    }
    session.open = state.open;
    session.echo = state.echo;
    session.state = state.state;
    this.changed.fire({ act: session.act, after: before });
  }

  private end(session: Session, failure: Failure): void {
    this.log.warn(`session ${session.act}: ${failure.code} ${failure.text ?? ''}`);
    session.state = 'ended';
    session.open = [];
    if (failure.code !== 'gone') session.problem = why(failure);
    if (!this.disposed) this.changed.fire({ act: session.act, after: lastOf(session) });
  }
}

function lastOf({ lines, cleared }: Session): number {
  return lines.at(-1)?.seq ?? cleared;
}

function isFull({ kept, lines }: Session): boolean {
  return kept > MOST_KEPT || lines.length > MOST_LINES;
}

function lineOf(event: SessionEvent, missed: number): SessionLine {
  const { failure } = event;
  return {
    ...event,
    // The helper's codes are those of every failure; what it does not know is a defect.
    ...(failure && { sentence: why({ ...failure, code: failure.code as Failure['code'] }) }),
    ...(missed > 0 && { missed }),
  };
}

function shown(session: Session, after: number): PanelSession {
  const { act, ability, name, packets, since, state, problem, open, echo, lines, cleared } = session;
  return {
    ...{ act, ability, name, packets, since, open, echo },
    state: state === 'running' && isFull(session) ? 'full' : state,
    ...(problem !== undefined && { problem }),
    after: Math.max(after, cleared),
    lines: lines.filter(({ seq }) => seq > after),
  };
}
