/** `table` on the command line, against ipcs and ss: which objects, in which order, with which figures. */
import { spawnSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { hexKey } from '../../src/presentation/text';
import { KINDS } from '../../src/protocol/ref';
import { HELPER } from '../support/helper';
import { needs, output } from '../support/oracles';
import { freeKey, Made, send } from '../support/sysv';

const made = new Made();
afterEach(() => made.clean());

function run(...args: string[]) {
  const all = [HELPER, 'table', ...args];
  return spawnSync(process.execPath, all, { encoding: 'utf8', maxBuffer: 1 << 28 });
}

function printed(...args: string[]): string {
  const { stdout, stderr, status } = run(...args);
  if (status !== 0) throw new Error(`${args.join(' ')} gave ${status}: ${stderr}`);
  return stdout;
}

/** Lines of CSV without quotes in them, by their header. */
function records(csv: string): Record<string, string>[] {
  const [head = [], ...lines] = csv
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));
  return lines.map((cells) => Object.fromEntries(cells.map((cell, at) => [head[at] ?? '', cell])));
}

/** Queues whose keys begin alike, with so many messages of ten bytes each. */
function family(...messages: number[]): { prefix: string; keys: string[] } {
  const base = (freeKey() & 0x7fffff00) >>> 0;
  const keys = messages.map((count, at) => {
    const id = made.queue(base + at);
    for (let sent = 0; sent < count; sent++) send(id, 1, '0123456789');
    return hexKey(base + at);
  });
  return { prefix: hexKey(base).slice(0, -2), keys };
}

test('has the figures of ipcs, in the order that was asked for', (context) => {
  needs(context, 'ipcs');
  const { prefix, keys } = family(2, 10, 0);
  const found = records(printed('sysv.msg', prefix, '--sort=-messages', '--csv'));
  expect(found.map(({ label }) => label)).toEqual([keys[1], keys[0], keys[2]]);
  for (const { label, id, messages, bytes } of found) {
    const line =
      output('ipcs', '-q')
        .split('\n')
        .find((one) => one.startsWith(label ?? '-')) ?? '';
    const [, hisId, , , hisBytes, hisMessages] = line.trim().split(/\s+/);
    expect([id, messages, bytes]).toEqual([hisId, hisMessages, hisBytes]);
  }
  const text = printed('sysv.msg', prefix, '--sort', 'messages').trim().split('\n');
  expect(text[0]).toMatch(/^Name .*Messages/);
  expect(text.slice(1).map((line) => line.split(' ', 1)[0])).toEqual([keys[2], keys[0], keys[1]]);
});

test('understands the words of the filter, and its JSON is that of list', () => {
  const { prefix, keys } = family(1, 200);
  const found = JSON.parse(printed('sysv.msg', prefix, '>1K', '--json')) as { key: number; ref: string }[];
  expect(found.map(({ key }) => hexKey(key))).toEqual([keys[1]]);
  const all = spawnSync(process.execPath, [HELPER, 'list', '--kind', 'sysv.msg', '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const same = (JSON.parse(all.stdout) as { ref: string }[]).find(({ ref }) => ref === found[0]?.ref);
  expect(found[0]).toEqual(same);
});

test('what makes no sense is said, with what would', () => {
  for (const [args, why] of [
    [['sysv.pype'], /table takes a KIND: one of sysv\.msg/],
    [[], /table takes a KIND/],
    [['pipe', '--sort', 'nothing'], /--sort takes one of label, .*inode/],
    [['pipe', 'pid:sort'], /"pid:" takes the number/],
    [['pipe', 'wrong'], /`findings` tells what is wrong/],
  ] as const) {
    const { status, stderr, stdout } = run(...args);
    expect(status, args.join(' ')).toBe(2);
    expect(stderr).toMatch(why);
    expect(stdout).toBe('');
  }
});

test.for(KINDS)('%s has a table', (kind) => {
  const [head = ''] = printed(kind, '--csv').split('\r\n');
  expect(head.split(',').slice(0, 2)).toEqual(['ref', 'label']);
});

test('listening sockets are those of ss', (context) => {
  needs(context, 'ss');
  needs(context, 'python3');
  const child = spawnSync('python3', [
    '-c',
    `import socket, subprocess, sys
one = socket.create_server(('127.0.0.1', 0))
port = one.getsockname()[1]
print(port)
print(subprocess.run([${JSON.stringify(process.execPath)}, ${JSON.stringify(HELPER)}, 'table', 'inet', f':{port}', '--csv'], capture_output=True, text=True).stdout)
print(subprocess.run(['ss', '-Hltn', f'sport = :{port}'], capture_output=True, text=True).stdout)`,
  ]);
  const text = child.stdout.toString();
  const port = text.split('\n', 1)[0] ?? '';
  // Header and one line; ss has the same one.
  expect(text.match(new RegExp(`^inet:.*127\\.0\\.0\\.1:${port}`, 'gm'))).toHaveLength(1);
  expect(text.match(new RegExp(`^LISTEN.*127\\.0\\.0\\.1:${port}`, 'gm'))).toHaveLength(1);
});
