/** The processes that VS Code debugs at this moment, as their debug adapters name them. */
import * as v from 'valibot';
import * as vscode from 'vscode';

/** The event `process` of the Debug Adapter Protocol; the pid is there where the debuggee runs on the adapter's machine. */
const processEvent = v.object({
  type: v.literal('event'),
  event: v.literal('process'),
  body: v.object({ systemProcessId: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
});

/** VS Code's debugger of JavaScript sends no such event; the sessions that it starts for the processes that it launched end their names with the pid (`app.js [4312]`). */
const launchedProcess = v.object({
  type: v.picklist(['pwa-node', 'node-terminal']),
  request: v.literal('launch'),
  name: v.pipe(
    v.string(),
    v.regex(/\[[1-9]\d{0,9}\]$/),
    v.transform((name) => Number(name.slice(name.lastIndexOf('[') + 1, -1))),
  ),
  // Only its own sessions have one: a user may name theirs `api [8080]`.
  __pendingTargetId: v.string(),
});

/** What we use of a debug session. */
export type DebugSession = Pick<vscode.DebugSession, 'id' | 'name' | 'parentSession'> & {
  configuration?: unknown;
};

/** A session from its start to its end; a restart is another run of the same session. */
interface Run {
  session: DebugSession;
  pids: Set<number>;
}

export class Debuggees implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  /** Each running session with the pids that its adapter named. */
  private readonly sessions = new Map<string, Run>();
  /** VS Code may go on calling one of these the active one. */
  private readonly ended = new Set<string>();
  private readonly registrations: vscode.Disposable[];

  constructor() {
    const { debug } = vscode;
    this.registrations = [
      debug.registerDebugAdapterTrackerFactory('*', {
        createDebugAdapterTracker: (session) => {
          const run = this.begin(session, true);
          return {
            onDidSendMessage: (message: unknown) => this.hear(session, message),
            onWillStopSession: () => this.end(session, run),
            onExit: () => this.end(session, run),
          };
        },
      }),
      debug.onDidStartDebugSession((session) => {
        this.begin(session);
      }),
      debug.onDidTerminateDebugSession((session) => this.end(session)),
      debug.onDidChangeActiveDebugSession((session) => {
        if (session && !this.ended.has(session.id)) this.begin(session);
      }),
    ];
    // One that began before us has no tracker of ours, and will not say again whom it debugs.
    if (debug.activeDebugSession) this.begin(debug.activeDebugSession);
  }

  /** Their pids. */
  get pids(): Set<number> {
    return new Set([...this.sessions.values()].flatMap(({ pids }) => [...pids]));
  }

  /** The pids of one session and of those that it started; where none of these named one, of all that the same user's session started. */
  pidsOf(id: string): number[] {
    const runs = [...this.sessions.values()];
    const own = runs.filter(({ session }) => lineOf(session).some((one) => one.id === id));
    const asked = this.sessions.get(id)?.session;
    const family = asked ? runs.filter(({ session }) => rootOf(session).id === rootOf(asked).id) : [];
    const pids = (some: readonly Run[]) => [...new Set(some.flatMap((run) => [...run.pids]))];
    const found = pids(own);
    return found.length > 0 ? found : pids(family);
  }

  /** Whether a session runs. */
  has(id: string): boolean {
    return this.sessions.has(id);
  }

  /** How many sessions run. */
  get running(): number {
    return this.sessions.size;
  }

  /** The names of sessions of which neither they nor those that they started named a process. */
  get unknown(): string[] {
    const families = new Map<string, { name: string; known: boolean }>();
    for (const { session, pids } of this.sessions.values()) {
      const { id, name } = rootOf(session);
      families.set(id, { name, known: pids.size > 0 || families.get(id)?.known === true });
    }
    return [...families.values()].filter(({ known }) => !known).map(({ name }) => name);
  }

  /** A session runs; `anew`: not the run that we know. */
  begin(session: DebugSession, anew = false): Run {
    const known = this.sessions.get(session.id);
    if (known && !anew) return known;
    const launched = v.safeParse(launchedProcess, session.configuration);
    const run: Run = { session, pids: new Set(launched.success ? [launched.output.name] : []) };
    this.ended.delete(session.id);
    this.sessions.set(session.id, run);
    this.changed.fire();
    return run;
  }

  /** A message of a session's adapter. */
  hear(session: DebugSession, message: unknown): void {
    const event = v.safeParse(processEvent, message);
    if (!event.success) return;
    this.begin(session).pids.add(event.output.body.systemProcessId);
    this.changed.fire();
  }

  /** A session ended, or one run of it: an adapter may exit when it has been started again already. */
  end({ id }: DebugSession, run?: Run): void {
    if (run !== undefined && this.sessions.get(id) !== run) return;
    this.ended.add(id);
    if (this.sessions.delete(id)) this.changed.fire();
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
    this.changed.dispose();
  }
}

/** A session and those above it. */
function lineOf(session: DebugSession): DebugSession[] {
  return session.parentSession ? [session, ...lineOf(session.parentSession)] : [session];
}

/** The session that a user started. */
function rootOf(session: DebugSession): DebugSession {
  return lineOf(session).at(-1) ?? session;
}
