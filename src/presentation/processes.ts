/** Words about processes. */
import { t } from './translate';

/** The state of proc(5) in a word, with its letter. */
export function stateText(state: string): string {
  const words: Readonly<Record<string, string>> = {
    R: t('running'),
    S: t('sleeping'),
    D: t('sleeping, not to be disturbed'),
    T: t('stopped'),
    t: t('stopped by a debugger'),
    Z: t('ended, not yet collected (zombie)'),
    X: t('ended'),
    I: t('idle'),
  };
  return Object.hasOwn(words, state) ? t('{0} ({1})', words[state] ?? '', state) : state;
}
