/** The command line on real objects: against ipcs, with hostile content, into slow pipes, as a plain user. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test, type TestContext } from 'vitest';
import * as v from 'valibot';
import { contracts, type IpcObject, objectSchema } from '../../src/protocol/kinds';
import { fromBytes, toBytes } from '../../src/protocol/bytes';
import { KINDS } from '../../src/protocol/ref';
import type { PeekResult } from '../../src/protocol/kinds/sysvMsg';
import type { SegmentRange } from '../../src/protocol/kinds/sysvShm';
import { HELPER, snapshot, TestHelper } from '../support/helper';
import { beside, ownIpc } from '../support/namespaces';
import { AS_NOBODY, needs, needsRoot, output } from '../support/oracles';
import { attach, freeKey, Made, operate, send } from '../support/sysv';

const made = new Made();
afterEach(() => made.clean());

function runAs(prefix: string[], ...args: string[]) {
  const [command = '', ...rest] = [...prefix, process.execPath, HELPER, ...args];
  const { stdout, stderr, status } = spawnSync(command, rest, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return { stdout, stderr, status };
}
const run = (...args: string[]) => runAs([], ...args);

/** What a command prints that must not fail. */
function printed(...args: string[]): string {
  const { stdout, stderr, status } = run(...args);
  if (status !== 0) throw new Error(`${args.join(' ')} gave ${status}: ${stderr}`);
  return stdout;
}

/** The cells of a line of `list`. */
function row(text: string, kind: string, id: number) {
  const line = text.split('\n').find((one) => new RegExp(`^${kind}:\\d+:${id} `).test(one));
  const [ref, name, owner, mode, ...state] = (line ?? '').split(/ {2,}/);
  return { ref, name, owner, mode, state: state.join('  ') };
}

/** The cells of a line of ipcs: key, id, owner, mode, and what the kind has. */
function ipcsRow(option: string, id: number): string[] {
  const lines = output('ipcs', option).split('\n');
  return lines.map((line) => line.trim().split(/\s+/)).find((cells) => cells[1] === String(id)) ?? [];
}

/** The value behind a kernel field in the text of `inspect`. */
function fact(text: string, field: string): string | undefined {
  const line = text.split('\n').find((one) => one.split(/ {2,}/)[1] === field);
  return line?.split(/ {2,}/).slice(2).join('  ');
}

/** What no terminal may get from another program: controls but our own line ends, and marks that reorder. */
// eslint-disable-next-line no-control-regex
const RAW = /[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]/;

