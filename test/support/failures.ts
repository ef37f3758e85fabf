/** What an act failed with, for a test that asked for one kind and knows it. */
import type { Failure } from '../../src/protocol/errors';

/** Without what it is about: subjects.test.ts sees to that once for all acts. */
export function withoutSubject({ subject: _subject, ...failure }: Failure): Failure {
  return failure;
}
