/** What a page and the extension host say to each other: each page has a channel of its own, checked at run time on both sides; the bus that carries it is `bus.ts`. */
import * as v from 'valibot';
import { failureSchema } from '../errors';
import { count } from '../facts';

/** The catalogue of one page. `requests`: what it asks of the host; `events`: what the host tells without being asked. */
export interface Channel {
  readonly requests: Readonly<
    Record<string, { readonly parameters: v.GenericSchema; readonly result: v.GenericSchema }>
  >;
  readonly events: Readonly<Record<string, v.GenericSchema>>;
}

export type RequestOf<C extends Channel> = keyof C['requests'] & string;
export type RequestParameters<C extends Channel, R extends RequestOf<C>> = v.InferOutput<
  C['requests'][R]['parameters']
>;
export type RequestResult<C extends Channel, R extends RequestOf<C>> = v.InferOutput<
  C['requests'][R]['result']
>;
export type EventOf<C extends Channel> = keyof C['events'] & string;
export type EventData<C extends Channel, E extends EventOf<C>> = v.InferOutput<C['events'][E]>;

/** Which load of a page a word is from or for. A preview turns to another page by a new load, and what was on its way then is about something else. */
const page = v.string();

/** An envelope on `postMessage`, the same in both directions. */
export const envelopeSchema = v.variant('is', [
  v.object({ is: v.literal('request'), page, id: count, name: v.string(), data: v.unknown() }),
  v.object({ is: v.literal('answer'), page, id: count, data: v.unknown() }),
  v.object({ is: v.literal('failure'), page, id: count, failure: failureSchema, sentence: v.string() }),
  v.object({ is: v.literal('cancel'), page, id: count }),
  v.object({ is: v.literal('event'), page, name: v.string(), data: v.unknown() }),
]);
export type Envelope = v.InferOutput<typeof envelopeSchema>;
/** An envelope that has not been addressed yet. */
export type Letter = Envelope extends infer E ? (E extends Envelope ? Omit<E, 'page'> : never) : never;
