/** What a signal would do now, in words: no more than the kernel decides, never what a handler does. */
import type { ProcessSubject } from '../protocol/kinds';
import { effectOf, isTerminalStop, type SignalEffect } from '../protocol/signals';
import { t } from './translate';

/** `ends it`, `ignored: nothing will happen`, `caught: its handler runs, and the call it waits in may fail`. */
export function effectText(process: ProcessSubject, signal: number, tid?: number): string {
  const effect = effectOf(process, signal, tid);
  return [
    whatText(effect, process, signal),
    ...(effect.merges ? [t('merges with one that is pending')] : []),
    ...(effect.afterContinue ? [t('not before it is continued')] : []),
    ...(effect.afterThaw ? [t('not before its freezer lets it go')] : []),
    ...(effect.traced ? [t('who traces it gets it first')] : []),
  ].join('; ');
}

function whatText(effect: SignalEffect, process: ProcessSubject, signal: number): string {
  switch (effect.is) {
    case 'ends':
      return t('ends it');
    case 'dumps':
      return t('ends it, and dumps core where that is allowed');
    case 'stops':
      return isTerminalStop(signal)
        ? t('stops it, unless nobody of its session could continue it')
        : t('stops it until it is continued');
    case 'continues':
      return process.state === 'T' ? t('it goes on') : t('nothing will happen: it is not stopped');
    case 'ignored':
      return t('ignored: nothing will happen');
    case 'harmless':
      return t('not caught: nothing will happen');
    case 'ended':
      return t('nothing will happen: it has ended');
    case 'caught':
      return effect.interrupts
        ? t('caught: its handler runs, and the call it waits in may fail')
        : t('caught: its handler runs');
    case 'waitedFor':
      return t('a thread waits for it, and takes it');
    case 'held':
      return effect.signalfd === undefined
        ? t('blocked: stays pending')
        : t('blocked: stays pending until it is read from signalfd {0}', effect.signalfd);
    case 'protected':
      return t('nothing will happen: the kernel protects the first process');
    case 'unknown':
      return t('what it does could not be read');
  }
}
