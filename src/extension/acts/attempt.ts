/** Trying an act for the user. */
import { asFailure, type Failure } from '../../protocol/errors';
import { sentence } from '../../presentation/failures';
import type { ActContext } from './context';

type Parts = Pick<ActContext, 'ask' | 'log'>;

/** Runs an act; a failure becomes a message that says what was tried, why it failed and what to do. Undefined then, and where the user changed their mind. */
export async function attempt<T>(parts: Parts, what: string, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    const failure = asFailure(error);
    // The user said no.
    if (failure.code !== 'cancelled') tellFailure(parts, what, failure);
    return undefined;
  }
}

/** Says why something failed. What was refused beforehand is no error. */
export function tellFailure({ ask, log }: Parts, what: string, failure: Failure): void {
  const refused = failure.code === 'refused';
  if (!refused)
    log.warn(`${what}: ${failure.code} ${failure.call ?? ''} ${failure.errno ?? ''} ${failure.text ?? ''}`);
  void ask.tell(refused ? 'info' : 'error', sentence(what, failure));
}
