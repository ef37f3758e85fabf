/** The host's side of the bus between it and a page: typed, checked at run time, with errors and cancellation. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { asFailure, IpcFailure } from '../../protocol/errors';
import {
  type Channel,
  type Envelope,
  envelopeSchema,
  type EventData,
  type EventOf,
  type Letter,
  type RequestOf,
  type RequestParameters,
  type RequestResult,
} from '../../protocol/pages/channel';

/** Answers each request of a channel; what it throws becomes the page's error. */
export type Handlers<C extends Channel> = {
  [R in RequestOf<C>]: (
    parameters: RequestParameters<C, R>,
    token: vscode.CancellationToken,
  ) => RequestResult<C, R> | Promise<RequestResult<C, R>>;
};

/** Of one load of a page: what another one asked before or hears after it is none of its business. */
export class PageBus<C extends Channel> implements vscode.Disposable {
  private left = false;
  private readonly running = new Map<number, vscode.CancellationTokenSource>();
  private readonly listener: vscode.Disposable;

  /** `say` makes the sentence that the panel shows of a failed request; `data` is what it was asked with, unchecked. */
  constructor(
    private readonly webview: Pick<vscode.Webview, 'onDidReceiveMessage' | 'postMessage'>,
    private readonly page: string,
    private readonly channel: C,
    private readonly handlers: Handlers<C>,
    private readonly say: (request: RequestOf<C>, data: unknown, error: unknown) => string,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listener = webview.onDidReceiveMessage((message: unknown) => this.hear(message));
  }

  /** Tells the panel, and resolves when it was handed over. A hidden one hears nothing; it asks with `ready` when it is shown again. */
  send<E extends EventOf<C>>(name: E, data: EventData<C, E>): Promise<void> {
    return this.post({ is: 'event', name, data: v.parse(this.channel.events[name] ?? v.never(), data) });
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
      const known = this.isRequest(name);
      void this.post({
        is: 'failure',
        id,
        failure: shown,
        sentence: known ? this.say(name, data, error) : failure.code,
      });
    } finally {
      this.running.delete(id);
      source.dispose();
    }
  }

  private async handle(name: string, data: unknown, token: vscode.CancellationToken): Promise<unknown> {
    const request = this.isRequest(name) ? this.channel.requests[name] : undefined;
    if (!request) throw new IpcFailure({ code: 'invalid', text: `no request ${name}` });
    const parameters = v.safeParse(request.parameters, data);
    if (!parameters.success)
      throw new IpcFailure({ code: 'invalid', text: `${name}: ${parameters.issues[0].message}` });
    // The schema has just proved that these are this request's own parameters.
    const handler = this.handlers[name] as (p: unknown, t: vscode.CancellationToken) => unknown;
    return v.parse(request.result, await handler(parameters.output, token));
  }

  private isRequest(name: string): boolean {
    return Object.hasOwn(this.channel.requests, name);
  }

  private async post(letter: Letter): Promise<void> {
    if (this.left) return;
    const envelope = { page: this.page, ...letter } as Envelope;
    await Promise.resolve(this.webview.postMessage(envelope)).catch(() => undefined);
  }
}
