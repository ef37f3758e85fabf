/** Which message a receive takes, by the rules of msgrcv(2), and whether a long one may be cut. */
import type { MessageType, ReceiveRule } from '../../protocol/kinds/sysvMsg';
import { parseMessageType } from '../../protocol/kinds/sysvMsg';
import type { PickItem } from '../ui/foreign';
import { type Asker } from './asker';
import { parseSize } from './parse';
import { type Choosable, type Steps, Wrong } from './steps';
import { t } from '../../presentation/translate';

type Choice = ReceiveRule['rule'] | 'cut';
/** A type that is typed in place of a choice. */
interface Typed {
  type: MessageType;
}

function meant(text: string): PickItem<Typed> | undefined {
  const type = parseMessageType(text.trim());
  if (type === undefined) return undefined;
  return {
    label: t('The Oldest of Type {0}', type),
    description: t('the type that you typed'),
    value: { type },
  };
}

const rules: PickItem<Choice>[] = [
  { label: t('The Oldest'), description: t('whatever its type'), value: 'oldest' },
  { label: t('The Oldest of One Type...'), description: t('others stay in the queue'), value: 'type' },
  {
    label: t('The Lowest Type up to...'),
    description: t('the smallest type that is N or less, oldest first'),
    value: 'upTo',
  },
  {
    label: t('Any Other Type...'),
    description: t('the oldest that is not of type N (MSG_EXCEPT)'),
    value: 'except',
  },
];
/** Loses bytes for the one who receives, so it is a choice of its own. */
const cut: Choosable<Choice> = {
  label: t('At Most so Many Bytes of It...'),
  description: t('the kernel throws away what a longer message has beyond them (MSG_NOERROR)'),
  value: 'cut',
  forget: true,
};

export const askReceiveRule: Asker = async (steps, { prompt }): Promise<ReceiveRule> => {
  const first = await steps.pick<Choice | Typed>('rule', {
    placeholder: prompt,
    items: [...rules, cut],
    typed: meant,
  });
  if (typeof first === 'object') return { rule: 'type', type: first.type };
  if (first !== 'cut') return ruleOf(steps, first);
  const truncate = await steps.input(
    'truncate',
    {
      forget: true,
      prompt: t('Take at most so many bytes; what a longer message has beyond them is discarded'),
      parse: (text) => {
        const bytes = parseSize(text);
        return typeof bytes === 'number' ? bytes : new Wrong(t('This is a number of bytes, or as 4 KiB.'));
      },
    },
    1,
  );
  const then = await steps.pick('cutRule', { placeholder: prompt, items: rules });
  return { ...(await ruleOf(steps, then)), truncate };
};

async function ruleOf(steps: Steps, rule: Choice): Promise<ReceiveRule> {
  if (rule === 'oldest' || rule === 'cut') return { rule: 'oldest' };
  const type = await steps.input<MessageType>('type', {
    prompt: t('Type: a whole number above 0'),
    parse: (text) => parseMessageType(text) ?? new Wrong(t('A type is a whole number from 1 to 2^63 - 1.')),
  });
  return { rule, type };
}