describe('list', () => {
  test('says what ipcs says', (context) => {
    needs(context, 'ipcs');
    const key = freeKey();
    const [queue, set, segment] = [made.queue(key, 0o640), made.set(5, 0o604), made.segment(100_000, 0o600)];
    send(queue, 1, 'hello');
    send(queue, 2, 'world!');
    const text = printed('list');
    expect(text.split('\n')[0]?.split(/ +/)).toEqual(['REF', 'NAME', 'OWNER', 'MODE', 'STATE']);
    const owner = output('id', '-un').trim();
    const hex = `0x${key.toString(16).padStart(8, '0')}`;
    expect(row(text, 'sysv.msg', queue)).toMatchObject({ name: hex, owner, mode: 'rw-r-----' });
    expect(ipcsRow('-q', queue)).toEqual([hex, String(queue), owner, '640', '11', '2']);
    expect(row(text, 'sysv.msg', queue).state).toBe(`2 messages · 11 B of 16 KiB · #${queue}`);
    expect(row(text, 'sysv.sem', set)).toMatchObject({ name: `private #${set}`, mode: 'rw----r--' });
    expect(row(text, 'sysv.sem', set).state).toBe('[0, 0, 0, 0, 0]');
    expect(ipcsRow('-s', set).slice(2)).toEqual([owner, '604', '5']);
    expect(row(text, 'sysv.shm', segment).state).toBe('97.7 KiB · 0 attachments');
    expect(ipcsRow('-m', segment).slice(2)).toEqual([owner, '600', '100000', '0']);
  });

  test('says what matters of sets and segments', () => {
    const segment = made.segment(4096);
    const detach = attach(segment);
    try {
      made.clean();
      const [small, large] = [made.set(3), made.set(12)];
      operate(small, 1, 7);
      operate(large, 4, 1);
      const text = printed('list');
      expect(row(text, 'sysv.sem', small).state).toBe('[0, 7, 0]');
      expect(row(text, 'sysv.sem', large).state).toBe('12 semaphores, 11 at zero');
      expect(row(text, 'sysv.shm', segment).state).toBe('4 KiB · 1 process · marked');
    } finally {
      detach();
    }
  });

  test('shows who waits on a set', async (context) => {
    needs(context, 'perl', ['-e', '1']);
    const set = made.set(3);
    const waiter = spawn('perl', ['-e', `semop(${set}, pack("s3", 2, -1, 0))`]);
    try {
      await expect.poll(() => row(printed('list'), 'sysv.sem', set).state).toBe('[0, 0, 0] · 1 waits on [2]');
      const table = printed('inspect', `sysv.sem:${set}`);
      expect(table).toMatch(/^\[2\] +0 +1 +0 +none$/m);
    } finally {
      waiter.kill('SIGKILL');
      await once(waiter, 'exit');
    }
  });

  test('a guess at who waits is told from what is known', async () => {
    const line = 'sleep 300 | { readlink /proc/self/fd/0; exec cat; }; :';
    const shell = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    try {
      const [link] = (await once(shell.stdout, 'data')) as [Buffer];
      const pipe = link.toString().replace(/\D/g, '');
      const state = (prefix: string[]) => {
        const { stdout } = runAs(prefix, 'list', '--kind', 'pipe');
        return stdout.split('\n').find((line) => line.startsWith(`pipe:${pipe} `));
      };
      await expect.poll(() => state([])).toMatch(/ reader waits · 2 descriptors$/);
      expect(state(['env', 'IPC_INSPECTOR_PRETEND_YAMA=1'])).toMatch(
        / reader waits, probably · 2 descriptors$/,
      );
    } finally {
      process.kill(-(shell.pid ?? 0), 'SIGKILL');
      await once(shell, 'exit');
    }
  });

  test('--kind and --json give objects of the contract', () => {
    const ids = { 'sysv.msg': made.queue(), 'sysv.sem': made.set(2), 'sysv.shm': made.segment(1) };
    const all = v.parse(v.array(objectSchema), JSON.parse(printed('list', '--json')));
    for (const [kind, id] of Object.entries(ids)) {
      expect(all.some((one) => one.kind === kind && 'id' in one && one.id === id)).toBe(true);
      const some = v.parse(v.array(objectSchema), JSON.parse(printed('list', '--json', '--kind', kind)));
      expect(new Set(some.map((one) => one.kind))).toEqual(new Set([kind]));
      const lines = printed('list', '--kind', kind).trimEnd().split('\n').slice(1);
      expect(lines.every((line) => line.startsWith(`${kind}:`))).toBe(true);
    }
  });

  test('is whole, also into a pipe that is read late', async () => {
    const ids = Array.from({ length: 5000 }, () => made.queue());
    const child = spawn('sh', ['-c', `"$0" "$1" list | (sleep 1; cat)`, process.execPath, HELPER]);
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    expect(await once(child, 'close')).toEqual([0, null]);
    const text = Buffer.concat(parts).toString();
    const seen = new Set([...text.matchAll(/^sysv\.msg:\d+:(\d+) /gm)].map(([, id]) => Number(id)));
    expect(ids.filter((id) => !seen.has(id))).toEqual([]);
    expect(text.endsWith('\n')).toBe(true);
  });

  test.each([[['list']], [['list', '--json']], [['snapshot']]])('a broken pipe is 141: %j', async (args) => {
    for (let at = 0; at < 2000; at++) made.queue();
    const child = spawn(process.execPath, [HELPER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (part: Buffer) => (said += part.toString()));
    expect(await once(child, 'close')).toEqual([141, null]);
    expect(said).toBe('');
  });
});

describe('a REF', () => {
  test('may be a ref, an id with its kind, an id, or a key', () => {
    const key = freeKey();
    const id = made.queue(key);
    const object = snapshot().objects.find((one) => one.kind === 'sysv.msg' && one.id === id);
    const hex = `0x${key.toString(16)}`;
    for (const text of [object?.ref ?? '', `sysv.msg:${id}`, `sysv.msg:#${id}`, hex, `sysv.msg:${hex}`])
      expect(JSON.parse(printed('inspect', text, '--json'))).toMatchObject({ kind: 'sysv.msg', id });
  });

  test('that several objects match is refused, and they are named', () => {
    const [a, b] = [made.queue(), made.queue()];
    const { status, stdout, stderr } = run('inspect', 'sysv.msg:0x00000000');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^\d+ objects match .*\. Say which one you mean\.\n$/);
    const many = snapshot().objects.filter((one) => one.kind === 'sysv.msg' && one.key === 0).length;
    if (many <= 10) expect(stderr).toMatch(new RegExp(`:${a}[,.].*:${b}[,.]`));
  });

  test.each([
    ['inspect', 'sysv.msg:2147483647', /no such object/],
    ['inspect', 'sysv.sem:2147483647', /no such object/],
    ['peek', 'sysv.msg:2147483647', /no such object/],
    ['peek', 'sysv.shm:2147483647', /no such object/],
    ['inspect', 'sysv.msg:1:0', /another IPC namespace/],
    ['peek', 'sysv.msg:1:0', /another IPC namespace/],
    ['inspect', '#2147483647', /There is no object/],
    ['inspect', 'queue', /is no REF/],
    ['inspect', 'sysv.msg:', /is no REF/],
    ['peek', '\u001b[2Jx\ny', /is no REF/],
  ])('%s %j fails with one sentence, and 1', (command, ref, words) => {
    const { status, stdout, stderr } = run(command, ref);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr.trimEnd()).not.toMatch(/\n/);
    expect(stderr).not.toMatch(RAW);
  });
});

