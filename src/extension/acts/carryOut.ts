/** The part of an act that is neither asked nor told: its parameters are made whole, it is carried out, noted and looked at. */
import * as v from 'valibot';
import type { CancellationToken } from 'vscode';
import { IpcFailure } from '../../protocol/errors';
import { type AbilityOf, type ParametersOf, subjectContracts } from '../../protocol/kinds';
import type { Ability } from '../../protocol/kinds/kind';
import type { SubjectKind } from '../../protocol/ref';
import { type ActContext, type Given, partsOf, type Subject } from './context';
import { actOf, actsOf } from './kinds';
import type { Outcome } from './kinds/kindActs';

/** Parameters as the contract wants them: with the ref, and what proves that it is still the same object. Throws `invalid`. */
export function completed(subject: Subject, ability: string, given: Given): Given {
  const { kind, object } = partsOf(subject);
  const abilities: Readonly<Record<string, Ability>> = subjectContracts[kind].abilities;
  const schema = Object.hasOwn(abilities, ability) ? abilities[ability]?.parameters : undefined;
  if (!schema || !('entries' in schema)) throw new IpcFailure({ code: 'invalid', detail: { ability } });
  const needs = (field: string) => Object.hasOwn(schema.entries as object, field);
  const parsed = v.safeParse(schema, {
    ...given,
    ...(object && { ref: object.ref }),
    ...(object && needs('identity') && { identity: actsOf(kind).identity?.(object) }),
  });
  if (parsed.success) return parsed.output as Given;
  const [issue] = parsed.issues;
  throw new IpcFailure({
    code: 'invalid',
    detail: { field: v.getDotPath(issue) ?? '' },
    text: issue.message,
  });
}

/** Carries out an act, `parameters` being complete: by one call, or as its kind says. Throws IpcFailure. */
export async function carryOut(
  context: ActContext,
  subject: Subject,
  ability: string,
  parameters: Given,
  token?: CancellationToken,
): Promise<Outcome> {
  const { helper, history, inventory } = context;
  const { kind, object } = partsOf(subject);
  const act = actOf(kind, ability);
  try {
    if (act?.run) return await act.run(context, object, parameters, token);
    const asked = parameters as ParametersOf<SubjectKind, AbilityOf<SubjectKind>>;
    const result: unknown = await helper.act(kind, ability as AbilityOf<SubjectKind>, asked, token);
    if (act?.sends && object) history.addSent(object.ref, act.sends(parameters));
    return { result };
  } finally {
    // To look changes nothing that anybody shows; a segment that is attached shows it.
    if (act?.opens !== true || parameters.attach === true) inventory.refresh();
  }
}
