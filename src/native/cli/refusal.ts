/** What a command does not do, and why. Codes come in, and text of no other program. */
import { IpcFailure } from '../../protocol/errors';
import { commandLineSentence } from '../../presentation/failures/commandLine';

/** Something that cannot be done, said in a sentence already. */
export class Refusal extends Error {}

/** Runs what may fail; a failure becomes its sentence. `attempt`: what is tried, as `peek at sysv.msg:4026531839:3`. Throws Refusal. */
export async function attempt<T>(attempt: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof IpcFailure) throw new Refusal(commandLineSentence(attempt, error.failure));
    throw error;
  }
}
