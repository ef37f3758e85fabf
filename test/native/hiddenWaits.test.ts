/** Where the kernel keeps from us what processes of our own wait for, as Yama does with ptrace_scope 1. */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { pipeRef } from '../../src/protocol/ref';
import { TestHelper } from '../support/helper';
import { pipeOf, Scene } from '../support/streams';

/** Then every process but our helper's own children is hidden, unless root looks. */
function yamaIsAtWork(): boolean {
  const path = '/proc/sys/kernel/yama/ptrace_scope';
  return process.geteuid?.() !== 0 && existsSync(path) && readFileSync(path, 'latin1').trim() !== '0';
}

const scene = new Scene();
const helpers: TestHelper[] = [];
afterEach(async () => {
  for (const helper of helpers.splice(0)) await helper.stop();
  await scene.clean();
});

const look = async (prefix: string[], inode: string) => {
  const helper = new TestHelper(prefix);
  helpers.push(helper);
  const { blind } = await helper.request('changes', {
    ...{ epoch: null, seq: 0, interval: 1000, fresh: true },
    interest: { levels: { 'sysv.msg': 'rows', pipe: 'rows' }, details: [pipeRef(inode)] },
  });
  return blind;
};

test('of a pipe that is looked at closely is said whose waits are hidden, and why', async () => {
  const {
    stream: { inode },
  } = await pipeOf(scene.holder());
  const blind = await look(['env', 'IPC_INSPECTOR_PRETEND_YAMA=1'], inode);
  expect(blind).toContainEqual({ kind: 'pipe', ref: pipeRef(inode), field: 'waits', code: 'yama', count: 1 });
});

test('where nothing is hidden nothing is said', async (context) => {
  if (yamaIsAtWork()) context.skip('kernel.yama.ptrace_scope hides them here');
  const {
    stream: { inode },
  } = await pipeOf(scene.holder());
  const blind = await look([], inode);
  expect(blind.filter(({ ref, code }) => ref !== undefined || code === 'yama')).toEqual([]);
});
