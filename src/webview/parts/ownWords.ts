/** What an act of ours waits for or holds, in words. Pure. What another version asked for in another way is said in general. */
import * as v from 'valibot';
import { count, type Endpoint } from '../../protocol/facts';
import { type ReceiveRule, messageType, receiveRule } from '../../protocol/kinds/sysvMsg';
import { type Operation, operationSchema } from '../../protocol/kinds/sysvSem';
import { exactSize, size } from '../format/size';
import { signed } from '../format/numbers';
import { number, t } from '../strings';

export type OwnAct = NonNullable<Endpoint['act']>;

const takeShape = v.object({ rule: receiveRule });
const sendShape = v.object({ type: messageType, bytes: v.optional(count) });
const prioritySendShape = v.object({ priority: count, bytes: v.optional(count) });
const streamShape = v.object({ length: v.optional(count), bytes: v.optional(count) });
const operateShape = v.object({ operations: v.array(operationSchema) });
/** More operations than a line has room for; the tooltip has the first hundred. */
const SHOWN_MOST = 6;
const TOOLTIP_MOST = 100;

/** What stands between "you wait" and the time, as `to receive the oldest message of type 7`. */
export function wishText({ ability, parameters }: OwnAct): string {
  if (ability === 'take') {
    const asked = v.safeParse(takeShape, parameters);
    return asked.success ? takeText(asked.output.rule) : t('to receive a message');
  }
  if (ability === 'wait') return t('to lower it by one');
  if (ability === 'send') {
    const first = v.safeParse(prioritySendShape, parameters);
    if (first.success) return prioritySendText(first.output);
    const asked = v.safeParse(sendShape, parameters);
    if (!asked.success) return t('for room to send a message');
    const { type, bytes } = asked.output;
    return bytes === undefined
      ? t('for room to send a message of type {0}', type)
      : t('for room to send {0} of type {1}', size(bytes), type);
  }
  if (ability === 'read' || ability === 'write') return streamText(ability, parameters);
  if (ability === 'talk') return t('to be connected');
  const operations = operationsOf(parameters);
  if (ability === 'hold') return t('to hold {0}', operations);
  return t('for {0}', operations);
}

/** What a holding act has changed until it is released: `[0] -1, [2] +1`. */
export function operationsOf(parameters: OwnAct['parameters'], most = SHOWN_MOST): string {
  const asked = v.safeParse(operateShape, parameters);
  return asked.success ? operationsText(asked.output.operations, most) : t('an operation');
}

/** The operations as far as a tooltip shows them. */
export function allOperations(act: OwnAct): string | undefined {
  return 'operations' in act.parameters ? operationsOf(act.parameters, TOOLTIP_MOST) : undefined;
}

/** `[0] -1, [2] +1` */
export function operationsText(operations: readonly Operation[], most = SHOWN_MOST): string {
  const shown = operations
    .slice(0, most)
    .map((operation) => `[${operation.number}] ${signed(operation.change)}`);
  const rest = operations.length - most;
  return rest > 0 ? t('{0} and {1} more', shown.join(', '), number(rest)) : shown.join(', ');
}

/** Of a FIFO: what was asked for, without the content. */
function streamText(ability: 'read' | 'write', parameters: OwnAct['parameters']): string {
  const asked = v.safeParse(streamShape, parameters);
  const { length, bytes } = asked.success ? asked.output : {};
  if (ability === 'read') return length === undefined ? t('to read') : t('to read at most {0}', size(length));
  return bytes === undefined ? t('to write') : t('to write {0}', size(bytes));
}

function prioritySendText({ priority, bytes }: v.InferOutput<typeof prioritySendShape>): string {
  return bytes === undefined
    ? t('for room to send a message of priority {0}', priority)
    : t('for room to send {0} of priority {1}', size(bytes), priority);
}

function takeText(rule: ReceiveRule): string {
  const what = ruleText(rule);
  return rule.truncate === undefined ? what : t('{0}, at most {1} of it', what, exactSize(rule.truncate));
}

function ruleText(rule: ReceiveRule): string {
  switch (rule.rule) {
    case 'oldest':
      return t('to receive the oldest message');
    case 'type':
      return t('to receive the oldest message of type {0}', rule.type);
    case 'upTo':
      return t('to receive the message of the lowest type up to {0}', rule.type);
    case 'except':
      return t('to receive the oldest message of any other type than {0}', rule.type);
  }
}
