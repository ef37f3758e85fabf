/** What the sentences of all mechanisms are made of. */
import type { Failure } from '../../protocol/errors';
import type { BigCount } from '../../protocol/facts';
import { exactSize, grouped, size } from '../values';

export type Detail = NonNullable<Failure['detail']>;

/** A sentence for each `call ERRNO`: why, and what to do. */
export type Sentences = Readonly<Record<string, (detail: Detail) => string>>;

/** What failures mean at objects of a kind. `disturbs`: why nobody can look without a trace. */
export interface KindFailures {
  readonly errno: Sentences;
  readonly disturbs?: (reason: Detail[string] | undefined) => string;
}

/** The same sentences for each of several calls. */
export function forCalls(calls: readonly string[], messages: Sentences): Sentences {
  return Object.fromEntries(
    calls.flatMap((call) =>
      Object.entries(messages).map(([errno, sentence]) => [`${call} ${errno}`, sentence]),
    ),
  );
}

/** Whether a detail was given. */
export function has(detail: Detail, ...names: string[]): boolean {
  return names.every((name) => detail[name] !== undefined);
}

/** A detail as a count, with separators; `?` where it was not given. */
export function countOf(detail: Detail, name: string): string {
  const count = whole(detail[name]);
  return count === undefined ? '?' : grouped(count);
}

/** A detail as a size with its exact bytes. */
export function bytesOf(detail: Detail, name: string): string {
  const bytes = whole(detail[name]);
  return bytes === undefined ? '?' : exactSize(bytes);
}

/** A detail as a size, rounded; `?` where it was not given. */
export function sizeIn(detail: Detail, name: string): string {
  const bytes = whole(detail[name]);
  return bytes === undefined ? '?' : size(bytes);
}

function whole(value: string | number | undefined): BigCount | undefined {
  if (typeof value === 'string') return /^\d{1,25}$/.test(value) ? value : undefined;
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
