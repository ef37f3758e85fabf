/** Tries what may fail, and says why it did. Codes come in, and text of no other program. */
import { IpcFailure } from '../../protocol/errors';
import { commandLineSentence } from '../../presentation/failures/commandLine';
import { Refusal } from './refusal';

/** Runs what may fail; a failure becomes its sentence. `attempt`: what is tried, as `peek at sysv.msg:4026531839:3`. Throws Refusal. */
export async function attempt<T>(attempt: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof IpcFailure) throw new Refusal(commandLineSentence(attempt, error.failure));
    throw error;
  }
}
