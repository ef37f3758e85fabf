/** Taking a cure back. What is done nobody needs to be told; that it can be undone stands nowhere else, since what told of the trouble is gone with it. */
import * as v from 'valibot';
import { attemptOf } from '../../presentation/abilities';
import { curedText } from '../../presentation/findings/cures';
import { t } from '../../presentation/translate';
import { type Cure, cureSchema } from '../../protocol/findings';
import type { Thing } from '../../protocol/kinds';
import { undoOf } from '../model/cures';
import { attempt } from './attempt';
import type { ActContext } from './context';
import { calledIn, perform } from './perform';

/** `node`: what the command was handed, which has the cure where it is one; `before`: as it was when it was done. Waits for nobody. */
export function offerUndo(context: ActContext, node: unknown, before: Thing): void {
  const cure = cureIn(node);
  if (cure) void offer(context, cure, before);
}

async function offer(context: ActContext, cure: Cure, before: Thing): Promise<void> {
  const undo = undoOf(cure, before);
  if (!undo) return;
  const { ability, given } = undo;
  const name = calledIn(context, before, ability);
  const text = curedText(cure, name, 'capacity' in before ? before.capacity : undefined);
  const answer = text === undefined ? undefined : await context.ask.tell('info', text, t('Undo'));
  if (answer !== t('Undo')) return;
  await attempt(context, attemptOf(ability, name), () => perform(context, before, ability, given));
}

function cureIn(node: unknown): Cure | undefined {
  if (typeof node !== 'object' || node === null || !('cure' in node)) return undefined;
  const cure = v.safeParse(cureSchema, node.cure);
  return cure.success ? cure.output : undefined;
}
