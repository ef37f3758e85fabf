/** Why something is no more than likely, a clause each. */
import type { Doubt, Proof } from '../../protocol/findings';
import { t } from '../translate';

const DOUBTS: Readonly<Record<Doubt, () => string>> = {
  open: () => t('others with the right to it may come'),
  hidden: () => t('processes may not be looked at'),
  uncertain: () =>
    t('the kernel does not show the call, or what it names was found as the only thing that fits'),
  timer: () => t('a timer of its own may interrupt one of them'),
  child: () => t('the end of a child may interrupt one of them'),
  limit: () => t('a socket may have a limit of time'),
  sleeper: () => t('a thread of one of them sleeps for the clock'),
  ifHolds: () => t('who changed it last may not be who holds it'),
};

/** `As far as can be seen: others with the right to it may come.`; empty of what is proven. */
export function doubtText(doubts: readonly Doubt[]): string {
  if (doubts.length === 0) return '';
  return t('As far as can be seen: {0}.', doubts.map((one) => DOUBTS[one]()).join('; '));
}

/** How sure something is, in a word. */
export function proofText(proof: Proof): string {
  return proof === 'proven' ? t('proven') : t('as far as can be seen');
}
