/** Races in which another process puts something that never answers where the helper has just looked. Each once hung it for good, most within a second. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { Interest } from '../../src/protocol/calls';
import { TestHelper } from '../support/helper';
import { SilentServer } from '../support/silent';
import { Scene } from '../support/streams';

/** Milliseconds of one race: as long as the old ones took to hang, several times. */
const RACE = Number(process.env.IPC_INSPECTOR_RACE ?? 4000);
/** Milliseconds after which an answer does not come any more. */
const NEVER = 15_000;

const scene = new Scene();
let server: SilentServer | undefined;
let helper: TestHelper | undefined;
afterEach(async () => {
  await server?.end();
  helper?.child.kill('SIGKILL');
  await helper?.exited;
  helper = server = undefined;
  await scene.clean();
});

/** Looks again and again while the others race; how often. */
async function lookOnAndOn(interest: Omit<Interest, 'details'>, between = async () => Promise.resolve()) {
  const until = performance.now() + RACE;
  let looks = 0;
  do {
    await answered(
      'a look',
      helper?.request('changes', {
        epoch: null,
        seq: 0,
        interest: { details: [], ...interest },
        interval: 1000,
        fresh: true,
        thorough: true,
      }),
    );
    await between();
    looks++;
  } while (performance.now() < until);
  return looks;
}

/** What a request gives, or its failure; throws where nothing comes. */
async function answered<T>(what: string, request: Promise<T> | undefined): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} never ended: it is in ${wchans()}`)), NEVER);
  });
  try {
    return await Promise.race([request?.catch(() => undefined), never]);
  } finally {
    clearTimeout(timer);
  }
}

function wchans(): string {
  return readFileSync(`/proc/${helper?.child.pid}/wchan`, 'latin1');
}

test('a page that is swapped for one of a silent file while it is read', async (context) => {
  const folder = scene.folder();
  server = await SilentServer.start(context, folder);
  helper = new TestHelper();
  await helper.request('hello', {});
  const { said } = await server.run('python3', [
    'test/support/flipPages.py',
    `${server.users.holder}`,
    server.file,
    '65534',
    'poll',
  ]);
  const racer = Number(said);
  expect(await lookOnAndOn({ levels: { pipe: 'rows' }, processes: true })).toBeGreaterThan(0);
  // It is seen all the same, whatever can be told of its wait.
  const { objects } = await helper.request('snapshot', {});
  expect(
    objects.some(({ kind, endpoints }) => kind === 'pipe' && endpoints?.some(({ pid }) => pid === racer)),
  ).toBe(true);
}, 60_000);

test('a descriptor that leads now to a queue, now to a silent file', async (context) => {
  const folder = scene.folder();
  server = await SilentServer.start(context, folder);
  helper = new TestHelper();
  await helper.request('hello', {});
  const { said } = await server.run('python3', [
    'test/support/flipPages.py',
    `${server.users.holder}`,
    server.file,
    '65534',
    'fd',
  ]);
  const racer = Number(said);
  const here = helper;
  const act = async () => {
    const { objects } = await here.request('snapshot', {});
    const queue = objects.find(
      ({ kind, endpoints }) => kind === 'posix.mq' && endpoints?.some(({ pid }) => pid === racer),
    );
    if (!queue) return;
    await answered('an inspect', here.act('posix.mq', 'inspect', { ref: queue.ref }));
    await answered(
      'a send',
      here.act('posix.mq', 'send', { ref: queue.ref, priority: 0, content: 'AAAA' as never }),
    );
  };
  expect(await lookOnAndOn({ levels: { 'posix.mq': 'rows' }, processes: true }, act)).toBeGreaterThan(0);
}, 60_000);
