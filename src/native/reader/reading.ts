/** The one reader of this process. */
import type { Question } from './frames';
import { Reader } from './reader';

let script: string | undefined;
let reader: Reader | undefined;

/** Says which program is the helper, whose command `read` is the reader. Before anything is asked. */
export function readWith(program: string): void {
  script = program;
}

/** Starts the reader, which will be asked soon. */
export function beginReading(): void {
  theReader()?.begin();
}

/** As `Reader.ask`. */
export function askReader(questions: readonly Question[]): (Buffer | undefined)[] {
  return theReader()?.ask(questions) ?? questions.map(() => undefined);
}

/** The same of one question. */
export function askOne(question: Question): Buffer | undefined {
  return askReader([question])[0];
}

function theReader(): Reader | undefined {
  return (reader ??= script === undefined ? undefined : new Reader(script));
}
