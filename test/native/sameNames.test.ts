/** Names that are given twice, once in each namespace: what is shown and what is asked for says which is meant. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Census, EVERYTHING } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import { nameOf, viewOf } from '../../src/presentation/kinds';
import type { ObjectOf } from '../../src/protocol/kinds';
import { HELPER } from '../support/helper';
import { needs, needsRoot } from '../support/oracles';
import { Scene } from '../support/streams';
import { until } from '../support/until';

const scene = new Scene();
beforeEach(async (context) => {
  needs(context, 'python3');
  await prepare();
});
afterEach(() => scene.clean());

/** What a command of the helper prints. */
const cli = (...args: string[]) => spawnSync(process.execPath, [HELPER, ...args], { encoding: 'utf8' });

/** A process that listens at a Unix socket; `name` in Python. */
async function listens(name: string, prefix: string[] = []): Promise<{ pid: number; network: string }> {
  const holder = scene.holder(prefix);
  await holder.run(`import socket; l = socket.socket(socket.AF_UNIX); l.bind(${name}); l.listen()`);
  return { pid: holder.pid, network: String(await holder.run("os.stat('/proc/self/ns/net').st_ino")) };
}

const listeners = (text: string): ObjectOf<'unix'>[] =>
  runNow(new Census(makeMechanisms()).take(EVERYTHING)).objects.filter(
    (one): one is ObjectOf<'unix'> =>
      one.kind === 'unix' &&
      one.name.is === 'abstract' &&
      one.name.text === text &&
      one.state === 'listening',
  );

test('two abstract sockets of one name in two network namespaces', async (context) => {
  needsRoot(context, 'makes a network namespace');
  const name = `ipc-inspector-names-${process.pid}`;
  const here = await listens(`'\\0${name}'`);
  const there = await listens(`'\\0${name}'`, ['unshare', '--net']);
  const both = await until(() => {
    const found = listeners(name);
    return found.length === 2 && found;
  });
  const find = () => undefined;
  const labels = new Map(both.map((one) => [one.network, nameOf(one, find)]));
  expect(labels.get(here.network)).toBe(`Unix socket @${name}`);
  expect(labels.get(there.network)).toBe(`Unix socket @${name} (network namespace ${there.network})`);
  for (const one of both)
    expect(viewOf(one).title(one, find).includes(there.network)).toBe(one.network === there.network);
  const { status, stderr } = cli('inspect', `@${name}`);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^2 objects match /);
  for (const { ref } of both) expect(stderr).toContain(ref);
  expect(stderr).toContain(`(network namespace ${there.network})`);
});

test('a name that only one has is what inspect finds', async () => {
  const name = `ipc-inspector-name-${process.pid}`;
  await listens(`'\\0${name}'`);
  const [one] = await until(() => {
    const found = listeners(name);
    return found.length === 1 && found;
  });
  const { status, stdout } = cli('inspect', '--json', `@${name}`);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ref: one?.ref });
  const path = join(scene.folder(), 'sock');
  await listens(JSON.stringify(path));
  expect(JSON.parse(cli('inspect', '--json', path).stdout)).toMatchObject({ name: { text: path } });
  expect(cli('inspect', `${path}x`).stderr).toMatch(/is no REF/);
});
