/** Acts at paths that lead through another process: what it sees there is meant, never what has the same path for us. */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ObjectOf } from '../../src/protocol/kinds';
import { TestHelper } from '../support/helper';
import { needs, needsRoot } from '../support/oracles';
import { type Holder, Scene } from '../support/streams';

const scene = new Scene();
let helper: TestHelper;
let folder: string;
const servers: Server[] = [];

beforeEach(() => {
  helper = new TestHelper();
  folder = realpathSync(scene.folder());
});
afterEach(async () => {
  await helper.stop();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  await scene.clean();
});

/** A process that has a file system of its own on our folder, and a network of its own. */
async function contained(): Promise<Holder> {
  const script = `mount -t tmpfs none ${folder} && exec "$@"`;
  const holder = scene.holder(['unshare', '--mount', '--net', 'sh', '-c', script, 'sh']);
  await holder.run('import socket');
  return holder;
}

/** Who listens there in our own network; how many have come. */
async function host(path: string): Promise<() => number> {
  let came = 0;
  const server = createServer((socket) => {
    came++;
    socket.destroy();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return () => came;
}

async function listenerOf(holder: Holder): Promise<ObjectOf<'unix'>> {
  const { objects } = await helper.request('snapshot', {});
  const found = objects.find(
    (one): one is ObjectOf<'unix'> =>
      one.kind === 'unix' && one.flags.includes('listening') && one.endpoints?.[0]?.pid === holder.pid,
  );
  if (!found) throw new Error('it was not found');
  return found;
}

test('a talk to the listener of a container goes there, not to ours of the same path', async (context) => {
  needsRoot(context, 'mounts');
  needs(context, 'unshare');
  needs(context, 'python3');
  mkdirSync(join(folder, 'sub'));
  const holder = await contained();
  await holder.run(`os.mkdir('${folder}/sub')`);
  for (const [name, relative] of [
    ['absolute', false],
    ['relative', true],
  ] as const) {
    const path = join(folder, 'sub', name);
    const came = await host(path);
    if (relative) await holder.run(`os.chdir('${folder}/sub')`);
    await holder.run(
      `s = socket.socket(socket.AF_UNIX); s.setblocking(False); s.bind('${relative ? name : path}'); s.listen()`,
    );
    const { ref, flags } = await listenerOf(holder);
    expect(flags).toContain('otherNetwork');
    const { act } = await helper.act('unix', 'talk', { target: { is: 'ref', ref } });
    expect(await holder.run('s.accept() is not None')).toBe(true);
    expect(came()).toBe(0);
    await helper.request('endAct', { act });
    await holder.run('s.close()');
  }
});

test('a FIFO is made where the path of a process leads, and .. leads back from there', async (context) => {
  needsRoot(context, 'mounts');
  needs(context, 'unshare');
  needs(context, 'python3');
  const holder = await contained();
  await holder.run(`os.mkdir('${folder}/deep'); os.chdir('${folder}/deep')`);
  for (const [way, there] of [
    [`root${folder}/by-root`, 'by-root'],
    ['cwd/by-cwd', 'deep/by-cwd'],
    ['cwd/../by-parent', 'by-parent'],
    [`task/${holder.pid}/root${folder}/deep/../by-task`, 'by-task'],
  ] as const) {
    await helper.act('fifo', 'create', { path: `/proc/${holder.pid}/${way}`, mode: 0o600 });
    expect([way, await holder.run(`os.path.exists('${folder}/${there}')`)]).toEqual([way, true]);
    expect([way, existsSync(join(folder, there))]).toEqual([way, false]);
  }
});
