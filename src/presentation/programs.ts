/** What a process is called: by its program, and of an interpreter by what that runs. Pure: no word of a language in here. */
import type { Process } from '../protocol/snapshot';
import { bounded, oneLine } from './text';

/** Bytes of comm (proc(5)), without the NUL. */
const COMM_MOST = 15;
/** Letters of a script or module in a name. */
const SCRIPT_MOST = 40;
const INTERPRETER = /^(?:python|pypy|node|nodejs|deno|bun|ruby|perl|php|lua|bash|dash|sh|zsh|ksh)[\d.]*$/;
/** The main thread of Node and of Chromium goes by this and hides the program. */
const NO_NAME = /^(?:MainThread|node-MainThread)$/;
/** The program itself stands in the arguments, so there is no file. */
const INLINE = /^(?:-c|-e|-p|-pe|-ne|-E|--eval|--print)$/;
/** Options that take the argument behind them. */
const WITH_VALUE =
  /^(?:-r|--require|--import|--loader|--experimental-loader|-W|-X|-I|-C|--conditions|-O|-o)$/;

/** `sshd`, `node server.js`, `python3 -m http.server`; what the kernel calls it where its arguments do not tell, or it gave itself another name. Foreign text, in one line. */
export function programOf({ name, command = '' }: Pick<Process, 'name' | 'command'>): string {
  const [first = '', ...rest] = command.split(' ');
  const program = baseOf(first.replace(/^-/, ''));
  const script = INTERPRETER.test(program) ? scriptOf(rest) : undefined;
  const named = NO_NAME.test(name) || isComm(name, program) || (script !== undefined && isComm(name, script));
  if (program === '' || !named) return oneLine(name);
  return oneLine(script === undefined ? program : `${program} ${bounded(script, SCRIPT_MOST)}`);
}

/** Whether the kernel may call a program so. */
function isComm(name: string, program: string): boolean {
  return name !== '' && name === program.slice(0, COMM_MOST);
}

/** The script or module of an interpreter's arguments. */
function scriptOf(words: readonly string[]): string | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (INLINE.test(word) || word === '-' || word === '') return undefined;
    if (word === '-m') return words[at + 1] === undefined ? undefined : `-m ${words[at + 1]}`;
    if (WITH_VALUE.test(word)) at++;
    else if (!word.startsWith('-')) return baseOf(word) || undefined;
  }
  return undefined;
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
