/** Every kind's contract. The table is exhaustive: a forgotten kind does not compile. */
import * as v from 'valibot';
import type { Kind, SubjectKind } from '../ref';
import { sysvMsg } from './sysvMsg';
import { sysvSem } from './sysvSem';
import { eventfd } from './eventfd';
import { fifo } from './fifo';
import { inet } from './inet';
import { lock } from './lock';
import { mapping } from './mapping';
import { pipe } from './pipe';
import { posixMq } from './posixMq';
import { posixSem } from './posixSem';
import { posixShm } from './posixShm';
import { process } from './process';
import { pty } from './pty';
import { sysvShm } from './sysvShm';
import { unix } from './unix';
import type { Ability, KindContract } from './kind';

export const contracts = {
  'sysv.msg': sysvMsg,
  'sysv.sem': sysvSem,
  'sysv.shm': sysvShm,
  'posix.mq': posixMq,
  'posix.sem': posixSem,
  'posix.shm': posixShm,
  pipe,
  fifo,
  unix,
  inet,
  mapping,
  lock,
  eventfd,
  pty,
} as const satisfies Record<Kind, KindContract>;

/** The same with processes, which are no kind but a subject. */
export const subjectContracts = { ...contracts, process } as const satisfies Record<
  SubjectKind,
  KindContract
>;

type Contracts = typeof subjectContracts;
/** The names of what can be done with a kind. */
export type AbilityOf<K extends SubjectKind> = keyof Contracts[K]['abilities'] & string;
type AbilityContract<K extends SubjectKind, A extends AbilityOf<K>> = Contracts[K]['abilities'][A] extends {
  parameters: infer P extends v.GenericSchema;
  result: infer R extends v.GenericSchema;
}
  ? { parameters: v.InferOutput<P>; result: v.InferOutput<R> }
  : never;
/** What an ability is asked with. */
export type ParametersOf<K extends SubjectKind, A extends AbilityOf<K>> = AbilityContract<K, A>['parameters'];
/** What an ability answers. */
export type ResultOf<K extends SubjectKind, A extends AbilityOf<K>> = AbilityContract<K, A>['result'];

/** Every `kind ability` that may wait: by its nature, or where its parameter `wait` is true. */
export type WaitingAct = {
  [K in Kind]: {
    [A in AbilityOf<K>]: Contracts[K]['abilities'][A] extends { waits: true }
      ? `${K} ${A}`
      : 'wait' extends keyof ParametersOf<K, A>
        ? `${K} ${A}`
        : never;
  }[AbilityOf<K>];
}[Kind];

/** Whether an act, asked so, waits for others and may take for ever. */
export function waitsForOthers(kind: SubjectKind, ability: string, parameters: unknown): boolean {
  const abilities: Readonly<Record<string, Ability>> = subjectContracts[kind].abilities;
  if (Object.hasOwn(abilities, ability) && abilities[ability]?.waits === true) return true;
  return (parameters as { wait?: unknown }).wait === true;
}

/** An object of any kind. */
export const objectSchema = v.variant('kind', [
  sysvMsg.object,
  sysvSem.object,
  sysvShm.object,
  posixMq.object,
  posixSem.object,
  posixShm.object,
  pipe.object,
  fifo.object,
  unix.object,
  inet.object,
  mapping.object,
  lock.object,
  eventfd.object,
  pty.object,
]);
export type IpcObject = v.InferOutput<typeof objectSchema>;
/** A process that somebody looks at closely. */
export type ProcessSubject = v.InferOutput<typeof process.object>;
/** What acts are about: an object of any kind, or a process. */
export type Thing = IpcObject | ProcessSubject;
/** An object of one kind. */
export type ObjectOf<K extends SubjectKind> = Extract<Thing, { kind: K }>;
