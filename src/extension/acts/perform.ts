/**
 * The one path of an act, whoever asks for it: palette, menu and key, a page, or what goes on in the background. It is checked, what is missing is asked, it is checked again
 * and confirmed; what is taken is copied, stored and acknowledged; it is noted, and the machine looked at.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CancellationToken } from 'vscode';
import { IpcFailure } from '../../protocol/errors';
import type { AbilityOf, IpcObject, Thing } from '../../protocol/kinds';
import type { SubjectKind } from '../../protocol/ref';
import { attemptOf, titleOf } from '../../presentation/abilities';
import { kindViews, nameOf } from '../../presentation/kinds';
import { t } from '../../presentation/translate';
import { lasted, processText } from '../../presentation/values';
import { askParameters, missingFields } from '../inputs';
import type { StoredMessage } from '../model/history';
import { canWait, inBackground } from './background';
import { carryOut, completed } from './carryOut';
import { demand } from './check';
import { type ActContext, type Given, inspect, isObject, partsOf, type Subject } from './context';
import { destroyObjects } from './destroy';
import { type AnyAct, actOf, actsOf } from './kinds';
import { asked, type Begun, type Outcome } from './kinds/kindActs';

/** Milliseconds that a question waits for the object as it is now. */
const PATIENCE = 100;

export interface How {
  /** A page asks: what may be left out it has left out, and it shows what comes of it; only what its kind lets pages ask for is done. */
  page?: boolean;
  /** In the background, as an act that waits; else where the parameters say so. */
  wait?: boolean;
  /** Ends it. */
  token?: CancellationToken;
}

/**
 * Performs an act. `subject`: several only to be destroyed. `given`: parameters without `ref` and what proves the identity; those that are missing are asked for. Answers what came of it; undefined where
 * it goes on in the background, or its page was opened, which does it. Throws IpcFailure: `refused`, `invalid`, `cancelled` where the user said no, and what the act gives.
 */
export async function perform(
  context: ActContext,
  subject: Subject | readonly IpcObject[],
  ability: string,
  given: Given = {},
  how: How = {},
): Promise<Outcome | undefined> {
  if (isSeveral(subject)) return destroyObjects(context, subject);
  const { kind, object } = partsOf(subject);
  const act = allowed(kind, ability, given, how);
  if (ability === 'destroy' && object && isObject(object)) return destroyObjects(context, [object]);
  if (act.opens && !how.page) {
    if (object && isObject(object)) context.panels.show(object, { keep: false, preserveFocus: false });
    return undefined;
  }
  demand(context, subject, ability, given);
  const begun = object && (await act.begin?.(context, object, given));
  try {
    return await asking(context, { subject, ability, act, begun }, { ...given, ...begun?.given }, how);
  } finally {
    begun?.end();
  }
}

/** What is to be done, once it may be. */
interface Asking {
  subject: Subject;
  ability: string;
  act: AnyAct;
  begun: Begun<Thing, Given> | undefined;
}

/** The rest of it: asks what is missing and whether it is meant, and carries it out. */
async function asking(
  context: ActContext,
  { subject, ability, act, begun }: Asking,
  given: Given,
  how: How,
): Promise<Outcome | undefined> {
  const { object } = partsOf(subject);
  const answers = act.unasked
    ? given
    : await askMissing(context, subject, ability, given, how, begun?.object);
  const waits = how.wait ?? (act.background === true || answers.wait === true);
  const parameters = completed(subject, ability, waits ? { wait: true, ...answers } : answers);
  const question =
    begun || !act.confirm || !object
      ? await begun?.confirm(parameters)
      : await act.confirm(context, await inspect(context, object), parameters);
  if (question) await asked(context, question);
  const name = calledIn(context, subject, ability);
  const done = async (token?: CancellationToken, from?: number): Promise<Outcome> => {
    const outcome = await carryOut(context, subject, ability, parameters, token);
    if (from !== undefined || !how.page) {
      const after = from === undefined ? undefined : lasted(from);
      await act.report?.(context, { object, name, parameters, outcome, after });
    }
    return outcome;
  };
  if (!waits)
    return act.progress && !how.token ? context.ask.progress(act.progress(name), done) : done(how.token);
  const from = Date.now();
  await inBackground(context, attemptOf(ability, name), answers.wait !== false, () => done(undefined, from));
  // Where its progress stands, and where it is ended.
  if (object && isObject(object) && !how.page)
    context.panels.show(object, { keep: false, preserveFocus: true });
  return undefined;
}

/** What messages call the subject of an act. */
export function calledIn({ inventory }: ActContext, subject: Subject, ability: string): string {
  if (typeof subject !== 'string')
    return isObject(subject) ? nameOf(subject, inventory.process) : processText(subject);
  return ability === 'create'
    ? kindViews[subject].labels.one
    : ability === 'listen'
      ? t('a new socket')
      : t('a socket');
}

/** Gives a line of an object's history to it again. A received one is marked as returned. Throws IpcFailure. */
export async function sendAgain(
  context: ActContext,
  object: IpcObject,
  id: string,
): Promise<{ bytes: number }> {
  const entry = await context.history.get(object.ref, id);
  const back = entry && actsOf(object.kind).giveBack?.(entry);
  if (!back) throw new IpcFailure({ code: 'gone', detail: { why: 'dismissed' } });
  const sent = await perform(context, object, back.ability, back.given, { page: true });
  if (entry.what !== 'sent')
    await context.history.replace({ ...(entry as StoredMessage), returnedAt: Date.now() });
  return sent?.result as { bytes: number };
}

function isSeveral(subject: Subject | readonly IpcObject[]): subject is readonly IpcObject[] {
  return Array.isArray(subject);
}

/** The act, if it may be asked for in this way: from a page never what its kind does not let pages ask for, nor a wait that nobody could end. Throws `invalid`. */
function allowed(kind: SubjectKind, ability: string, given: Given, { page, wait }: How): AnyAct {
  const act = actOf(kind, ability);
  const fits = wait ? canWait(kind, ability) : !page || (act?.page === true && given.wait !== true);
  if (!act || !fits) throw new IpcFailure({ code: 'invalid', detail: { ability } });
  return act;
}

/** The parameters, those that are missing asked about the object as it is now; checked again with them. Throws `cancelled` where a question was closed, or nothing was chosen. */
async function askMissing(
  context: ActContext,
  subject: Subject,
  ability: string,
  given: Given,
  { page, wait }: How,
  begun: Thing | undefined,
): Promise<Given> {
  const { kind, object } = partsOf(subject);
  const known = wait === undefined ? given : { wait, ...given };
  const missing = missingFields(kind, ability, known, page);
  if (missing.length === 0) return given;
  // A look that takes longer is not waited for: what is typed meanwhile would go elsewhere.
  const fresh =
    begun ?? (object && (await Promise.race([inspect(context, object), sleep(PATIENCE, object)])));
  const name = calledIn(context, subject, ability);
  const making = ability === 'create' && kind !== 'process' ? kindViews[kind].labels.create : undefined;
  const title = titleOf(ability, making ?? name);
  const about = { title, object: fresh, host: context.inventory.actingHost };
  const answers = await askParameters(
    context.ask,
    kind,
    ability as AbilityOf<SubjectKind>,
    about,
    known,
    missing,
  );
  if (!answers || Object.keys(answers).length === 0) throw new IpcFailure({ code: 'cancelled' });
  demand(context, subject, ability, answers);
  return answers;
}
