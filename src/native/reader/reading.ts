/** The one reader of this process. */
import type { Question, Writing } from './frames';
import { type Answer, Reader } from './reader';

/** One child answers for all that this process asks. */
let script: string | undefined;
let reader: Reader | undefined;

/** Says which program is the reader. Before anything is asked; later, that another takes over. */
export function readWith(program: string): void {
  if (program !== script) reader?.end();
  if (program !== script) reader = undefined;
  script = program;
}

/** Starts the reader, which will be asked soon. */
export function beginReading(): void {
  theReader()?.begin();
}

/** As `Reader.ask`. */
export function askReader(questions: readonly Question[]): Answer[] {
  return theReader()?.ask(questions) ?? questions.map(() => 'unanswered');
}

/** The answer to one question; undefined also where nobody answers. */
export function askOne(question: Question): Buffer | undefined {
  const [answer] = askReader([question]);
  return answer === 'unanswered' ? undefined : answer;
}

/** As `Reader.tell`. */
export function tellReader(question: Writing): Buffer | 'silent' | undefined {
  return theReader()?.tell(question);
}

function theReader(): Reader | undefined {
  if (reader || script === undefined) return reader;
  reader = new Reader(script);
  process.once('exit', () => reader?.end());
  return reader;
}
