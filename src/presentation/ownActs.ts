/** Our own waiting and holding acts on an object, in words: in rows, tooltips, questions and the list of what can be ended. */
import * as v from 'valibot';
import { count, type Endpoint } from '../protocol/facts';
import type { IpcObject } from '../protocol/kinds';
import { messageType, receiveRule, type ReceiveRule } from '../protocol/kinds/sysvMsg';
import { type Operation, operationSchema } from '../protocol/kinds/sysvSem';
import { lock } from '../protocol/kinds/lock';
import type { FactRecord } from './facts';
import { lockAskedText } from './locks';
import type { Piece } from './pieces';
import { grouped, signed, size, timeText } from './values';
import { around, t } from './translate';

/** Operations named one by one; of more only the number. A tooltip has room for more. */
const MOST_NAMED = 6;
const MOST_TOLD = 100;

type Act = NonNullable<Endpoint['act']>;

/** One act of ours. `holds`: it has what it asked for, and gives it back at its end. */
export interface OwnAct extends Act {
  holds: boolean;
}

/** What this helper waits for or holds at an object. */
export function ownActs({ endpoints = [] }: Pick<IpcObject, 'endpoints'>): OwnAct[] {
  return endpoints.flatMap(({ own, act, role }) =>
    own === true && act ? [{ ...act, holds: role === 'holder' }] : [],
  );
}

/** Whether an act goes on as a session, in which somebody talks. */
export function isSession(ability: string): boolean {
  return ability === 'talk' || ability === 'listen';
}

/** The part of a row that says so; it stands behind the id. */
export function youPart(object: Pick<IpcObject, 'endpoints'>): string[] {
  const own = ownActs(object);
  return [
    ...(own.some(({ holds, ability }) => !holds && !isSession(ability)) ? [t('you wait')] : []),
    ...(own.some(({ holds, ability }) => holds && !isSession(ability)) ? [t('you hold')] : []),
  ];
}

/** Each act with its time. */
export const youFacts: FactRecord<Pick<IpcObject, 'endpoints'>> = {
  key: 'you',
  label: () => t('You'),
  value: (object) =>
    ownActs(object).map((act) => ({
      label: isSession(act.ability) ? t('You') : act.holds ? t('You hold') : t('You wait'),
      text: t('since {0}: {1}', timeText(act.since), actText(act)),
    })),
};

/** The sentence of a panel, whose time goes by. `starting`: the kernel does not show yet that it waits. */
export function youPieces(act: OwnAct, starting: boolean): readonly Piece[] {
  const lasts = { is: 'age', at: act.since, duration: true } as const;
  if (act.holds) return around('You hold {0}, {1}', actText(act), lasts);
  if (starting) return [t('Your wait {0} is starting', wishText(act))];
  return around('You wait {0}, {1}', wishText(act), lasts);
}

/** What stands between "you wait" and the time: `to receive the oldest message`, `for [0] -1`. */
function wishText(act: OwnAct): string {
  const operations = operationsOf(act);
  if (!operations) return t('to {0}', actText(act));
  return act.ability === 'hold' ? t('to hold {0}', actText(act)) : t('for {0}', actText(act));
}

/** All its operations as far as anybody reads them; undefined of an act that has none. */
export function actDetail(act: OwnAct): string | undefined {
  const operations = operationsOf(act);
  return operations && operationsText(operations, MOST_TOLD);
}

function operationsOf({ parameters }: Pick<Act, 'parameters'>): Operation[] | undefined {
  const asked = v.safeParse(v.array(operationSchema), parameters.operations);
  return asked.success ? asked.output : undefined;
}

/** What an act does, as `receive the oldest message of type 7`. */
export function actText({ ability, parameters }: Pick<Act, 'ability' | 'parameters'>): string {
  const operations = operationsOf({ parameters });
  if (operations) return operationsText(operations);
  switch (ability) {
    case 'take': {
      const rule = v.safeParse(receiveRule, parameters.rule);
      return rule.success ? t('receive {0}', ruleText(rule.output)) : t('receive the first message');
    }
    case 'send':
      return sendText(parameters) ?? ability;
    case 'wait':
      return t('lower it by one');
    case 'hold': {
      const how = v.safeParse(lock.abilities.hold.parameters.entries.how, parameters.how);
      const range = v.safeParse(v.object({ start: count, end: v.optional(count) }), parameters.range);
      return how.success
        ? t('a lock: {0}', lockAskedText({ ...how.output, ...(range.success && range.output) }))
        : ability;
    }
    case 'read': {
      const length = v.safeParse(count, parameters.length);
      return length.success ? t('read up to {0}', size(length.output)) : t('read');
    }
    case 'write': {
      const bytes = v.safeParse(count, parameters.bytes);
      return bytes.success ? t('write {0}', size(bytes.output)) : t('write');
    }
    case 'talk':
      return t('talk');
    case 'listen':
      return t('listen');
    default:
      return ability;
  }
}

function sendText(parameters: Act['parameters']): string | undefined {
  const bytes = v.safeParse(count, parameters.bytes);
  const priority = v.safeParse(count, parameters.priority);
  if (priority.success)
    return bytes.success
      ? t('send {0} of priority {1}', size(bytes.output), priority.output)
      : t('send a message of priority {0}', priority.output);
  const type = v.safeParse(messageType, parameters.type);
  if (!type.success) return undefined;
  return bytes.success
    ? t('send {0} of type {1}', size(bytes.output), type.output)
    : t('send a message of type {0}', type.output);
}

/** Which message a rule takes. */
export function ruleText(rule: ReceiveRule): string {
  const cut = rule.truncate === undefined ? '' : t(', at most {0} of it', size(rule.truncate));
  switch (rule.rule) {
    case 'oldest':
      return t('the oldest message{0}', cut);
    case 'type':
      return t('the oldest message of type {0}{1}', rule.type, cut);
    case 'upTo':
      return t('the lowest type up to {0}{1}', rule.type, cut);
    case 'except':
      return t('the oldest of another type than {0}{1}', rule.type, cut);
  }
}

/** Operations of one call, as `[0] -1, [2] +1`. */
export function operationsText(operations: readonly Operation[], most = MOST_NAMED): string {
  const named = operations
    .slice(0, most)
    .map(({ number, change }) => `[${number}] ${signed(change)}`)
    .join(', ');
  const more = operations.length - most;
  return more > 0 ? t('{0} and {1} more', named, grouped(more)) : named;
}
