/** Where the programs of the helper lie that it starts. */
import { dirname, join } from 'node:path';

/** The helper itself, as it was started. */
export function helperProgram(): string {
  return process.argv[1] ?? '';
}

/** What reads beside it (`beside.ts`). */
export function besideProgram(): string {
  return join(dirname(helperProgram()), 'beside.js');
}
