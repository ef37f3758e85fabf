/** Programs at rest or at work, all at once: none is called stuck, and no rule finds fault with them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { lookTwice, type Seen, Stage } from '../support/diagnosis';
import { needs } from '../support/oracles';
import { Made } from '../support/sysv';

const stage = new Stage();
const made = new Made();
const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
afterEach(async () => {
  await stage.clean();
  made.clean();
  rmSync(folder, { recursive: true, force: true });
});

/** Shells, each in its own way with its children. */
const SHELLS: Record<string, string> = {
  'a pipeline that waits for its source': 'sleep 1000 | cat | tee /dev/null | wc -l >/dev/null',
  'a pipeline whose reader is slow': 'yes | while read line; do sleep 1; done',
  'xargs with a slow program': 'yes 100 | xargs -n 1 sleep',
  'a logger behind tee': '( while :; do echo line; sleep 1; done ) | tee /dev/null >/dev/null',
  'a background job and wait': 'sleep 1000 & wait',
  'a coprocess': 'coproc cat; sleep 1000 <&"${COPROC[0]}"',
  'a here document with a subshell': 'cat <(sleep 1000)',
  'a supervisor with children': 'for n in 1 2 3; do sleep 1000 & done; wait',
};

const PYTHONS: Record<string, string> = {
  'a pool of processes, idle': `
from concurrent.futures import ProcessPoolExecutor
pool = ProcessPoolExecutor(2); list(pool.map(abs, [1, 2])); time.sleep(1000)`,
  'a pool of processes, whose main thread waits for an event': `
from concurrent.futures import ProcessPoolExecutor
pool = ProcessPoolExecutor(2); list(pool.map(abs, [1, 2])); threading.Event().wait()`,
  'a multiprocessing pool, whose main thread waits for an event': `
import multiprocessing
pool = multiprocessing.Pool(2); pool.map(abs, [1, 2]); threading.Event().wait()`,
  'a multiprocessing pool, idle': `
import multiprocessing
pool = multiprocessing.Pool(2); pool.map(abs, [1, 2]); time.sleep(1000)`,
  'a pool of threads, idle': `
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(4); list(pool.map(abs, range(9))); rest()`,
  'threads that wait for an event': `
event = threading.Event()
for _ in range(3): threading.Thread(target=event.wait, daemon=True).start()
event.wait()`,
  'an event loop with a self-pipe': `
import asyncio
async def main(): await asyncio.Event().wait()
asyncio.run(main())`,
  'an event loop that serves': `
import asyncio
async def main():
    server = await asyncio.start_unix_server(lambda r, w: None, sys.argv[1] + '/asyncio')
    await server.serve_forever()
asyncio.run(main())`,
  'a server with a client that waits for its answer': `
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1] + '/server'); s.listen()
def client(): c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[1] + '/server'); c.recv(1)
child(client); c, _ = s.accept(); time.sleep(1000)`,
  'readers with a limit of time': `
a, b = socket.socketpair(); a.settimeout(100); b.settimeout(100)
def one(): b.close(); a.recv(1)
child(one); a.close(); b.recv(1)`,
  'a reader with an alarm': `
signal.signal(signal.SIGALRM, lambda *_: None); signal.setitimer(signal.ITIMER_REAL, 100, 100)
r, w = os.pipe()
while True: os.read(r, 1)`,
  'a consumer of a System V semaphore': `
set = libc.semget(0, 1, 0o1600); gate = mmap.mmap(-1, 4096); down = struct.pack('Hhh', 0, -1, 0)
def consume():
    libc.semctl(set, 0, 16, 1); libc.semop(set, down, 1); libc.semop(set, down, 1)
child(consume); say(set); rest()`,
  'a worker that waits for work on a pipe, its master at rest': `
r, w = os.pipe()
def work(): os.close(w); os.read(r, 1)
child(work); os.close(r); rest()`,
  'two workers of a master that listens': `
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()
for _ in range(2): child(lambda: s.accept())
rest()`,
};

const NODES: Record<string, string> = {
  'a Node that serves': `require('http').createServer(() => {}).listen(0)`,
  'a Node with a worker': `new (require('worker_threads').Worker)('setInterval(() => 0, 1e6)', { eval: true }); setInterval(() => 0, 1e6)`,
  'a Node with a child that waits for orders': `
require('child_process').spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] }); setInterval(() => 0, 1e6)`,
  'a Node that forks': `
const { fork } = require('child_process');
if (process.argv[2]) process.on('message', () => 0);
else { require('fs').writeFileSync(process.env.FOLDER + '/fork.js', 'process.on("message", () => 0)'); fork(process.env.FOLDER + '/fork.js', ['kid']); }`,
};

test('nothing is said of programs that rest or work', { timeout: 120_000 }, async (context) => {
  needs(context, 'python3');
  needs(context, 'bash');
  const all = new Map<string, number>();
  for (const [name, code] of Object.entries(SHELLS)) all.set(name, stage.play('bash', '-c', code).pid);
  for (const [name, code] of Object.entries(PYTHONS)) {
    const play = stage.python(code, folder);
    all.set(name, play.pid);
    if (code.includes('say(')) {
      const [id = 0] = await play.said();
      made.later(() => made.removeSet(id));
    }
  }
  for (const [name, code] of Object.entries(NODES))
    all.set(name, stage.play('env', `FOLDER=${folder}`, process.execPath, '-e', code).pid);
  // Until all have begun and come to rest.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  for (let look = 0; look < 3; look++) {
    const seen = await lookTwice();
    for (const [name, group] of all) expect([name, ...faultsOf(seen, group)]).toEqual([name]);
  }
});

/** What is said of the processes of a group that is worse than a note, or that they are stuck. */
function faultsOf(seen: Seen, group: number): string[] {
  const processes = seen.diagnosis.machine.look.processes.filter((process) => process.group === group);
  if (processes.length === 0) return ['is not there'];
  const pids = processes.map(({ pid }) => pid);
  return [
    ...seen.about(pids).map((finding) => `${finding.severity} ${seen.says(finding)}`),
    ...pids.filter((pid) => seen.why(pid).state === 'stuck').map((pid) => seen.why(pid).says.join(' ')),
  ];
}
