/** What every kind says about its acts; a forgotten kind does not compile. */
import type { IpcObject, Thing } from '../../../protocol/kinds';
import type { HistoryEntry } from '../../../protocol/pages/object';
import type { SubjectKind } from '../../../protocol/ref';
import type { Given } from '../context';
import { eventfd } from './eventfd';
import { fifo } from './fifo';
import { inet } from './inet';
import type { Act, Destruction, KindActs } from './kindActs';
import { lock } from './lock';
import { mapping } from './mapping';
import { pipe } from './pipe';
import { posixMq } from './posixMq';
import { posixSem } from './posixSem';
import { posixShm } from './posixShm';
import { process } from './process';
import { pty } from './pty';
import { sysvMsg } from './sysvMsg';
import { sysvSem } from './sysvSem';
import { sysvShm } from './sysvShm';
import { unix } from './unix';

export const kindActs: { readonly [K in SubjectKind]: KindActs<K> } = {
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
  process,
};

/** An act whose kind is known at run time alone. */
export type AnyAct = Act<Thing | undefined, Given, unknown>;

interface AnyKind {
  identity?(object: Thing): unknown;
  giveBack?(entry: HistoryEntry): { ability: string; given: Given };
  acts: Readonly<Record<string, AnyAct>> & { destroy?: Destruction<IpcObject> };
}

/** What a kind says, for callers that do not know the kind: they hand it objects of its own, and parameters that its contract has checked. */
export function actsOf(kind: SubjectKind): AnyKind {
  return kindActs[kind];
}

/** One act of a kind; undefined where nobody can ask for it. */
export function actOf(kind: SubjectKind, ability: string): AnyAct | undefined {
  const { acts } = actsOf(kind);
  return Object.hasOwn(acts, ability) ? acts[ability] : undefined;
}
