/** As much of `vscode` as is needed where a test does without it: words in English, events, and nobody who looks. */
type Values = readonly unknown[];

export const l10n = {
  bundle: undefined,
  t: (text: string, ...values: Values): string =>
    text.replaceAll(/\{(\d+)\}/g, (_all, at: string) => String(values[Number(at)])),
};

/** As in the window of the test. */
export const workspace = { isTrusted: true, workspaceFolders: undefined };

export class EventEmitter<T> {
  private readonly listeners = new Set<(value: T) => unknown>();
  readonly event = (listener: (value: T) => unknown) => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
}

export class CancellationTokenSource {
  readonly token = { isCancellationRequested: false };
}

export const Uri = { file: (path: string) => ({ scheme: 'file', path, fsPath: path }) };

/** What the workbench was told to do. */
export const commands = {
  executeCommand: (_command: string, ..._given: unknown[]): Promise<unknown> => Promise.resolve(undefined),
};
