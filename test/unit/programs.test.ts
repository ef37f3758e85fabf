/** What a process is called. */
import { expect, test } from 'vitest';
import { programOf } from '../../src/presentation/programs';

test.each([
  // name, command, what it is called
  ['node', 'node /srv/app/server.js --port 80', 'node server.js'],
  ['MainThread', '/usr/bin/node --inspect=9229 server.js', 'node server.js'],
  ['node', 'node -r ts-node/register bin/run.ts', 'node run.ts'],
  ['node', 'node -e setInterval(()=>{},1000)', 'node'],
  ['python3', 'python3 -u worker.py', 'python3 worker.py'],
  ['python3', 'python3 -m http.server 8000', 'python3 -m http.server'],
  ['python3.12', '/usr/bin/python3.12 -c import os', 'python3.12'],
  ['worker.py', '/usr/bin/python3 ./worker.py', 'python3 worker.py'],
  ['bash', '-bash', 'bash'],
  ['bash', 'bash', 'bash'],
  ['sleep', 'sleep 1000', 'sleep'],
  // It gave itself a name, or a title in place of its arguments.
  ['postgres', 'postgres: writer process', 'postgres'],
  ['pool-7', 'node server.js', 'pool-7'],
  ['kworker/0:1', '', 'kworker/0:1'],
  ['a-name-of-fiftee', undefined, 'a-name-of-fiftee'],
  ['systemd-journal', '/usr/lib/systemd/systemd-journald', 'systemd-journald'],
])('%s by %s is %s', (name, command, called) => {
  expect(programOf({ name, command })).toBe(called);
});

test('no line of its own, and no more of a script than a row has room for', () => {
  const name = programOf({ name: 'node', command: `node ${'x'.repeat(500)}\n.js` });
  expect(name.length).toBeLessThan(60);
  expect(programOf({ name: 'a\nb' })).not.toContain('\n');
});
