/** Which message a receive is to take, as a person chooses it, and how that is said. Pure. */
import * as v from 'valibot';
import { type MessageType, type ReceiveRule, parseMessageType } from '../../../protocol/kinds/sysvMsg';
import { parseCount } from '../../../presentation/parse';
import { t } from '../../strings';
import { badType } from '../shared/queue/sendWay';

const RULES = ['oldest', 'type', 'upTo', 'except'] as const;
export type RuleName = (typeof RULES)[number];

export const choiceSchema = v.object({
  rule: v.fallback(v.picklist(RULES), 'oldest'),
  type: v.fallback(v.string(), '1'),
  /** MSG_NOERROR, and after how many bytes it cuts. */
  cut: v.fallback(v.boolean(), false),
  most: v.fallback(v.string(), '1024'),
  wait: v.fallback(v.boolean(), false),
});
export type Choice = v.InferOutput<typeof choiceSchema>;
export const CHOICE: Choice = { rule: 'oldest', type: '1', cut: false, most: '1024', wait: false };

/** Every rule with the words by which it is chosen. */
export function rules(): { value: RuleName; label: string }[] {
  return [
    { value: 'oldest', label: t('the oldest') },
    { value: 'type', label: t('the oldest of one type') },
    { value: 'upTo', label: t('the lowest type up to a limit') },
    { value: 'except', label: t('the oldest of any other type') },
  ];
}

/** What a rule takes, in one line. */
export function ruleHint({ rule, type }: Choice): string {
  const parsed = parseMessageType(type);
  const named = parsed === undefined ? t('N') : String(parsed);
  switch (rule) {
    case 'oldest':
      return t('Whichever message was sent first.');
    case 'type':
      return t('Of the messages of type {0}, the one that was sent first.', named);
    case 'upTo':
      return t('The smallest type that is {0} or less, oldest first.', named);
    case 'except':
      return t('Of the messages that are not of type {0}, the one that was sent first.', named);
  }
}

/** The rule that a choice stands for, or a sentence for each field that makes no sense. */
export function judgeRule(choice: Choice): {
  rule: ReceiveRule | undefined;
  problems: { type?: string; most?: string };
} {
  const problems: { type?: string; most?: string } = {};
  const type = parseMessageType(choice.type);
  if (choice.rule !== 'oldest' && type === undefined) problems.type = badType();
  const most = parseCount(choice.most);
  if (choice.cut && most === undefined) problems.most = t('A number of bytes is a whole number, 0 or more.');
  if (problems.type !== undefined || problems.most !== undefined) return { rule: undefined, problems };
  return { rule: ruleOf(choice, type, choice.cut ? most : undefined), problems };
}

function ruleOf({ rule }: Choice, type: MessageType | undefined, truncate: number | undefined): ReceiveRule {
  const cut = truncate === undefined ? {} : { truncate };
  return rule === 'oldest' || type === undefined ? { rule: 'oldest', ...cut } : { rule, type, ...cut };
}
