/** Failures of looking into memory that is a file. */
import { asFailure, IpcFailure } from '../../protocol/errors';

/** Marked as one: its sentence is not that of a segment. */
export function asMemoryFailure(error: unknown): IpcFailure {
  const failure = asFailure(error);
  return new IpcFailure(failure.code === 'disturbs' ? { ...failure, call: 'pread' } : failure);
}
