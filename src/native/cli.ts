/** The command line, for scripts, tests and bug reports. */
import { KINDS } from '../protocol/ref';
import { visible } from '../presentation/text';
import { Census } from './census/census';
import { parse, UsageError } from './cli/arguments';
import { BrokenPipe, complain, print, printJson } from './cli/output';
import { Refusal } from './cli/refusal';
import { prepare } from './libc/load';
import { makeMechanisms } from './mechanisms';
import { takeSnapshot } from './snapshot';
import { VERSION } from './version';

const USAGE = `usage: node helper.js COMMAND

  list [--kind KIND] [--all] [--json]      a line for each object; --all: also what one process has to itself
  processes [--all] [--json]               a line for each process; --all: also those that have none of the objects
  inspect REF [--json]                     every fact of one object or process, with details
  peek REF [--from N] [--count N] [--json] messages of a queue, or bytes of memory; nothing is changed
  findings [--fail-on SEVERITY] [--json]   what is wrong: a sentence each, why it matters, what can be done
  why [WHAT...] [--fail-on PROOF] [--json] why it waits, and for whom; without WHAT, all that is stuck
  table KIND [WORD...] [--sort=FACT] [--json | --csv]
                                           the objects of a kind in columns; --sort=-FACT: the largest first
  compare FILE [--kind KIND] [--json]      what came, went and changed since \`snapshot\` was kept in FILE
  limits [--json]                          what is allowed, how much of it is used, and what fails next
  snapshot [--details]                     one snapshot of every object, as JSON
  sample                                   something to look at: small programs, well and in trouble, until Ctrl+C
  serve                                    JSON-RPC on stdin and stdout (for the extension)
  --help | --version

KIND: ${KINDS.join(', ')}
WORD: as in the filter of the views: text, waits, mine, pid:42, >1M
WHAT: a pid, the name of a process, or a REF
SEVERITY: error, warning or note; PROOF: proven or likely. What is so grave or so sure ends with code 3.
\`findings\` and \`why\` look twice, 0.3 s apart (--wait SECONDS): what is young is named as not yet a finding.
REF:  as \`list\` shows it, or an id with its kind (sysv.msg:32769), or a key (0x00001234), or a name (/jobs, @name, 127.0.0.1:5432);
      of a process process:PID
`;

/** What a shell shows for a program that SIGPIPE ended. */
const BROKEN_PIPE = 141;
const USAGE_ERROR = 2;
const FAILED = 1;

/** One command: takes what stands behind its name, answers the exit code. May throw what `explain` knows. */
type Command = (args: string[]) => Promise<number>;

/** What one command alone needs is run when it is typed: the helper of a window has no use for words. */
const commands: Readonly<Record<string, Command>> = {
  snapshot,
  list: async (args) => (await import('./cli/list')).list(args),
  processes: async (args) => (await import('./cli/processes')).processes(args),
  inspect: async (args) => (await import('./cli/inspect')).inspect(args),
  peek: async (args) => (await import('./cli/peek')).peek(args),
  findings: async (args) => (await import('./cli/findings')).findings(args),
  why: async (args) => (await import('./cli/why')).why(args),
  limits: async (args) => (await import('./cli/limits')).limits(args),
  sample: async (args) => (await import('./sample')).sample(args),
  table: async (args) => (await import('./cli/objectTable')).objectTable(args),
  compare: async (args) => (await import('./cli/compare')).compare(args),
  serve: async (args) => {
    parse(args, {});
    await (await import('./server')).serve(VERSION);
    return 0;
  },
  '--help': (args) => answer(args, USAGE),
  '--version': (args) => answer(args, `${VERSION}\n`),
};

/** Runs one command. Resolves with the exit code when everything was handed over. */
export async function run([name = '', ...args]: string[]): Promise<number> {
  try {
    if (args.includes('--help')) return await answer([], USAGE);
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new UsageError(name === '' ? '' : `There is no command "${name}".`);
    return await command(args);
  } catch (error) {
    return explain(error);
  }
}

async function snapshot(args: string[]): Promise<number> {
  const { values } = parse(args, { details: { type: 'boolean' } });
  await prepare();
  const census = new Census(makeMechanisms(), { once: true });
  await printJson(await takeSnapshot(census, { details: values.details ?? false }));
  return 0;
}

async function answer(args: string[], text: string): Promise<number> {
  parse(args, {});
  await print(text);
  return 0;
}

/** Says on stderr what went wrong, and answers the exit code. Rethrows what is none of ours. */
async function explain(error: unknown): Promise<number> {
  if (error instanceof BrokenPipe) return BROKEN_PIPE;
  if (error instanceof UsageError) {
    await complain(`${error.message ? `${visible(error.message)}\n` : ''}${USAGE.trimEnd()}`);
    return USAGE_ERROR;
  }
  if (!(error instanceof Refusal)) throw error;
  await complain(error.message);
  return FAILED;
}
