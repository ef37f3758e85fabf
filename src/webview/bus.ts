/**
 * This side of the bus between page and extension host: typed requests with errors and cancellation, and events.
 * Whatever arrives is checked; what does not fit is refused, and no promise is left behind by it.
 */
import * as v from 'valibot';
import type { Failure } from '../protocol/errors';
import {
  type Channel,
  type Envelope,
  type EventData,
  type EventOf,
  type RequestOf,
  type RequestParameters,
  type RequestResult,
  envelopeSchema,
} from '../protocol/pages/channel';

/** A request that failed: the code for us, and the sentence that the host made of it for the user. */
export class RequestFailure extends Error {
  override name = 'RequestFailure';
  constructor(
    readonly failure: Failure,
    readonly sentence: string,
  ) {
    super(sentence || failure.code);
  }
}

/** How messages leave this page and reach it. */
export interface Port {
  post(envelope: Envelope): void;
  listen(heard: (data: unknown) => void): void;
}

interface Pending {
  name: string;
  resolve(result: unknown): void;
  reject(error: RequestFailure): void;
}

/** What `request` may be told besides: a signal that takes the request back. */
export interface RequestOptions {
  signal?: AbortSignal | undefined;
}

/** The page's end of the bus. */
export class Bus<C extends Channel> {
  /** VS Code loads a page that was hidden once more: a late answer to what it asked before must not be taken for one of now. */
  private nextId = Date.now() * 1000;
  private readonly pending = new Map<number, Pending>();
  private readonly handlers = new Map<string, Set<(data: never) => void>>();

  /** `page`: the name by which the host knows this page. */
  constructor(
    private readonly port: Port,
    private readonly page: string,
    private readonly channel: C,
  ) {
    port.listen((data) => this.receive(data));
  }

  /** Asks the host. Rejects with a `RequestFailure` in every case but success. */
  request<R extends RequestOf<C>>(
    name: R,
    parameters: RequestParameters<C, R>,
    { signal }: RequestOptions = {},
  ): Promise<RequestResult<C, R>> {
    return new Promise((resolve, reject) => {
      const cancelled = () => new RequestFailure({ code: 'cancelled' }, '');
      if (signal?.aborted) {
        reject(cancelled());
        return;
      }
      const id = this.nextId++;
      const abort = () => {
        if (!this.pending.delete(id)) return;
        this.port.post({ is: 'cancel', page: this.page, id });
        reject(cancelled());
      };
      const done = () => signal?.removeEventListener('abort', abort);
      this.pending.set(id, {
        name,
        resolve: (result) => {
          done();
          resolve(result);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      signal?.addEventListener('abort', abort, { once: true });
      this.port.post({ is: 'request', page: this.page, id, name, data: parameters });
    });
  }

  /** Hears an event of the host. Returns how to stop. */
  on<E extends EventOf<C>>(event: E, handler: (data: EventData<C, E>) => void): () => void {
    const handlers = this.handlers.get(event) ?? new Set();
    this.handlers.set(event, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  private receive(data: unknown): void {
    const parsed = v.safeParse(envelopeSchema, data);
    if (!parsed.success) {
      this.refuse(data, v.flatten(parsed.issues));
      return;
    }
    const envelope = parsed.output;
    // To the page before, about another object.
    if (envelope.page !== this.page) return;
    switch (envelope.is) {
      case 'answer':
        this.answer(envelope.id, envelope.data);
        break;
      case 'failure': {
        const failure = new RequestFailure(envelope.failure, envelope.sentence);
        this.settle(envelope.id, (pending) => pending.reject(failure));
        break;
      }
      case 'event':
        this.event(envelope.name, envelope.data);
        break;
      case 'request':
      case 'cancel':
        console.error(`The host sent "${envelope.is}", which only a page sends.`);
    }
  }

  private answer(id: number, data: unknown): void {
    this.settle(id, (pending) => {
      const schema = this.channel.requests[pending.name]?.result ?? v.never();
      const parsed = v.safeParse(schema, data);
      if (parsed.success) {
        pending.resolve(parsed.output);
        return;
      }
      console.error(`The answer to "${pending.name}" is refused.`, v.flatten<v.GenericSchema>(parsed.issues));
      pending.reject(defect(`answer to ${pending.name}`));
    });
  }

  private event(name: string, data: unknown): void {
    const { events } = this.channel;
    const schema = Object.hasOwn(events, name) ? events[name] : undefined;
    if (!schema) {
      console.error('The host sent an unknown event.', name);
      return;
    }
    const parsed = v.safeParse(schema, data);
    if (parsed.success) for (const handler of this.handlers.get(name) ?? []) handler(parsed.output as never);
    else console.error(`The event "${name}" is refused.`, v.flatten<v.GenericSchema>(parsed.issues));
  }

  /** An envelope that is none: if it was meant as an answer, whoever waits for it must hear. */
  private refuse(data: unknown, issues: unknown): void {
    console.error('A message of the host is refused.', issues);
    const schema = v.object({ is: v.picklist(['answer', 'failure']), page: v.string(), id: v.number() });
    const stray = v.safeParse(schema, data);
    if (stray.success && stray.output.page === this.page)
      this.settle(stray.output.id, (pending) => pending.reject(defect('envelope')));
  }

  /** An answer to nothing is one to a request that was taken back meanwhile. */
  private settle(id: number, how: (pending: Pending) => void): void {
    const pending = this.pending.get(id);
    if (!pending) return;
    this.pending.delete(id);
    how(pending);
  }
}

function defect(what: string): RequestFailure {
  return new RequestFailure({ code: 'internal', text: `refused: ${what}` }, '');
}
