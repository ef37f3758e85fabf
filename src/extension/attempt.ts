/** Trying an act for the user. */
import type { LogOutputChannel } from 'vscode';
import { asFailure } from '../protocol/errors';
import type { Ask } from './ask';
import { sentence } from '../presentation/failures';

/** Runs an act; a failure becomes a message that says what was tried, why it failed and what to do. Undefined then, and where the user changed their mind. */
export async function attempt<T>(
  { ask, log }: { ask: Ask; log: LogOutputChannel },
  what: string,
  act: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    const failure = asFailure(error);
    // The user said no.
    if (failure.code === 'cancelled') return undefined;
    log.warn(`${what}: ${failure.code} ${failure.call ?? ''} ${failure.errno ?? ''} ${failure.text ?? ''}`);
    void ask.tell('error', sentence(what, failure));
    return undefined;
  }
}
