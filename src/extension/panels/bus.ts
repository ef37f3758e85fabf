/** The host's side of the bus between it and a panel: typed, checked at run time, with errors and cancellation. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { asFailure, IpcFailure } from '../../protocol/errors';
import {
  type Envelope,
  envelopeSchema,
  type Letter,
  type PanelEvent,
  type PanelEventData,
  panelEvents,
  type PanelParameters,
  type PanelRequest,
  panelRequests,
  type PanelResult,
} from '../../protocol/panels';

/** Answers each request; what it throws becomes the panel's error. */
export type PanelHandlers = {
  [R in PanelRequest]: (
    parameters: PanelParameters<R>,
    token: vscode.CancellationToken,
  ) => PanelResult<R> | Promise<PanelResult<R>>;
};

/** Of one page: what another one asked before or hears after it is none of its business. */
export class PanelBus implements vscode.Disposable {
  private left = false;
  private readonly running = new Map<number, vscode.CancellationTokenSource>();
  private readonly listener: vscode.Disposable;

  /** `say` makes the sentence that the panel shows of a failed request; `data` is what it was asked with, unchecked. */
  constructor(
    private readonly webview: Pick<vscode.Webview, 'onDidReceiveMessage' | 'postMessage'>,
    private readonly page: string,
    private readonly handlers: PanelHandlers,
    private readonly say: (request: PanelRequest, data: unknown, error: unknown) => string,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listener = webview.onDidReceiveMessage((message: unknown) => this.hear(message));
  }

  /** Tells the panel, and resolves when it was handed over. A hidden one hears nothing; it asks with `ready` when it is shown again. */
  send<E extends PanelEvent>(name: E, data: PanelEventData<E>): Promise<void> {
    return this.post({ is: 'event', name, data: v.parse(panelEvents[name], data) });
  }

  /** The panel turns to another page: what was asked for is still done, and nobody hears of it here. */
  leave(): void {
    this.left = true;
    this.listener.dispose();
  }

  dispose(): void {
    this.leave();
    for (const source of this.running.values()) source.cancel();
  }

  private hear(message: unknown): void {
    const envelope = v.safeParse(envelopeSchema, message);
    if (!envelope.success) {
      this.log.warn(`panel: a message that makes no sense: ${envelope.issues[0].message}`);
      return;
    }
    if (envelope.output.page !== this.page) return;
    if (envelope.output.is === 'request') void this.answer(envelope.output);
    else if (envelope.output.is === 'cancel') this.running.get(envelope.output.id)?.cancel();
  }

  private async answer({ id, name, data }: Extract<Envelope, { is: 'request' }>): Promise<void> {
    const source = new vscode.CancellationTokenSource();
    this.running.set(id, source);
    try {
      void this.post({ is: 'answer', id, data: await this.handle(name, data, source.token) });
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code === 'internal') this.log.error(`panel: ${name}: ${failure.text}`);
      const { text: _text, ...shown } = failure;
      const known = Object.hasOwn(panelRequests, name);
      void this.post({
        is: 'failure',
        id,
        failure: shown,
        sentence: known ? this.say(name as PanelRequest, data, error) : failure.code,
      });
    } finally {
      this.running.delete(id);
      source.dispose();
    }
  }

  private async handle(name: string, data: unknown, token: vscode.CancellationToken): Promise<unknown> {
    if (!Object.hasOwn(panelRequests, name))
      throw new IpcFailure({ code: 'invalid', text: `no request ${name}` });
    const request = name as PanelRequest;
    const parameters = v.safeParse(panelRequests[request].parameters, data);
    if (!parameters.success)
      throw new IpcFailure({ code: 'invalid', text: `${name}: ${parameters.issues[0].message}` });
    // The schema has just proved that these are this request's own parameters.
    const handler = this.handlers[request] as (p: unknown, t: vscode.CancellationToken) => unknown;
    const result = await handler(parameters.output, token);
    return v.parse(panelRequests[request].result, result);
  }

  private async post(letter: Letter): Promise<void> {
    if (this.left) return;
    const envelope = { page: this.page, ...letter } as Envelope;
    await Promise.resolve(this.webview.postMessage(envelope)).catch(() => undefined);
  }
}
