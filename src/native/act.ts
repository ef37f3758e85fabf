/** Finds the ability behind an act, and checks what goes in by its schema. */
import * as v from 'valibot';
import { about, IpcFailure } from '../protocol/errors';
import { subjectContracts } from '../protocol/kinds';
import type { Ability } from '../protocol/kinds/kind';
import type { SubjectKind } from '../protocol/ref';
import { isFoundThroughProcesses } from '../presentation/absence';
import type { Census } from './census/census';
import { someHidden } from './census/processes/hidden';
import type { ActContext, Mechanisms } from './census/mechanism';
import { runNow } from './slices';

type Act = (parameters: unknown, context: ActContext) => unknown;

/** Carries out one act, by the mechanisms and looks of a census. Rejects with IpcFailure, which says of what kind it is: `invalid` where the parameters break their schema or there is no such ability. */
export async function act(
  census: Census,
  kind: SubjectKind,
  ability: string,
  parameters: unknown,
  caller: Omit<ActContext, 'look'>,
): Promise<unknown> {
  try {
    const context = { ...caller, look: () => census.lookOnce() };
    return await carriedOut(census.mechanisms, kind, ability, parameters, context);
  } catch (error) {
    throw about(kind, error);
  }
}

/** Some answer at once, some later. */
function carriedOut(
  mechanisms: Mechanisms,
  kind: SubjectKind,
  ability: string,
  parameters: unknown,
  context: ActContext,
): unknown {
  const abilities: Readonly<Record<string, Ability>> = subjectContracts[kind].abilities;
  const contract = Object.hasOwn(abilities, ability) ? abilities[ability] : undefined;
  if (!contract) throw new IpcFailure({ code: 'invalid', detail: { ability } });
  const checked = v.safeParse(contract.parameters, parameters);
  if (!checked.success) {
    const [issue] = checked.issues;
    throw new IpcFailure({
      code: 'invalid',
      detail: { field: v.getDotPath(issue) ?? '' },
      text: issue.message,
    });
  }
  // The table is typed by kind and ability; the schema above has just proved that the parameters are this ability's own.
  const abilityOf = mechanisms[kind].abilities as unknown as Record<string, Act>;
  const unseen = (error: unknown) => goneOrHidden(error, kind, context);
  try {
    const answer = (abilityOf[ability] as Act)(checked.output, context);
    return answer instanceof Promise ? answer.catch(unseen) : answer;
  } catch (error) {
    return unseen(error);
  }
}

/** An object that was not found is gone, unless somebody may have it whom nobody may look at: then `why` is `unseen`. Throws. */
function goneOrHidden(error: unknown, kind: SubjectKind, { look }: ActContext): never {
  const failure = error instanceof IpcFailure ? error.failure : undefined;
  if (failure?.code !== 'gone' || failure.detail !== undefined) throw error;
  // Of a process the kernel says itself whether it is there.
  if (kind === 'process' || !isFoundThroughProcesses(kind)) throw error;
  throw runNow(someHidden(look())) ? new IpcFailure({ ...failure, detail: { why: 'unseen' } }) : error;
}
