// @ts-check
/** Whole commands against which ours is held, and how long one run takes. */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bareWalk = fileURLToPath(new URL('bareWalk.mjs', import.meta.url));
const lsfd = process.env.IPC_INSPECTOR_LSFD ?? 'lsfd';

/** @typedef {{ name: string, command: string[], version?: string[] }} Peer */
/** @type {Peer[]} */
const all = [
  { name: 'lsof +E', command: ['lsof', '-nP', '+E'], version: ['lsof', '-v'] },
  {
    name: 'lsfd ENDPOINTS',
    command: [lsfd, '-r', '-o', 'PID,FD,INODE,ENDPOINTS'],
    version: [lsfd, '--version'],
  },
  { name: 'ss -xap', command: ['ss', '-xap'], version: ['ss', '--version'] },
  { name: 'ipcs -a', command: ['ipcs', '-a'], version: ['ipcs', '--version'] },
  { name: 'bare Node walk, cold', command: [process.execPath, bareWalk] },
];
export const OURS = { name: 'helper.js snapshot', command: [process.execPath, 'dist/helper.js', 'snapshot'] };

/** The peers that are here and know what we ask them, with their versions; and why the others are not. */
export function findPeers() {
  /** @type {{ name: string, command: string[], versionText: string }[]} */
  const found = [];
  /** @type {string[]} */
  const missing = [];
  for (const { name, command, version } of all) {
    const [program = '', ...args] = command;
    const { status, error } = spawnSync(program, args, { stdio: 'ignore' });
    // lsof says 1 where anything could not be looked at.
    if (error || (status !== 0 && !name.startsWith('lsof'))) {
      missing.push(`${name}: ${error ? 'not installed' : `${program} does not know these options`}`);
      continue;
    }
    const [asked, ...how] = version ?? [process.execPath, '--version'];
    const said = spawnSync(asked ?? '', how, { encoding: 'utf8' });
    const text = `${said.stdout}${said.stderr}`;
    found.push({
      name,
      command,
      versionText: /(?:revision: |iproute2-|util-linux |v)[\w.-]+/.exec(text)?.[0] ?? '',
    });
  }
  return { found, missing };
}

/**
 * Wall time of one run in milliseconds, from the start of the process to its end, with all output read; and the most memory it had.
 * @param {string[]} command
 * @returns {Promise<{ time: number, bytes: number }>}
 */
export function run([program = '', ...args]) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let bytes = 0;
    child.stdout.on('data', (data) => (bytes += data.length));
    child.on('error', reject);
    child.on('close', () => resolve({ time: performance.now() - start, bytes }));
  });
}
