/** Acts of one call on an object of any kind. */
import * as v from 'valibot';
import type { CancellationToken } from 'vscode';
import { IpcFailure } from '../../protocol/errors';
import {
  type AbilityOf,
  contracts,
  type IpcObject,
  type ObjectOf,
  type ParametersOf,
} from '../../protocol/kinds';
import type { Ability } from '../../protocol/kinds/kind';
import { type Kind, parseStreamRef, type PosixKind, type SysvKind } from '../../protocol/ref';
import { canDo } from '../../presentation/kinds';
import type { Acting } from './acting';

/** The kinds whose objects have an end that we can make. */
type Destroyable = SysvKind | PosixKind | 'fifo' | 'unix';
type Identity = ParametersOf<SysvKind | 'fifo' | 'unix', 'destroy'>['identity'];

/** What proves that an object is still the one that the user was asked about; undefined where nothing needs that. */
export function identityOf(object: IpcObject): Identity | undefined {
  switch (object.kind) {
    case 'sysv.msg':
      return creatorOf(object);
    case 'sysv.sem':
      return { ...creatorOf(object), semaphores: object.semaphores };
    case 'sysv.shm':
      return { ...creatorOf(object), cpid: object.createdBy.pid };
    case 'fifo': {
      const named = parseStreamRef(object.ref);
      if (named?.kind !== 'fifo') return undefined;
      const { device, inode, birth } = named;
      return { device, inode, birth };
    }
    case 'unix':
      return object.file;
    default:
      // The ref says all.
      return undefined;
  }
}

function creatorOf({ creator }: ObjectOf<SysvKind>) {
  return { cuid: creator.uid, cgid: creator.gid };
}

/** The object as it is at this moment. Throws IpcFailure. */
export function inspect({ helper }: Pick<Acting, 'helper'>, { kind, ref }: IpcObject): Promise<IpcObject> {
  return helper.act(kind, 'inspect', { ref });
}

/** Whether an object can be destroyed: it has a name or an entry that goes. */
export function hasEnd(object: IpcObject): boolean {
  return isDestroyable(object.kind) && canDo(object, 'destroy');
}

/** Whether objects of a kind can be destroyed. */
export function isDestroyable(kind: Kind): kind is Destroyable {
  return 'destroy' in contracts[kind].abilities;
}

/** Destroys an object, if it is still the one that `object` describes. Answers its change time then, where it has one. Throws IpcFailure. */
export async function destroy(acting: Acting, object: IpcObject): Promise<{ changedAt?: number }> {
  if (!hasEnd(object)) throw new IpcFailure({ code: 'invalid', detail: { ability: 'destroy' } });
  return (await actOn(acting, object, 'destroy', {})) as { changedAt?: number };
}

/** Carries out an ability that takes one call: adds `ref` and `identity`, and checks the rest by the contract. Throws IpcFailure. */
export async function actOn(
  { helper, inventory }: Acting,
  object: IpcObject,
  ability: string,
  given: Readonly<Record<string, unknown>>,
  token?: CancellationToken,
): Promise<unknown> {
  const parameters = completed(object, ability, given);
  const result: unknown = await helper.act(
    object.kind,
    ability as AbilityOf<Kind>,
    parameters as ParametersOf<Kind, AbilityOf<Kind>>,
    token,
  );
  if (!leavesNoTrace(object.kind, ability, given)) inventory.refresh();
  return result;
}

/** Whether an act changes nothing that anybody shows. */
function leavesNoTrace(kind: Kind, ability: string, given: Readonly<Record<string, unknown>>): boolean {
  if (ability === 'read') return kind !== 'fifo' && given.attach !== true;
  return ability === 'peek';
}

/** Parameters as the contract wants them. Throws `invalid`. */
export function completed(
  object: IpcObject,
  ability: string,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const abilities: Readonly<Record<string, Ability>> = contracts[object.kind].abilities;
  const schema = Object.hasOwn(abilities, ability) ? abilities[ability]?.parameters : undefined;
  if (!schema || !('entries' in schema)) throw new IpcFailure({ code: 'invalid', detail: { ability } });
  const needs = (field: string) => Object.hasOwn(schema.entries as object, field);
  const parsed = v.safeParse(schema, {
    ...given,
    ref: object.ref,
    ...(needs('identity') && { identity: identityOf(object) }),
  });
  if (parsed.success) return parsed.output as Record<string, unknown>;
  const [issue] = parsed.issues;
  throw new IpcFailure({
    code: 'invalid',
    detail: { field: v.getDotPath(issue) ?? '' },
    text: issue.message,
  });
}
