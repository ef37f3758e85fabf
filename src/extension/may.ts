/** Whether an act may be asked for, and the word that says why not, before anything is asked. */
import * as vscode from 'vscode';
import { type Failure, IpcFailure } from '../protocol/errors';
import type { IpcObject } from '../protocol/kinds';
import { type Actor, makingRefusal, type Refusal, refusalOf } from '../protocol/mayAct';
import { refusalText } from '../presentation/refusals';
import { type User, userOf } from '../protocol/rights';
import type { Host } from '../protocol/snapshot';
import { attemptOf } from '../presentation/abilities';
import type { Acting } from './acts/acting';
import type { Ask } from './ask';
import { nameOf } from '../presentation/kinds';
import { t } from '../presentation/translate';

type Parts = Pick<Acting, 'inventory'> & { ask: Ask };

/** Whose rights the helper has, and whether the window is trusted. */
export function actorOf(host: Host): Actor {
  return { ...userOf(host), trusted: vscode.workspace.isTrusted, stickyMemory: host.stickyMemory };
}

/** Whose rights the helper has; where it told nothing yet our own, which it inherits. */
export function actingUser({ inventory }: Pick<Acting, 'inventory'>): User {
  const { actingHost } = inventory;
  return actingHost
    ? userOf(actingHost)
    : { uid: process.geteuid?.() ?? 0, groups: [process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])] };
}

/** Why an act must fail; undefined where it may succeed, and where nobody has looked at the machine yet but the window is trusted. */
export function refusedNow(
  { inventory }: Pick<Acting, 'inventory'>,
  object: IpcObject,
  ability: string,
  given?: Readonly<Record<string, unknown>>,
): Refusal | undefined {
  const host = inventory.actingHost;
  return host
    ? refusalOf(object, ability, actorOf(host), given)
    : makingRefusal({ trusted: vscode.workspace.isTrusted });
}

/** Whether an act may begin. Where it must fail that is told, and nothing is asked. */
export function mayBegin(
  parts: Parts,
  object: IpcObject,
  ability: string,
  given?: Readonly<Record<string, unknown>>,
): boolean {
  const refusal = refusedNow(parts, object, ability, given);
  if (!refusal) return true;
  tellRefusal(parts, attemptOf(ability, nameOf(object, parts.inventory.process)), refusal);
  return false;
}

/** Whether it makes sense to ask with which object: in Restricted Mode with none. */
export function mayAsk(parts: Pick<Parts, 'ask'>, ability: string, node: unknown): boolean {
  return node !== undefined || mayMake(parts, attemptOf(ability, t('any object')));
}

/** The same of something that is to be made, or has no object yet. `what`: as `create a queue`. */
export function mayMake(parts: Pick<Parts, 'ask'>, what: string): boolean {
  const refusal = makingRefusal({ trusted: vscode.workspace.isTrusted });
  if (refusal) tellRefusal(parts, what, refusal);
  return refusal === undefined;
}

function tellRefusal({ ask }: Pick<Parts, 'ask'>, what: string, refusal: Refusal): void {
  void ask.tell('info', t('Could not {0}: {1}', what, refusalText(refusal)));
}

/** Throws where an act must fail: what a panel asks for is not believed because its button was enabled. */
export function demand(
  parts: Pick<Acting, 'inventory'>,
  object: IpcObject,
  ability: string,
  given?: Readonly<Record<string, unknown>>,
): void {
  const refusal = refusedNow(parts, object, ability, given);
  if (refusal) throw new IpcFailure(asFailure(refusal));
}

/** The same of what needs no object but the trust in its window. */
export function demandTrust(): void {
  const refusal = makingRefusal({ trusted: vscode.workspace.isTrusted });
  if (refusal) throw new IpcFailure(asFailure(refusal));
}

function asFailure(refusal: Refusal): Failure {
  return { code: 'refused', detail: { why: refusalText(refusal) } };
}