test.each([
  [[]],
  [['nonsense']],
  [['list', 'more']],
  [['list', '--kind', 'socket']],
  [['list', '--kind']],
  [['list', '--details']],
  [['inspect']],
  [['inspect', 'a', 'b']],
  [['peek']],
  [['peek', 'sysv.msg:0', '--count', '0']],
  [['peek', 'sysv.msg:0', '--from', '-1']],
  [['peek', 'sysv.msg:0', '--from=1e3']],
  [['snapshot', '--json']],
  [['serve', 'more']],
  [['--version', 'more']],
  [['list', '--\u001b[2J']],
  [['toString']],
])('%j is refused with the usage, and 2', (args) => {
  const { status, stdout, stderr } = run(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('usage:');
  expect(stderr).not.toMatch(RAW);
});

test('a wrong kind is answered with those there are', () => {
  expect(run('list', '--kind', 'socket').stderr.split('\n')[0]).toBe(
    `--kind takes one of ${KINDS.join(', ')}.`,
  );
});

test.each([
  [['lst'], 'There is no command "lst".'],
  [['list', 'more', 'yet'], 'The command does not take "more" "yet".'],
  [['inspect', 'a', 'b'], 'The command does not take "b".'],
  [['inspect'], 'Something is missing behind the command.'],
])('%j says what is wrong with it', (args, reason) => {
  expect(run(...args).stderr.split('\n')[0]).toBe(reason);
});

describe('processes', () => {
  const line = (text: string, pid: number) =>
    text
      .split('\n')
      .find((one) => one.startsWith(`process:${pid}:`))
      ?.split(/ {2,}/);

  test('says what each does and has, and how many have nothing', async (context) => {
    needs(context, 'python3');
    const program = "import os,sys; r, w = os.pipe(); print('x', flush=True); os.read(r, 1)";
    const child = spawn('python3', ['-c', program], { stdio: ['ignore', 'pipe', 'ignore'] });
    // Whatever it would inherit from who runs this test is an object too.
    const closes = "import os; os.closerange(3, 65536); os.execvp('sleep', ['sleep', '600'])";
    const bare = spawn('python3', ['-c', closes], { stdio: 'ignore' });
    try {
      await once(child.stdout, 'data');
      // Once it sleeps in read.
      await expect
        .poll(() =>
          line(printed('processes'), child.pid ?? 0)
            ?.slice(3)
            .join(' '),
        )
        .toMatch(/^waits in read.* pipe/);
      await expect
        .poll(() => line(printed('processes', '--all'), bare.pid ?? 0)?.[1])
        .toBe(`sleep (${bare.pid})`);
      const { stdout, stderr } = run('processes');
      expect(stderr).toMatch(/process(es)? without any of these objects/);
      expect(line(stdout, child.pid ?? 0)?.[1]).toMatch(new RegExp(`^python3.* \\(${child.pid}\\)$`));
      expect(line(stdout, bare.pid ?? 0)).toBeUndefined();
      expect(line(printed('processes', '--all'), bare.pid ?? 0)?.slice(3)).toEqual([
        expect.stringMatching(/^waits in /),
        '-',
      ]);
      expect(printed('inspect', `process:${child.pid}`)).toMatch(
        new RegExp(
          `\\nTHREADS +TID +DOES.*\\nmain +${child.pid} +waits to read pipe \\d+.* read, fd \\d+ +for `,
        ),
      );
      const all = JSON.parse(printed('processes', '--all', '--json')) as { pid: number }[];
      expect(all.map(({ pid }) => pid)).toEqual(expect.arrayContaining([child.pid, bare.pid, process.pid]));
    } finally {
      child.kill('SIGKILL');
      bare.kill('SIGKILL');
    }
  });
});

describe('inspect', () => {
  test('of a queue has every field of `ipcs -i`', (context) => {
    needs(context, 'ipcs');
    const id = made.queue(freeKey(), 0o620);
    send(id, 1, 'abc');
    const text = printed('inspect', `sysv.msg:${id}`);
    const said = output('ipcs', '-q', '-i', String(id));
    const number = (field: string) => /^(?:.*\()?(\d+)/.exec(fact(text, field) ?? '')?.[1];
    for (const field of ['qnum', 'cbytes', 'qbytes', 'lrpid'])
      expect(said).toContain(`${field}=${number(field) ?? '0'}`);
    expect(fact(text, 'lspid')).toContain(`(${process.pid})`);
    expect(fact(text, 'mode')).toBe('rw--w---- (0620)');
    expect(fact(text, 'rtime')).toBe('never');
    for (const field of ['key', 'msqid', 'uid, gid', 'cuid, cgid', 'msg_ctime', 'stime'])
      expect(fact(text, field)).toBeTruthy();
  });

  test('of a set has each semaphore', () => {
    const id = made.set(40);
    operate(id, 39, 5);
    const text = printed('inspect', `sysv.sem:${id}`);
    expect(text).toMatch(new RegExp(`^\\[39\\] +5 +0 +0 +.*${process.pid}`, 'm'));
    expect(text.match(/^\[\d+\] /gm)).toHaveLength(40);
    const json = v.parse(objectSchema, JSON.parse(printed('inspect', `sysv.sem:${id}`, '--json')));
    expect(json).toMatchObject({
      semaphores: 40,
      details: { values: [...new Array<number>(39).fill(0), 5] },
    });
  });

  test('of a segment has its holders, with address and rights', () => {
    const id = made.segment(4096);
    const ref = `sysv.shm:${id}`;
    expect(printed('inspect', ref)).toContain('\nProcesses: none\n');
    const detach = attach(id);
    try {
      const text = printed('inspect', ref);
      expect(text).toMatch(new RegExp(`\\(${process.pid}\\) +attached +[0-9a-f]+-[0-9a-f]+ +rw`));
      expect(fact(text, 'nattch')).toBe('1');
      const json = JSON.parse(printed('inspect', ref, '--json')) as IpcObject;
      expect(json.endpoints).toMatchObject([{ pid: process.pid, role: 'attached' }]);
    } finally {
      detach();
    }
  });

  test('a snapshot has details where asked', () => {
    const id = made.set(2);
    const of = (...args: string[]) =>
      (JSON.parse(printed('snapshot', ...args)) as { objects: IpcObject[] }).objects.find(
        (one) => one.kind === 'sysv.sem' && one.id === id,
      );
    expect(of()).not.toHaveProperty('details');
    expect(of('--details')).toMatchObject({ details: { values: [0, 0] } });
  });
});

describe('peek', () => {
  test('shows messages by position, with type, length, text and hex, and changes nothing', () => {
    const id = made.queue();
    send(id, 7, '{"job":17}');
    send(id, 9_007_199_254_740_993n, '');
    send(id, 2, Buffer.from([0xff, 0x41, 0]));
    const before = JSON.parse(printed('inspect', `sysv.msg:${id}`, '--json')) as unknown;
    const text = printed('peek', `sysv.msg:${id}`);
    expect(text.split('\n').slice(1)).toEqual([
      '[0] type 7, 10 B: {"job":17}',
      '    00000000  7b 22 6a 6f 62 22 3a 31 37 7d                    {"job":17}',
      '[1] type 9007199254740993, 0 B',
      '[2] type 2, 3 B: ·A␀',
      '    00000000  ff 41 00                                         ·A␀',
      '',
    ]);
    expect(JSON.parse(printed('inspect', `sysv.msg:${id}`, '--json'))).toEqual(before);
  });

  test('goes beyond one portion, from any position', () => {
    const id = made.queue();
    for (let at = 0; at < 1300; at++) send(id, at + 1, 'x');
    const ref = `sysv.msg:${id}`;
    const types = (text: string) => [...text.matchAll(/^\[(\d+)\] type (\d+)/gm)].map((m) => [m[1], m[2]]);
    const expected = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => [String(from + at), String(from + at + 1)]);
    expect(types(printed('peek', ref))).toEqual(expected(0, 100));
    expect(printed('peek', ref)).toMatch(/More follow: peek with --from 100\.\n$/);
    expect(types(printed('peek', ref, '--from', '50', '--count', '1200'))).toEqual(expected(50, 1250));
    expect(printed('peek', ref, '--count', '1300')).not.toContain('More');
    expect(printed('peek', ref, '--from', '1300')).toContain('No message at position 1300');
    const schema = contracts['sysv.msg'].abilities.peek.result;
    const json = v.parse(
      schema,
      JSON.parse(printed('peek', ref, '--from', '0x10', '--count', '2000', '--json')),
    );
    expect(json satisfies PeekResult).toMatchObject({ total: 1300, more: false, moved: false });
    expect(json.messages.map(({ index }) => index)).toEqual(expected(16, 1300).map(([at]) => Number(at)));
  });

  test('says that positions moved between two portions', async (context) => {
    needsRoot(context, 'makes an ipc namespace with larger queues');
    needs(context, 'unshare');
    needs(context, 'nsenter');
    const helper = new TestHelper(ownIpc({ msgmnb: 2_000_000 }));
    try {
      const { id, ref } = await helper.act('sysv.msg', 'create', { key: 0, mode: 0o600, exclusive: true });
      const content = toBytes(Buffer.alloc(1000, 'x'));
      await Promise.all(
        Array.from({ length: 1200 }, (_, at) =>
          helper.act('sysv.msg', 'send', { ref, type: at + 1, content }),
        ),
      );
      const peek = async (meanwhile: () => Promise<void>) => {
        const [enter, ...args] = [...beside(helper), process.execPath, HELPER, 'peek', `sysv.msg:${id}`];
        const child = spawn(enter, [...args, '--count', '1100'], { stdio: ['ignore', 'pipe', 'inherit'] });
        // It prints its first portion and cannot go on, since nobody reads.
        await once(child.stdout, 'readable');
        await meanwhile();
        let text = '';
        child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
        await once(child, 'close');
        const shown = [...text.matchAll(/^\[(\d+)\] type (\d+)/gm)].map((m) => Number(m[2]) - Number(m[1]));
        return [shown.length, shown[0], shown.at(-1), text.includes('Somebody sent or received meanwhile')];
      };
      expect(await peek(() => Promise.resolve())).toEqual([1100, 1, 1, false]);
      const shifting = peek(async () => {
        for (let at = 0; at < 100; at++)
          await helper
            .act('sysv.msg', 'take', { ref, rule: { rule: 'oldest' } })
            .then(({ token }) => helper.act('sysv.msg', 'acknowledge', { token }));
      });
      expect(await shifting).toEqual([1100, 1, 101, true]);
    } finally {
      await helper.stop();
    }
  });

  test('of a set says where to look', () => {
    const { status, stdout, stderr } = run('peek', `sysv.sem:${made.set(1)}`);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('use `inspect sysv.sem:');
  });

  /** A segment of 200,000 bytes with a few bytes at 65,530, across the border of a portion. */
  function touched(context: TestContext): number {
    needs(context, 'perl', ['-e', '1']);
    const id = made.segment(200_000);
    output('perl', '-e', `shmwrite(${id}, "across the border", 65530, 17) or die $!`);
    return id;
  }

  test('of an attached segment shows bytes, and leaves no trace', async (context) => {
    needsRoot(context, 'map_files');
    needs(context, 'python3');
    const id = touched(context);
    const ref = `sysv.shm:${id}`;
    // Not this process: the kernel counts each fork of a holder as an attach, and its end as a detach.
    const program = `import ctypes, time; ctypes.CDLL(None).shmat(${id}, None, 0); print(1, flush=True); time.sleep(60)`;
    const holder = spawn('python3', ['-c', program]);
    try {
      await once(holder.stdout, 'data');
      const before = JSON.parse(printed('inspect', ref, '--json')) as unknown;
      expect(before).toMatchObject({ attachments: 1 });
      const text = printed('peek', ref, '--from', '65520', '--count', '48');
      expect(text.split('\n').slice(1)).toEqual([
        '0000fff0  00 00 00 00 00 00 00 00 00 00 61 63 72 6f 73 73  ␀␀␀␀␀␀␀␀␀␀across',
        '00010000  20 74 68 65 20 62 6f 72 64 65 72 00 00 00 00 00   the border␀␀␀␀␀',
        '00010010  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ␀␀␀␀␀␀␀␀␀␀␀␀␀␀␀␀',
        'More follow: peek with --from 65568.',
        '',
      ]);
      const schema = contracts['sysv.shm'].abilities.read.result;
      const json = v.parse(schema, JSON.parse(printed('peek', ref, '--count', '1000000', '--json')));
      const { offset, content, pieces } = json satisfies SegmentRange;
      expect(offset).toBe(0);
      expect(Buffer.from(fromBytes(content)).toString('latin1', 65_530, 65_547)).toBe('across the border');
      expect(fromBytes(content)).toHaveLength(200_000);
      // One piece goes on across the border of two portions.
      const inMiddle = pieces.filter(({ from, to }) => from < 65_536 && to > 65_536);
      expect(inMiddle).toMatchObject([{ state: 'data' }]);
      expect(pieces.map(({ state }) => state)).toEqual(['untouched', 'data', 'untouched']);
      expect(JSON.parse(printed('inspect', ref, '--json'))).toEqual(before);
    } finally {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    }
  });

  test('of a segment that nobody has attached says why it is refused', (context) => {
    const id = touched(context);
    const { status, stdout, stderr } = run('peek', `sysv.shm:${id}`, '--from', '65530');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/no process has it attached.*Attach and Look/);
  });

  test('of an untouched segment says so, and beyond its end too', () => {
    const ref = `sysv.shm:${made.segment(8192)}`;
    expect(printed('peek', ref, '--count', '0x2000')).toMatch(
      /\n00000000 {2}8 KiB never touched: zero, and left untouched\n$/,
    );
    const beyond = run('peek', ref, '--from', '8192');
    expect(beyond).toMatchObject({ status: 1, stdout: '' });
    expect(beyond.stderr).toContain('There is no byte 8192');
  });
});

