/** What is full: a datagram socket, for who sends to its name without being connected (syslog and its kin), and what a user's POSIX queues may take. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { waitWords } from '../../src/presentation/waits';
import { lookUntil, Stage } from '../support/diagnosis';
import { TestHelper } from '../support/helper';
import { why } from '../../src/presentation/failures';
import { needs } from '../support/oracles';

const stage = new Stage();
const helper = new TestHelper();
afterEach(() => stage.clean());
afterAll(() => helper.stop());

/** Of the names below, which programs that are killed do not take away. */
const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** As Python has it. */
const PATH = `'${folder}/' + os.urandom(6).hex() + '.sock'`;

/** A socket with a name, of a child that is stopped, and one who sends to it until that has no room. */
const begin = (name: string, sends = "s.sendto(b'line', name)") => `
name = ${name}
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); log.bind(name)
daemon = child(lambda: os.kill(os.getpid(), signal.SIGSTOP)); os.waitpid(daemon, os.WUNTRACED); log.close()
def send():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    while True: ${sends}
`;

const NAMES = {
  'a path': PATH,
  'an abstract name': "'\\0' + os.urandom(6).hex()",
};

for (const [what, name] of Object.entries(NAMES))
  test(`${what}: the stopped one who reads there keeps the sender waiting`, async (context) => {
    needs(context, 'python3');
    const [daemon = 0, sender = 0] = await stage
      .python(
        `${begin(name)}
pid = child(send)
signal.signal(signal.SIGTERM, lambda *x: None)
say(daemon, pid); rest()`,
      )
      .said();
    const seen = await lookUntil((one) => one.of('stoppedPeer', [daemon]).length > 0);
    const found = seen.one('stoppedPeer', daemon);
    expect(found.parts).toMatchObject({ peer: { pid: daemon } });
    expect(found.parts.waiters).toMatchObject([{ pid: sender }]);
    const { wait } = found.parts.waiters[0] ?? {};
    if (wait?.on.is !== 'descriptors') throw new Error('no descriptors');
    expect(wait.call).toBe('sendto');
    expect(wait.on.to?.startsWith(what === 'a path' ? '/tmp/' : '@')).toBe(true);
    expect(waitWords(wait).join()).toContain(`to ${wait.on.to}`);
    const address = wait.on.to ?? '';
    expect(seen.says(found)).toContain(address);
    // The receiver tells who waits to send there.
    const receiver = seen.diagnosis.machine
      .of('unix')
      .find(({ name }) => name.is !== 'unnamed' && address.endsWith(name.text));
    expect(receiver?.endpoints?.filter(({ role }) => role === 'waiter').map(({ pid }) => pid)).toEqual([
      sender,
    ]);
  });

test('a sendmsg names whom it sends to, and waits for him too', async (context) => {
  needs(context, 'python3');
  const [daemon = 0, sender = 0] = await stage
    .python(
      `${begin(PATH, "s.sendmsg([b'line', b'more'], [], 0, name)")}
pid = child(send)
signal.signal(signal.SIGTERM, lambda *x: None)
say(daemon, pid); rest()`,
    )
    .said();
  const seen = await lookUntil((one) => one.of('stoppedPeer', [daemon]).length > 0);
  const [waiter] = seen.one('stoppedPeer', daemon).parts.waiters;
  expect(waiter).toMatchObject({ pid: sender, wait: { call: 'sendmsg', on: { is: 'descriptors' } } });
  const { on } = waiter?.wait ?? {};
  expect(on?.is === 'descriptors' ? on.to : undefined).toMatch(new RegExp(`^${folder}/[0-9a-f]{12}\\.sock$`));
});

test('where two have that name nobody is accused', async (context) => {
  needs(context, 'python3');
  const [daemon = 0, sender = 0] = await stage
    .python(
      `${begin(PATH)}
pid = child(send); time.sleep(0.5)
os.unlink(name); other = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); other.bind(name)
say(daemon, pid); rest()`,
    )
    .said();
  const seen = await lookUntil((one) => one.why(sender).state === 'unknown');
  expect(seen.about([daemon, sender])).toEqual([]);
});

test('a queue that may not be made says how much all may take', async (context) => {
  needs(context, 'prlimit');
  await helper.request('hello', {});
  execFileSync('prlimit', [`--pid=${helper.child.pid}`, '--msgqueue=1000:1000']);
  const made = helper.act('posix.mq', 'create', {
    ...{ name: `/full-${process.pid}`, mode: 0o600, maxMessages: 10, messageSize: 100 },
  });
  const failure = await helper.failure(made);
  expect(failure).toMatchObject({ call: 'mq_open', errno: 'EMFILE', detail: { bytes: 1000 } });
  expect(why(failure)).toMatch(/no more than 1,?000 B .*RLIMIT_MSGQUEUE/);
});
