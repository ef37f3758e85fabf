/** Whether an act may be asked for, before anything is asked. */
import * as vscode from 'vscode';
import { IpcFailure } from '../../protocol/errors';
import type { Thing } from '../../protocol/kinds';
import { makingRefusal, type Refusal, refusalOf } from '../../protocol/mayAct';
import { refusalText } from '../../presentation/refusals';
import { actorOf } from '../model/actor';
import { type ActContext, type Given, isObject, type Subject } from './context';

type Parts = Pick<ActContext, 'inventory'>;

/** Why an act must fail; undefined where it may succeed, and where nobody has looked at the machine yet but the window is trusted. */
export function refusedNow(
  { inventory }: Parts,
  object: Thing,
  ability: string,
  given?: Given,
): Refusal | undefined {
  const host = inventory.actingHost;
  // What the kernel lets us do with a process it says itself, before anything is asked.
  return host && isObject(object) ? refusalOf(object, ability, actorOf(host), given) : trustRefusal();
}

/** Throws `refused` where an act must fail: also what a panel asks for is not believed because its button was enabled. */
export function demand(parts: Parts, subject: Subject, ability: string, given?: Given): void {
  refuse(typeof subject === 'string' ? trustRefusal() : refusedNow(parts, subject, ability, given));
}

/** The same of what needs no object but the trust in its window. */
export function demandTrust(): void {
  refuse(trustRefusal());
}

function trustRefusal(): Refusal | undefined {
  return makingRefusal({ trusted: vscode.workspace.isTrusted });
}

function refuse(refusal: Refusal | undefined): void {
  if (refusal) throw new IpcFailure({ code: 'refused', detail: { why: refusalText(refusal) } });
}
