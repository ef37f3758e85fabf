/** The processes that VS Code debugs at this moment, as their debug adapters name them. */
import * as v from 'valibot';
import * as vscode from 'vscode';

/** The event `process` of the Debug Adapter Protocol; the pid is there where the debuggee runs on the adapter's machine. */
const processEvent = v.object({
  type: v.literal('event'),
  event: v.literal('process'),
  body: v.object({ systemProcessId: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
});

export class Debuggees implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly sessions = new Map<string, Set<number>>();
  private readonly registration = vscode.debug.registerDebugAdapterTrackerFactory('*', {
    createDebugAdapterTracker: ({ id }) => ({
      onDidSendMessage: (message: unknown) => this.hear(id, message),
      onWillStopSession: () => this.end(id),
      onExit: () => this.end(id),
    }),
  });

  /** Their pids. */
  get pids(): Set<number> {
    return new Set([...this.sessions.values()].flatMap((pids) => [...pids]));
  }

  /** A message of a session's adapter. */
  hear(session: string, message: unknown): void {
    const event = v.safeParse(processEvent, message);
    if (!event.success) return;
    const pids = this.sessions.get(session) ?? new Set<number>();
    this.sessions.set(session, pids.add(event.output.body.systemProcessId));
    this.changed.fire();
  }

  /** A session ended. */
  end(session: string): void {
    if (this.sessions.delete(session)) this.changed.fire();
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