describe('text of other programs', () => {
  const HOSTILE = '\u001b]0;x\u0007\u001b[31mred\r\nfake line\u009b2J\u202Egnp\u2028\u0000end';

  test('in messages never reaches the terminal as it is', () => {
    const id = made.queue();
    send(id, 1, HOSTILE);
    send(id, 1, Buffer.concat([Buffer.from(HOSTILE), Buffer.from([0xff, 0x9b])]));
    const text = printed('peek', `sysv.msg:${id}`);
    expect(text).not.toMatch(RAW);
    expect(text).toContain('␛[31mred␍␊fake line');
    // Only our own lines: each begins as ours do.
    expect(
      text
        .trimEnd()
        .split('\n')
        .every((line) => /^(\[\d\] | {4}[0-9a-f]{8} |\d+ messages)/.test(line)),
    ).toBe(true);
  });

  test('in process names neither', async (context) => {
    needs(context, 'perl', ['-e', '1']);
    const id = made.queue();
    // The kernel remembers whole seconds: who sends in its first is not known to have been the sender.
    const program = `$0 = "\\e[31mx\\ny"; sleep 2; msgsnd(${id}, pack("l! a*", 1, "x"), 0) or die $!; $| = 1; print 1; sleep 60`;
    const child = spawn('perl', ['-e', program]);
    try {
      await once(child.stdout, 'data');
      const text = printed('inspect', `sysv.msg:${id}`);
      expect(text).not.toMatch(RAW);
      expect(fact(text, 'lspid')).toBe(`␛[31mx␊y (${child.pid})`);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
});

describe('a plain user', () => {
  const asNobody = (context: TestContext) => {
    needsRoot(context, 'another user');
    needs(context, 'setpriv');
    return (...args: string[]) => runAs(AS_NOBODY, ...args);
  };

  test('sees that values are hidden, never zero', (context) => {
    const nobody = asNobody(context);
    const [small, large] = [made.set(3), made.set(20)];
    const { stdout, status } = nobody('list', '--kind', 'sysv.sem');
    expect(status).toBe(0);
    expect(row(stdout, 'sysv.sem', small).state).toBe(`3 semaphores · values hidden`);
    expect(row(stdout, 'sysv.sem', large).state).toBe(`20 semaphores · values hidden`);
    expect(fact(nobody('inspect', `sysv.sem:${small}`).stdout, 'semval')).toMatch(/^hidden/);
  });

  test('hears on stderr what the list lacks, once for all kinds', (context) => {
    const nobody = asNobody(context);
    const fifos = nobody('list', '--kind', 'fifo');
    expect(fifos.status).toBe(0);
    expect(fifos.stderr).toMatch(
      /^Not seen: what \d+ process(es have| has): the kernel refuses\. There may be more of fifo than is listed, and more who have them\.$/m,
    );
    // Not everybody whose descriptors are hidden hides mappings too, and some end between two walks.
    const kinds = [...nobody('list').stderr.matchAll(/more of (.*) than/g)].flatMap(([, some = '']) =>
      some.split(/, | and /),
    );
    const found = ['eventfd', 'fifo', 'lock', 'mapping', 'pipe', 'posix.mq', 'posix.sem', 'posix.shm', 'pty'];
    expect([...kinds].sort()).toEqual(found);
    // The kernel lists these whoever has them.
    expect(nobody('list', '--kind', 'sysv.msg').stderr).toBe('');
    expect(nobody('list', '--kind', 'inet').stderr).toMatch(
      /the kernel refuses\. More may have what is listed\.$/m,
    );
  });

  test('hears of processes that do not even show', (context) => {
    asNobody(context);
    needs(context, 'unshare', ['-m', 'true']);
    const mounted = (options: string) => [
      ...['unshare', '-m', 'sh', '-c', `mount -t proc ${options} proc /proc && exec "$@"`, 'sh'],
    ];
    expect(runAs([...mounted('-o hidepid=2'), ...AS_NOBODY], 'list', '--kind', 'pipe').stderr).toContain(
      'Not seen: what processes of other users have: /proc was mounted with hidepid. There may be more of pipe than is listed, and more who have them.\n',
    );
    expect(
      runAs(['unshare', '-p', '-f', ...mounted('')], 'list', '--kind', 'pipe', '--json').stderr,
    ).toContain(
      'Not seen: what processes outside this pid namespace have. There may be more of pipe than is listed, and more who have them.\n',
    );
  });

  test('gets a sentence where the kernel refuses', (context) => {
    const nobody = asNobody(context);
    const [queue, segment] = [made.queue(), made.segment(4096)];
    expect(nobody('peek', `sysv.msg:${queue}`)).toEqual({
      status: 1,
      stdout: '',
      stderr: `Could not peek at sysv.msg:${queue}: its mode does not let you read it. Ask its owner, or run as a user who may.\n`,
    });
    needs(context, 'perl', ['-e', '1']);
    output('perl', '-e', `shmwrite(${segment}, "x", 0, 1) or die $!`);
    const detach = attach(segment);
    try {
      const { status, stdout, stderr } = nobody('peek', `sysv.shm:${segment}`);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/^Could not peek at .* does not let you look .*\n$/);
      const text = nobody('inspect', `sysv.shm:${segment}`).stdout;
      expect(text).toMatch(
        /^Processes: none seen; the kernel counts 1 attachment\nNot seen: whether \d+ more process/m,
      );
    } finally {
      detach();
    }
  });
});
