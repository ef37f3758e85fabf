/** Acts of one call on an object of any kind. */
import * as v from 'valibot';
import type { CancellationToken } from 'vscode';
import { IpcFailure } from '../../protocol/errors';
import { type AbilityOf, contracts, type IpcObject, type ParametersOf } from '../../protocol/kinds';
import type { Ability } from '../../protocol/kinds/kind';
import type { Kind } from '../../protocol/ref';
import type { Acting } from './acting';

/** What proves that an object is still the one that the user was asked about. */
export function identityOf(object: IpcObject): ParametersOf<Kind, 'destroy'>['identity'] {
  const creator = { cuid: object.creator.uid, cgid: object.creator.gid };
  switch (object.kind) {
    case 'sysv.msg':
      return creator;
    case 'sysv.sem':
      return { ...creator, semaphores: object.semaphores };
    case 'sysv.shm':
      return { ...creator, cpid: object.createdBy.pid };
  }
}

/** The object as it is at this moment. Throws IpcFailure. */
export function inspect({ helper }: Acting, { kind, ref }: IpcObject): Promise<IpcObject> {
  return helper.act(kind, 'inspect', { ref });
}

/** Destroys an object, if it is still the one that `object` describes. Answers its change time then. Throws IpcFailure. */
export async function destroy(
  { helper, inventory }: Acting,
  object: IpcObject,
): Promise<{ changedAt: number }> {
  const destroyed = await helper.act(object.kind, 'destroy', {
    ref: object.ref,
    identity: identityOf(object),
  });
  inventory.refresh();
  return destroyed;
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
  // A read that leaves no trace changes nothing that anybody shows.
  if (ability !== 'read' || given.attach === true) inventory.refresh();
  return result;
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
