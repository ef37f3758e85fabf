/** What every kind says about its acts; a forgotten kind does not compile. */
import type { CancellationToken } from 'vscode';
import type { IpcObject } from '../../../protocol/kinds';
import type { HistoryEntry } from '../../../protocol/panels';
import type { Kind } from '../../../protocol/ref';
import type { ActContext, Given } from '../context';
import { fifo } from './fifo';
import { inet } from './inet';
import type { Act, Around, Destruction, KindActs, Outcome, Question } from './kindActs';
import { mapping } from './mapping';
import { pipe } from './pipe';
import { posixMq } from './posixMq';
import { posixSem } from './posixSem';
import { posixShm } from './posixShm';
import { sysvMsg } from './sysvMsg';
import { sysvSem } from './sysvSem';
import { sysvShm } from './sysvShm';
import { unix } from './unix';

export const kindActs: { readonly [K in Kind]: KindActs<K> } = {
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
};

type Flags = Pick<Act<'pipe', 'peek'>, 'page' | 'opens' | 'background' | 'unasked' | 'progress'>;

/** An act whose kind is known at run time alone. */
export interface AnyAct extends Flags {
  confirm?(context: ActContext, object: IpcObject, parameters: Given): Promise<Question | undefined>;
  run?(
    context: ActContext,
    object: IpcObject | undefined,
    parameters: Given,
    token: CancellationToken | undefined,
  ): Promise<Outcome>;
  sends?(parameters: Given): Pick<HistoryEntry, 'type' | 'priority' | 'content'>;
  report?(
    context: ActContext,
    done: {
      object: IpcObject | undefined;
      name: string;
      parameters: Given;
      outcome: Outcome;
      after: string | undefined;
    },
  ): unknown;
}

interface AnyKind {
  identity?(object: IpcObject): unknown;
  giveBack?(entry: HistoryEntry): { ability: string; given: Given };
  acts: Readonly<Record<string, AnyAct>> & { destroy?: AnyDestruction };
}
interface AnyDestruction {
  which: Destruction<Kind>['which'];
  consequences(object: IpcObject, around: Around): string[];
}

/** What a kind says, for callers that do not know the kind: they hand it objects of its own, and parameters that its contract has checked. */
export function actsOf(kind: Kind): AnyKind {
  return kindActs[kind];
}

/** One act of a kind; undefined where nobody can ask for it. */
export function actOf(kind: Kind, ability: string): AnyAct | undefined {
  const { acts } = actsOf(kind);
  return Object.hasOwn(acts, ability) ? acts[ability] : undefined;
}
