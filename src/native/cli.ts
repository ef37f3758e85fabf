/** The command line, for scripts, tests and bug reports. */
import { parseArgs } from 'node:util';
import { Census } from './census/census';
import { prepare } from './libc/load';
import { serve } from './server';
import { takeSnapshot } from './snapshot';
import { VERSION } from './version';

const USAGE = `usage: node helper.js snapshot [--details]   one snapshot of every IPC object, as JSON
       node helper.js serve                  JSON-RPC on stdin and stdout (for the extension)
       node helper.js --help | --version
`;

/** Exit code of a usage error, as of most commands. */
const USAGE_ERROR = 2;
/** What a shell shows for a program that SIGPIPE ended. */
const BROKEN_PIPE = 141;

/** Runs one command. Resolves with the exit code when everything was handed over. */
export async function run(args: string[]): Promise<number> {
  const parsed = parse(args);
  if (!parsed) {
    await write(process.stderr, USAGE);
    return USAGE_ERROR;
  }
  const { values, command } = parsed;
  if (values.help) return write(process.stdout, USAGE);
  if (values.version) return write(process.stdout, `${VERSION}\n`);
  if (command === 'serve') {
    await serve(VERSION);
    return 0;
  }
  await prepare();
  return write(process.stdout, `${JSON.stringify(await takeSnapshot(new Census()))}\n`);
}

/** What was asked; undefined where it makes no sense. */
function parse(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        version: { type: 'boolean' },
        details: { type: 'boolean' },
      },
    });
    const [command, ...rest] = positionals;
    const asksForWords = values.help === true || values.version === true;
    if (rest.length > 0) return undefined;
    if (values.details && command !== 'snapshot') return undefined;
    if (command === undefined ? !asksForWords : !['snapshot', 'serve'].includes(command)) return undefined;
    return { values, command };
  } catch {
    return undefined;
  }
}

/** Resolves with the exit code when the kernel has taken all of it: an exit before that cuts a pipe that is read slowly. */
function write(stream: NodeJS.WriteStream, text: string): Promise<number> {
  return new Promise((resolve) => {
    stream.on('error', () => resolve(BROKEN_PIPE));
    stream.write(text, () => resolve(0));
  });
}
