import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'vitest';
import { session } from './session';

const it = session({ viewport: { width: 1300, height: 1250 } });
test('look', async () => {
  mkdirSync('out/look', { recursive: true });
  const child = spawn(process.execPath, ['test/sample/main.mjs'], { stdio: ['pipe', 'pipe', 'inherit'] });
  it.made.later(() => child.kill('SIGTERM'));
  await once(child.stdout, 'data');
  const py = spawn(
    'python3',
    [
      '-c',
      'import multiprocessing as m, time, sys\nx=[m.Semaphore(i) for i in range(6)]\ndef f(a): time.sleep(100)\np=m.Process(target=f,args=(x,));p.daemon=True;p.start()\nprint("r",flush=True)\nsys.stdin.read()',
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  it.made.later(() => py.kill('SIGTERM'));
  await once(py.stdout, 'data');
  const view = await it.show();
  await it.workbench.resizeSideBar(420);
  await sleep(4000);
  const { workbench } = it;
  await workbench.screenshot('out/look/tree.png');
  await view.row('/sample-mail').click();
  const panel = workbench.panel();
  await panel.getByRole('heading', { name: '/sample-mail' }).waitFor();
  await sleep(5000);
  await workbench.screenshot('out/look/mq.png');
  await view.row('/sample-board').click();
  await panel.getByRole('heading', { name: '/sample-board' }).waitFor();
  await sleep(4000);
  await workbench.screenshot('out/look/shm.png');
  const rows = await view.rows();
  console.log(rows.map((r) => `${r.level} ${r.label} | ${r.description}`).join('\n'));
  const sem = rows.find(({ label }) => label.startsWith('unlinked, ipc-reader'))?.label ?? '';
  await view.row(sem).click();
  await panel.getByText('Wait and Lower').waitFor();
  await panel.getByText('Wait and Lower').click();
  await sleep(4000);
  await workbench.screenshot('out/look/sem.png');
  await view.row('Shared mappings').click();
  await sleep(4000);
  await workbench.screenshot('out/look/tree2.png');
  await view.row('ledger.dat').click();
  await panel.getByRole('heading', { name: 'ledger.dat' }).waitFor();
  await sleep(4000);
  await workbench.screenshot('out/look/mapping.png');
});
