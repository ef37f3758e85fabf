/**
 * Acts that wait in the kernel until they can be done, or hold something until they are ended. They go on when a panel
 * closes; what they wait for stands among the object's endpoints, and their outcome is told.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { asFailure, type Failure } from '../../protocol/errors';
import { subjectContracts } from '../../protocol/kinds';
import type { Ability } from '../../protocol/kinds/kind';
import type { SubjectKind } from '../../protocol/ref';
import { t } from '../../presentation/translate';
import { size } from '../../presentation/values';
import { tellFailure } from './attempt';
import type { ActContext } from './context';
import { actOf } from './kinds';

/** What fails within so many milliseconds fails before it has begun to wait: who asked is told at once. */
const BEGUN = 300;

/** Whether an act can go on in the background: it always does, or its contract lets one choose. */
export function canWait(kind: SubjectKind, ability: string): boolean {
  const { parameters } =
    (subjectContracts[kind].abilities as Readonly<Record<string, Ability>>)[ability] ?? {};
  const chosen = parameters && 'entries' in parameters && Object.hasOwn(parameters.entries as object, 'wait');
  return chosen === true || actOf(kind, ability)?.background === true;
}

/**
 * Lets an act go on, and resolves when it has begun. Throws what it gave at once; what it gives later is told. `what`: as `attempt` has it. `waits`: false where it is
 * over soon, and only holds then.
 */
export async function inBackground(
  context: ActContext,
  what: string,
  waits: boolean,
  act: () => Promise<unknown>,
): Promise<void> {
  const begun = new AbortController();
  const ended = act().catch((error: unknown) => {
    if (!begun.signal.aborted) throw error;
    tellEnd(context, what, asFailure(error));
  });
  try {
    // One that does not wait is over soon, and a wait is among the endpoints as soon as its process is there.
    await (waits ? Promise.race([ended, sleep(BEGUN)]) : ended);
  } finally {
    begun.abort();
    context.inventory.refresh();
    void ended.catch(() => undefined).finally(() => context.inventory.refresh());
  }
}

/** Ends a waiting or holding act; what it had taken already still arrives. Throws IpcFailure. */
export async function endAct({ helper, inventory }: ActContext, act: number): Promise<void> {
  await helper.request('endAct', { act });
  inventory.refresh();
}

function tellEnd(context: ActContext, what: string, failure: Failure): void {
  if (failure.code !== 'cancelled') {
    tellFailure(context, what, failure);
    return;
  }
  const { written, bytes } = failure.detail ?? {};
  context.ask.tellBriefly(
    written === undefined
      ? t('Ended.')
      : t('Ended after {0} of {1} were written.', size(Number(written)), size(Number(bytes))),
  );
}
