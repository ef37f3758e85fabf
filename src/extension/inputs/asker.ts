/** What an asker gets, and how a schema's refusal is put into words. */
import * as v from 'valibot';
import type { IpcObject, ProcessSubject } from '../../protocol/kinds';
import type { Kind } from '../../protocol/ref';
import type { Host } from '../../protocol/snapshot';
import { grouped } from '../../presentation/values';
import { type Steps, Wrong } from './steps';
import { t } from '../../presentation/translate';

/** One parameter of an ability, to be asked for. */
export interface Asked {
  /** Of a process there is none. */
  kind: Kind | undefined;
  ability: string;
  field: string;
  /** The parameter's own, without `optional`. */
  schema: v.GenericSchema;
  /** The words of the question. */
  prompt: string;
  /** What was answered before, by parameter. */
  answers: Readonly<Record<string, unknown>>;
  /** What the ability is about; of a create there is none. */
  object: IpcObject | undefined;
  /** The process that it is about. */
  process: ProcessSubject | undefined;
  /** Limits of the machine, where it was looked at already. */
  host: Host | undefined;
}

/** Asks for one parameter; undefined leaves it out. */
export type Asker = (steps: Steps, asked: Asked) => Promise<unknown>;

/** A value that the parameter's schema allows, or why it does not. */
export function checked<T>(schema: v.GenericSchema, value: T, otherwise: string): T | Wrong {
  if (v.safeParse(schema, value).success) return value;
  return new Wrong(rangeWords(schema) ?? otherwise);
}

/** The limits that a schema of numbers has, as a sentence. */
function rangeWords(schema: v.GenericSchema): string | undefined {
  const [least, most] = [limitOf(schema, 'min_value'), limitOf(schema, 'max_value')];
  if (least === undefined) return undefined;
  return most === undefined
    ? t('This is a whole number, {0} or more.', grouped(least))
    : t('This is a whole number from {0} to {1}.', grouped(least), grouped(most));
}

/** The strictest limit of one type within a pipe and the pipes that it is made of. */
function limitOf(schema: v.GenericSchema, type: 'min_value' | 'max_value'): number | undefined {
  const found: number[] = [];
  const walk = (one: object): void => {
    if ('type' in one && one.type === type && 'requirement' in one && typeof one.requirement === 'number')
      found.push(one.requirement);
    if ('pipe' in one && Array.isArray(one.pipe))
      for (const part of one.pipe as object[]) if (part !== one) walk(part);
  };
  walk(schema);
  if (found.length === 0) return undefined;
  return type === 'min_value' ? Math.max(...found) : Math.min(...found);
}
