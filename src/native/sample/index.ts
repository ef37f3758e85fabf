/**
 * `sample`: something to look at. Makes objects under names of its own and starts small programs on them, some of which are in trouble, until Ctrl+C, SIGTERM or, with a pipe as stdin, its end; then
 * ends those that it started and removes what it made, by its id, and nothing else.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { visible } from '../../presentation/text';
import { t } from '../../presentation/translate';
import { parse, UsageError } from '../cli/arguments';
import { complain, print } from '../cli/output';
import { prepare } from '../libc/load';
import { helperProgram } from '../programs';
import { type Made, makeAll, readMade, removeAll } from './made';
import { begun, canPlay, play, type Role, ROLES, titleOf } from './roles';

/** Who is started, in this order, behind the one who leaves. */
const CAST: readonly Role[] = [
  ...(['server', 'client', 'producer', 'consumer'] as const),
  ...(['ping', 'pong', 'worker', 'worker', 'sender'] as const),
];

export async function sample(args: string[]): Promise<number> {
  const [role, folder, parent] = parse(args, {}, 'any').words;
  process.title = titleOf(role ?? 'main');
  if (role !== undefined) {
    if (!Object.hasOwn(ROLES, role) || folder === undefined || parent === undefined) throw new UsageError();
    return play(role as Role, folder, Number(parent));
  }
  await prepare();
  const lacking: string[] = [];
  const { folder: own } = makeAll((what, why) => lacking.push(t('Without its {0}: {1}', what, visible(why))));
  const children = new Set<ChildProcess>();
  const ended = askedToEnd();
  try {
    const start = (name: Role) => {
      const child = startRole(name, own);
      children.add(child);
      child.once('exit', () => children.delete(child)).once('error', () => children.delete(child));
      return child;
    };
    const leaver = start('leaver');
    await Promise.race([ended, new Promise((resolve) => leaver.once('exit', resolve))]);
    const made = readMade(own);
    const started = CAST.filter((name) => canPlay(name, made)).flatMap((name) => start(name).pid ?? []);
    const hasEnded = (pid: number) => ![...children].some((child) => child.pid === pid);
    await Promise.race([ended, begun(own, started, hasEnded)]);
    for (const line of lacking) await complain(line);
    await print(`${describe(made, started.length)}\n`);
    await ended;
  } finally {
    for (const child of children) child.kill('SIGKILL');
    removeAll(own);
  }
  return 0;
}

function startRole(role: Role, folder: string): ChildProcess {
  return spawn(process.execPath, [resolve(helperProgram()), 'sample', role, folder, String(process.pid)], {
    // Nobody's folder is kept in use.
    cwd: folder,
    // Whoever removes everything in our place learns of our end by its stdin.
    stdio: [role === 'server' ? 'pipe' : 'ignore', 'ignore', 'inherit'],
  });
}

/** Resolves when the user, or whoever started us, has had enough. */
function askedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => resolve();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
    // A terminal or /dev/null says nothing.
    const stdin = fstatSync(0);
    if (stdin.isFIFO() || stdin.isSocket()) process.stdin.on('end', end).on('close', end).resume();
  });
}

function describe({ folder, jobs, permits, segment, mail, board }: Made, programs: number): string {
  const keys = [jobs, permits, segment].flatMap((one) =>
    one ? `0x${one.key.toString(16)} (#${one.id})` : [],
  );
  const names = [mail, board].flatMap((one) => (one ? `/${one.name}` : []));
  return t('The sample runs: {0} programs, {1}, in {2}.', programs, [...keys, ...names].join(', '), folder);
}
