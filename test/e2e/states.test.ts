/** What the view says when there is nothing to show: the helper failed, or its native part does not load. */
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { freeKey } from '../support/sysv';
import { helpers, session, VIEW } from './session';

const it = session();
const hex = (key: number) => `0x${key.toString(16).padStart(8, '0')}`;

test('a helper that dies again and again is started by the user', async () => {
  const view = await it.show();
  const end = Date.now() + 30_000;
  // At once, after a second, after five seconds; then no more.
  for (let killed = 0; killed < 4;) {
    const [pid] = helpers();
    if (pid !== undefined) {
      process.kill(pid, 'SIGKILL');
      killed++;
      while (helpers().includes(pid)) await sleep(10);
    }
    expect(Date.now()).toBeLessThan(end);
    await sleep(50);
  }
  const { page } = it.workbench;
  await page.getByText('ended again and again').waitFor({ timeout: 10_000 });
  expect(await view.rows().catch(() => [])).toEqual([]);
  expect(helpers()).toEqual([]);
  await page.getByText('Start It Again').first().click();
  const key = freeKey();
  it.made.queue(key);
  await view.row(hex(key)).get(10_000);
});

test('where the native part does not load, the view says so, and commands fail in words', async () => {
  const extensions = join(inject('scratch'), 'extensions');
  const extension = readdirSync(extensions).find((name) => name.startsWith('ipc-inspector'));
  const dist = join(extensions, extension ?? '', 'dist');
  const [platform = ''] = readdirSync(dist).filter((name) => /^(linux|musl)_/.test(name));
  const native = join(dist, platform, 'koffi.node');
  // Moved away, and no byte of it changed: helpers that run have it mapped.
  renameSync(native, `${native}.away`);
  try {
    // As with the package for another machine.
    writeFileSync(native, 'no library');
    const window = await it.window();
    await window.runCommand('IPC Inspector: Focus on Objects View');
    await window.page.getByText('could not be loaded here').waitFor({ timeout: 15_000 });
    expect(
      await window
        .view(VIEW)
        .rows()
        .catch(() => []),
    ).toEqual([]);
    await window.runCommand('IPC Inspector: Send to Queue...');
    const { message } = await window.notifications.wait('Could not list the objects');
    expect(message).toContain('The Objects view says why');
    await window.close();
  } finally {
    renameSync(`${native}.away`, native);
  }
});
