/** Our own waiting and holding acts on an object, in words: in rows, tooltips, questions and the list of what can be ended. */
import * as v from 'valibot';
import { count, type Endpoint } from '../protocol/facts';
import type { IpcObject } from '../protocol/kinds';
import { messageType, receiveRule, type ReceiveRule } from '../protocol/kinds/sysvMsg';
import { type Operation, operationSchema } from '../protocol/kinds/sysvSem';
import type { Fact } from './facts';
import { size, timeText } from './values';
import { t } from './translate';

/** Operations named one by one; of more only the number. */
const MOST_NAMED = 6;

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

/** The same for a tooltip, each act with its time. */
export function youFacts(object: Pick<IpcObject, 'endpoints'>): Fact[] {
  return ownActs(object).map((act) => [
    isSession(act.ability) ? t('You') : act.holds ? t('You hold') : t('You wait'),
    t('since {0}: {1}', timeText(act.since), actText(act)),
  ]);
}

/** What an act does, as `receive the oldest of type 7`. */
export function actText({ ability, parameters }: Pick<Act, 'ability' | 'parameters'>): string {
  const rule = v.safeParse(receiveRule, parameters.rule);
  if (ability === 'take' && rule.success) return t('receive {0}', ruleText(rule.output));
  if (ability === 'take') return t('receive the first message');
  const priority = v.safeParse(count, parameters.priority);
  if (ability === 'send' && priority.success) return t('send a message of priority {0}', priority.output);
  if (ability === 'wait') return t('lower it by one');
  const type = v.safeParse(messageType, parameters.type);
  if (ability === 'send' && type.success) return t('send a message of type {0}', type.output);
  const operations = v.safeParse(v.array(operationSchema), parameters.operations);
  if (operations.success) return operationsText(operations.output);
  const length = v.safeParse(count, parameters.length);
  if (ability === 'read' && length.success) return t('read up to {0}', size(length.output));
  if (ability === 'write') return t('write');
  if (ability === 'talk') return t('talk');
  if (ability === 'listen') return t('listen');
  return ability;
}

/** Which message a rule takes. */
export function ruleText(rule: ReceiveRule): string {
  const cut = rule.truncate === undefined ? '' : t(', at most {0} of it', size(rule.truncate));
  switch (rule.rule) {
    case 'oldest':
      return t('the oldest message{0}', cut);
    case 'type':
      return t('the oldest of type {0}{1}', rule.type, cut);
    case 'upTo':
      return t('the lowest type up to {0}{1}', rule.type, cut);
    case 'except':
      return t('the oldest of another type than {0}{1}', rule.type, cut);
  }
}

/** Operations of one call, as `[0] -1, [2] +1`. */
export function operationsText(operations: readonly Operation[]): string {
  const named = operations
    .slice(0, MOST_NAMED)
    .map(({ number, change }) => `[${number}] ${change > 0 ? '+' : ''}${change}`);
  const more = operations.length - named.length;
  return more > 0 ? t('{0} and {1} more', named.join(', '), more) : named.join(', ');
}
