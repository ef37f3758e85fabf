/** What processes are called, and what else is to be said of them. */
import type { Endpoint, Past } from '../protocol/facts';
import { processRef, type Ref } from '../protocol/ref';
import type { Process } from '../protocol/snapshot';
import { signalText } from './signals';
import { visible } from './text';
import { t } from './translate';
import type { FactValue } from './facts';
import { exactPast, type Find, pastText, pidText, processText } from './values';

/** Of a command line: arguments reach two megabytes. */
const COMMAND_MOST = 2000;

/** A process as a panel shows it. Plain text: not for links or markup. */
export interface ProcessName {
  text: string;
  /** Its command line, or why its name is not told. */
  detail: string;
  /** Of one that lives, as far as that is known. */
  ref?: Ref;
}

/** `python3 (4312)`, `4312, ended`, or `4312` where nobody can tell. */
export function pastName(past: Past, find: Find): ProcessName {
  const found = past.now === 'same' ? find(past.pid) : undefined;
  return found ? living(found) : { text: pastText(past, find), detail: pastDetail(past) };
}

/** The same as a fact, where nobody can tell with the reason; nothing of none. */
export function pastValue(past: Past | null, find: Find): FactValue | undefined {
  return past === null ? undefined : { text: exactPast(past, find), detail: pastName(past, find).detail };
}

/** `python3 (4312)`, or `4312` where its name was not told, or another process has this number by now. */
export function holderName({ pid, startTime }: Pick<Endpoint, 'pid' | 'startTime'>, find: Find): ProcessName {
  const found = find(pid);
  return found?.startTime === startTime
    ? living(found)
    : { text: String(pid), detail: t('Its name is not known.'), ref: processRef(pid, startTime) };
}

function living(process: Process): ProcessName {
  const { pid, startTime, command, name } = process;
  return {
    text: processText(process),
    detail: visible(command === undefined || command === '' ? name : command, COMMAND_MOST),
    ref: processRef(pid, startTime),
  };
}

function pastDetail({ pid, now }: Past): string {
  if (pid === 0) return t('The kernel names it 0: it has no number here.');
  switch (now) {
    case 'gone':
      return t('No process has this number any more.');
    case 'other':
      return t('A process that started later has this number now.');
    case 'same':
      return t('This process lives, but its name is not known.');
    case 'unknown':
      return t(
        'Whether the process that has this number now is the same cannot be told from what the kernel keeps.',
      );
  }
}

/** The state of proc(5) in a word, with its letter. */
export function stateText(state: string): string {
  const words: Readonly<Record<string, string>> = {
    R: t('running'),
    S: t('sleeping'),
    D: t('sleeping, not to be disturbed'),
    T: t('stopped'),
    t: t('stopped by a debugger'),
    Z: t('ended, not yet collected (zombie)'),
    X: t('ended'),
    I: t('idle'),
  };
  return Object.hasOwn(words, state) ? t('{0} ({1})', words[state] ?? '', state) : state;
}

/** What stopped a process, and why where the signal says that (signal(7), tcsetpgrp(3)). */
export function stoppedByText(signal: number): string {
  switch (signal) {
    case SIGTTIN:
      return t('by {0}: it wanted to read from its terminal in the background', signalText(signal));
    case SIGTTOU:
      return t(
        'by {0}: it wanted to write to its terminal, or to set it, in the background',
        signalText(signal),
      );
    case SIGTSTP:
      return t('by {0}, as from Ctrl+Z', signalText(signal));
    default:
      return t('by {0}', signalText(signal));
  }
}
const SIGTSTP = 20;
const SIGTTIN = 21;
const SIGTTOU = 22;

/** The same of a process, with who holds it up: its tracer, a freezer, the parent that does not collect it, the child that has its memory. */
export function processStateText(
  { state, tracer, frozen, parent, threads = [], stoppedBy }: Process,
  find: Find,
): string {
  const own = stateText(state);
  const who = (pid: number) => (pid === 0 ? t('a process outside this pid namespace') : pidText(pid, find));
  const borrowed = threads.some(({ wait }) => typeof wait === 'object' && wait.on.is === 'vfork');
  if (state === 'Z' && parent !== undefined)
    return t('{0}; its parent {1} has not waited for it', own, who(parent));
  return [
    own,
    ...(typeof tracer === 'number' ? [t('traced by {0}', who(tracer))] : []),
    ...(frozen === true ? [t('held by a freezer')] : []),
    ...(stoppedBy === undefined ? [] : [stoppedByText(stoppedBy)]),
    ...(borrowed ? [t('waits until its vfork child has run exec or ended')] : []),
  ].join('; ');
}
