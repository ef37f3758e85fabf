/** What a kind must be able to do in the helper. */
import type { AbilityOf, ObjectOf, ParametersOf, ResultOf } from '../../protocol/kinds';
import type { Kind, Ref, SubjectKind } from '../../protocol/ref';
import type { Blind, Usage } from '../../protocol/snapshot';
import type { Look } from './look';

/** How much of a kind is wanted: every row, or only the objects that a panel shows. */
export interface Wanted {
  rows: boolean;
  details: ReadonlySet<Ref>;
  /** Details of every object, as the command line may ask. */
  allDetails?: boolean;
  /** Nobody has wanted more than the number for a while: what only rows need may be given back. */
  idle?: boolean;
}

/** Whether nobody wants more than to know how many there are. */
export function isCount({ rows, details, allDetails }: Wanted): boolean {
  return !rows && details.size === 0 && allDetails !== true;
}

/** What was found of one kind. An object that did not change is the same JavaScript object as in the last census. */
export interface Reading<K extends Kind> {
  /** Absent: cannot be known; `blind` says why. */
  count?: number;
  objects: ObjectOf<K>[];
  usage?: Usage[keyof Usage];
  blind: Blind[];
}

/**
 * The acts that wait in the kernel, or hold something: each is carried out in a process of its own, by the table in `mechanisms/index.ts`. Neither an act that is not named here
 * can be asked for, nor one without an entry there be compiled.
 */
interface BlockingActs {
  'sysv.msg': 'send' | 'take';
  'sysv.sem': 'operate' | 'hold';
  'posix.mq': 'send' | 'take';
  'posix.sem': 'post' | 'tryWait' | 'wait';
  fifo: 'write' | 'read';
  unix: 'talk' | 'listen';
  inet: 'talk' | 'listen';
  lock: 'hold';
  eventfd: 'post';
}
type ByKind = {
  [K in keyof BlockingActs]: { name: `${K} ${BlockingActs[K]}`; act: { kind: K; ability: BlockingActs[K] } };
};
export type BlockingAct = ByKind[keyof ByKind]['name'];

/** What is asked of a process of its own: the act, and the object it is about. */
export type ActRequest = ByKind[keyof ByKind]['act'] & {
  /** Absent where it is about none that is listed. */
  ref?: Ref | undefined;
  /** The id of the object for the kernel. */
  id: number;
  parameters: Record<string, unknown>;
};

/** How an act ended. `acknowledge`: tells that process that what it took is stored. */
export type Ended =
  | { is: 'held'; act: number; port?: number | undefined }
  | { is: 'done'; result: Record<string, unknown>; acknowledge: () => void };

/** What an act may know about its caller. */
export interface ActContext {
  look: () => Look;
  /** Whether the caller gave the act up; long ones ask between two steps. */
  cancelled: () => boolean;
  /** Runs an act that waits or holds in a process of its own. Rejects as `Waits.start` does. */
  wait: (errand: ActRequest) => Promise<Ended>;
}

/** Every ability that the contract of a kind, or of processes, declares. */
export interface SubjectActs<K extends SubjectKind> {
  readonly kind: K;
  readonly abilities: {
    readonly [A in AbilityOf<K>]: (
      parameters: ParametersOf<K, A>,
      context: ActContext,
    ) => ResultOf<K, A> | Promise<ResultOf<K, A>>;
  };
  /** The caller is gone: what it has not acknowledged must not be lost. */
  end?(): void;
}

/** One kind: how it is read, and what can be done. */
export interface Mechanism<K extends Kind> extends SubjectActs<K> {
  /** Reading its details changes something that others see. */
  readonly detailsLeaveTraces?: true;
  /** Yields often; whoever drives it may pause there. */
  read(look: Look, wanted: Wanted): Generator<undefined, Reading<K>>;
}

/** Every kind's, and what can be done with processes; a forgotten one does not compile. */
export type Mechanisms = { readonly [K in Kind]: Mechanism<K> } & {
  readonly process: SubjectActs<'process'>;
};
