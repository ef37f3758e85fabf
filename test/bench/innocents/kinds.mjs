// @ts-check
/** The kinds of innocents: programs as people have them, in which nothing is wrong. */
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCodeServer } from '../../host/codeServer.mjs';
import { launchBrowser } from '../../host/browser.mjs';
import { ensureHost } from '../../host/host.mjs';

/**
 * @typedef {object} Place
 * @property {string} folder of its own
 * @property {NodeJS.ProcessEnv} env
 * @typedef {object} Innocent
 * @property {string} name
 * @property {() => string | undefined} lacks what is missing on this machine
 * @property {(place: Place) => Promise<() => void | Promise<void>>} start answers what ends it
 */

/** @param {string} program */
function has(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}

/** @param {string[]} programs */
function needs(...programs) {
  return () => programs.find((program) => !has(program));
}

/** Starts a command in a session of its own. @param {Place} place @param {string} command @param {string[]} args @param {Partial<import('node:child_process').SpawnOptions>} [more] */
function begin({ folder, env }, command, args, more = {}) {
  const child = spawn(command, args, { cwd: folder, env, stdio: 'ignore', detached: true, ...more });
  child.on('error', () => undefined);
  return () => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGTERM');
    } catch {
      // It has ended.
    }
  };
}

/** @param {string} name @param {string} code @param {string[]} programs @returns {Innocent} */
function shell(name, code, programs = []) {
  return {
    name,
    lacks: needs('bash', ...programs),
    start: async (place) => begin(place, 'bash', ['-c', code]),
  };
}

/** @param {string} name @param {string} code @returns {Innocent} */
function python(name, code) {
  const begun =
    'import ctypes, mmap, os, signal, socket, struct, sys, threading, time\nlibc = ctypes.CDLL(None)\n';
  return {
    name,
    lacks: needs('python3'),
    start: async (place) => begin(place, 'python3', ['-c', begun + code]),
  };
}

/** @param {string} name @param {string} code @returns {Innocent} */
function node(name, code) {
  return {
    name,
    lacks: () => undefined,
    start: async (place) => begin(place, process.execPath, ['-e', code]),
  };
}

/** A command in a terminal of its own, at which somebody types. @param {string} name @param {string} command @param {string} typed @param {string[]} programs @returns {Innocent} */
function terminal(name, command, typed, programs) {
  const code = `
import os, pty, select, sys, time
pid, master = pty.fork()
if pid == 0: os.execvp('bash', ['bash', '--norc', '-c', sys.argv[1]])
begun, keys = time.time(), sys.argv[2].encode().decode('unicode_escape').split('|')
while True:
    ready, _, _ = select.select([master], [], [], 0.5)
    if ready:
        try: os.read(master, 65536)
        except OSError: break
    if keys and time.time() - begun > 1: os.write(master, keys.pop(0).encode()); begun = time.time()
`;
  return {
    name,
    lacks: needs('python3', 'bash', ...programs),
    start: async (place) =>
      begin({ ...place, env: { ...place.env, TERM: 'xterm', HISTFILE: '/dev/null' } }, 'python3', [
        ...['-c', code, command, typed],
      ]),
  };
}

/** @param {string} name @param {string} main @returns {Innocent} */
function java(name, main) {
  return {
    name,
    lacks: needs('java'),
    async start(place) {
      const file = join(place.folder, 'Main.java');
      writeFileSync(
        file,
        `import java.util.concurrent.*; public class Main { public static void main(String[] a) throws Exception { ${main} } }`,
      );
      return begin(place, 'java', ['-XX:TieredStopAtLevel=1', file]);
    },
  };
}

/** @type {readonly Innocent[]} */
const SHELLS = [
  shell('pipeline that waits for its source', 'sleep 100000 | cat | tee /dev/null | wc -l >/dev/null'),
  shell('yes | while read', 'yes | while read line; do sleep 1; done'),
  shell('xargs with a slow program', 'yes 100 | xargs -n 1 sleep'),
  shell('xargs -P', 'seq 100000 | xargs -n 1 -P 4 sh -c "sleep 1"'),
  shell('start.sh | tee', '( while :; do echo line; sleep 1; done ) | tee log >/dev/null'),
  shell('background jobs and wait', 'sleep 100000 & sleep 100000 & wait'),
  shell('a coprocess', 'coproc cat; read -r line <&"${COPROC[0]}" & sleep 100000'),
  shell('process substitution', 'cat <(sleep 100000)'),
  shell('command substitution', 'x=$(sleep 100000); echo $x'),
  shell(
    'a named pipe with a reader in a loop',
    'mkfifo fifo; (while :; do echo x >fifo; sleep 1; done) & while :; do cat fifo >/dev/null; done',
  ),
  shell('make -j', `printf 'all: a b c d e f\\na b c d e f:\\n\\t@sleep 100000\\n' >Makefile; make -j 3`, [
    'make',
  ]),
  shell(
    'make -j with submakes',
    `printf 'all: a b\\na b:\\n\\t@$(MAKE) -f Sub $@-x $@-y\\n' >Makefile; printf '%%-x %%-y:\\n\\t@sleep 100000\\n' >Sub; make -j 4`,
    ['make'],
  ),
  shell('strace on a program', 'strace -f -o /dev/null sh -c "while :; do sleep 1; done"', ['strace']),
  shell('gdb that waits at a program', 'sleep 100000 & tail -f /dev/null | gdb -q -p $!', ['gdb']),
  shell('sort and a slow source', '( echo b; sleep 100000; echo a ) | sort'),
  shell('an ssh-like pair of cats', 'mkfifo a b; cat <a >b & cat <b >a & sleep 100000 >a <b', []),
  terminal(
    'shell with job control',
    'exec bash --norc -i',
    'sleep 1000 &\\r|sleep 1000\\r|\\x1a|jobs\\r',
    [],
  ),
  terminal(
    'git log | less',
    'exec bash --norc -i',
    'while :; do git -C $OLDPWD log 2>/dev/null || seq 100000; done | less\\r',
    ['less', 'git'],
  ),
  terminal('an editor in a terminal', 'exec less /etc/services', '', ['less']),
  terminal('python at its prompt', 'exec python3 -q', 'x = 1\\r', []),
  {
    name: 'tmux',
    lacks: needs('tmux'),
    start: async (place) => {
      const tmux = (/** @type {string[]} */ ...args) =>
        spawnSync('tmux', ['-S', join(place.folder, 'socket'), '-f', '/dev/null', ...args], {
          env: { ...place.env, TERM: 'xterm' },
          stdio: 'ignore',
        });
      tmux('new-session', '-d', 'bash --norc');
      tmux('split-window', 'sleep 100000 | cat');
      tmux('new-window', 'yes | less');
      return () => void tmux('kill-server');
    },
  },
];

/** @type {readonly Innocent[]} */
const PYTHONS = [
  python(
    'self-pipe of signal handlers',
    `
r, w = os.pipe(); os.set_blocking(w, False); signal.set_wakeup_fd(w); signal.signal(signal.SIGUSR1, lambda *_: None)
while True: os.read(r, 1)`,
  ),
  python(
    'reader with an alarm',
    `
signal.signal(signal.SIGALRM, lambda *_: None); signal.setitimer(signal.ITIMER_REAL, 5, 5)
r, w = os.pipe()
while True: os.read(r, 1)`,
  ),
  python(
    'readers with SO_RCVTIMEO',
    `
a, b = socket.socketpair()
for s in (a, b): s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 20, 0))
def read(s):
    while True:
        try: s.recv(1)
        except BlockingIOError: pass
if os.fork() == 0: b.close(); read(a)
a.close(); read(b)`,
  ),
  python(
    'pool of processes',
    `
from concurrent.futures import ProcessPoolExecutor
pool = ProcessPoolExecutor(4); list(pool.map(abs, range(9)))
while True: signal.pause()`,
  ),
  python(
    'multiprocessing pool at work',
    `
import multiprocessing
pool = multiprocessing.Pool(3)
while True: pool.map(time.sleep, [0.5] * 6)`,
  ),
  python(
    'multiprocessing queue and manager',
    `
import multiprocessing
manager = multiprocessing.Manager(); queue = multiprocessing.Queue(); d = manager.dict()
p = multiprocessing.Process(target=queue.get); p.start(); time.sleep(100000)`,
  ),
  python(
    'pool of threads',
    `
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(8); list(pool.map(abs, range(99))); threading.Event().wait()`,
  ),
  python(
    'threads and queues',
    `
import queue
q = queue.Queue(); [threading.Thread(target=q.get, daemon=True).start() for _ in range(4)]; q.join(); threading.Event().wait()`,
  ),
  python(
    'a scheduler that pushes to a client, which waits',
    `
a, b = socket.socketpair()
if os.fork() == 0:
    a.close()
    while b.recv(1): pass
    os._exit(0)
b.close()
def push():
    while True: time.sleep(10); a.send(b'x')
threading.Thread(target=push, daemon=True).start(); a.recv(1)`,
  ),
  python(
    'an event loop that serves clients which wait',
    `
import asyncio
async def serve(r, w): await r.read()
async def main():
    server = await asyncio.start_unix_server(serve, 'socket')
    kept = [await asyncio.open_unix_connection('socket') for _ in range(3)]
    await kept[0][0].read()
asyncio.run(main())`,
  ),
  python(
    'an event loop with a child',
    `
import asyncio
async def main():
    child = await asyncio.create_subprocess_exec('sleep', '100000', stdout=asyncio.subprocess.PIPE); await child.communicate()
asyncio.run(main())`,
  ),
  python(
    'a server that forks for each client',
    `
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in range(3):
    if os.fork() == 0: c = socket.socket(); c.connect(s.getsockname()); s.close(); time.sleep(100000)
while True:
    c, _ = s.accept()
    if os.fork() == 0: s.close(); c.recv(1); os._exit(0)
    c.close()`,
  ),
  python(
    'a server that reloads',
    `
path = 'socket'
def serve(first):
    if not first: os.unlink(path)
    s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen(); return s
s = serve(True); kept = []
for _ in range(3):
    if os.fork() == 0: c = socket.socket(socket.AF_UNIX); c.connect(path); c.recv(1); os._exit(0)
    kept.append(s.accept())
while True:
    time.sleep(5)
    if os.fork() == 0: signal.pause()
    t = serve(False); s.close(); s = t; time.sleep(100000)`,
  ),
  python(
    'a supervisor with many children',
    `
kids = []
for _ in range(40):
    r, w = os.pipe(); pid = os.fork()
    if pid == 0: os.close(r); time.sleep(100000); os._exit(0)
    os.close(w); kids.append(r)
import select
while True: select.select(kids, [], [])`,
  ),
  python(
    'a supervisor whose children end again and again',
    `
while True:
    for _ in range(5):
        if os.fork() == 0: time.sleep(0.2); os._exit(0)
    for _ in range(5): os.wait()`,
  ),
  python(
    'consumers of System V objects',
    `
set = libc.semget(0, 1, 0o1600); queue = libc.msgget(0, 0o1600); down = struct.pack('Hhh', 0, -1, 0); up = struct.pack('Hhh', 0, 1, 0)
def clean(*_): libc.semctl(set, 0, 0, 0); libc.msgctl(queue, 0, 0); os._exit(0)
for _ in range(3):
    if os.fork() == 0:
        while libc.semop(set, down, 1) == 0: pass
        os._exit(0)
if os.fork() == 0: libc.msgrcv(queue, ctypes.create_string_buffer(100), 100, ctypes.c_long(0), 0); os._exit(0)
signal.signal(signal.SIGTERM, clean)
while True: libc.semop(set, up, 1); time.sleep(3)`,
  ),
  python(
    'request and reply by pid as type',
    `
queue = libc.msgget(0, 0o1600); buffer = ctypes.create_string_buffer(100)
def clean(*_): libc.msgctl(queue, 0, 0); os._exit(0)
if os.fork() == 0:
    while True:
        if libc.msgrcv(queue, buffer, 92, ctypes.c_long(1), 0) < 0: os._exit(0)
        time.sleep(2); libc.msgsnd(queue, struct.pack('qi', struct.unpack('i', buffer[8:12])[0], 0), 4, 0)
for _ in range(2):
    if os.fork() == 0:
        while True:
            if libc.msgsnd(queue, struct.pack('qi', 1, os.getpid()), 4, 0) < 0 or libc.msgrcv(queue, buffer, 92, ctypes.c_long(os.getpid()), 0) < 0: os._exit(0)
signal.signal(signal.SIGTERM, clean)
while True: signal.pause()`,
  ),
  python(
    'consumers of POSIX objects',
    `
how = struct.pack('8q', 0, 10, 100, 0, 0, 0, 0, 0); name = b'/ipc-inspector-innocent-%d' % os.getpid()
q = libc.mq_open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600, how); libc.mq_unlink(name)
s = mmap.mmap(-1, 4096); sem = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(s))); libc.sem_init(sem, 1, 0)
if os.fork() == 0:
    while True: libc.mq_receive(q, ctypes.create_string_buffer(100), 100, None)
if os.fork() == 0:
    while True: libc.sem_wait(sem)
while True: libc.mq_send(q, b'x', 1, 0); libc.sem_post(sem); time.sleep(3)`,
  ),
  python(
    'readers and a writer with shared mutex and condition',
    `
memory = mmap.mmap(-1, 4096); base = ctypes.addressof(ctypes.c_char.from_buffer(memory)); lock, cond = ctypes.c_void_p(base), ctypes.c_void_p(base + 128)
a = ctypes.create_string_buffer(64); libc.pthread_mutexattr_init(a); libc.pthread_mutexattr_setpshared(a, 1); libc.pthread_mutex_init(lock, a)
b = ctypes.create_string_buffer(64); libc.pthread_condattr_init(b); libc.pthread_condattr_setpshared(b, 1); libc.pthread_cond_init(cond, b)
for _ in range(3):
    if os.fork() == 0:
        libc.pthread_mutex_lock(lock)
        while True: libc.pthread_cond_wait(cond, lock)
while True: libc.pthread_mutex_lock(lock); libc.pthread_cond_signal(cond); time.sleep(0.5); libc.pthread_mutex_unlock(lock); time.sleep(1)`,
  ),
  python(
    'flocks in turn',
    `
import fcntl
for _ in range(3):
    if os.fork() == 0:
        f = open('lock', 'w')
        while True: fcntl.flock(f, fcntl.LOCK_EX); time.sleep(1); fcntl.flock(f, fcntl.LOCK_UN)
time.sleep(100000)`,
  ),
  python(
    'udp in bursts',
    `
r = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); r.bind(('127.0.0.1', 0)); s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if os.fork() == 0:
    while True: r.recv(2000)
while True:
    for _ in range(500): s.sendto(b'x' * 1000, r.getsockname())
    time.sleep(2)`,
  ),
];

/** @type {readonly Innocent[]} */
const OTHERS = [
  node('node that serves', `require('http').createServer(() => {}).listen(0, '127.0.0.1')`),
  node(
    'node with workers',
    `const { Worker } = require('worker_threads'); for (let n = 0; n < 3; n++) new Worker('require("worker_threads").parentPort.on("message", () => 0)', { eval: true })`,
  ),
  node(
    'node with a child that waits for orders',
    `require('child_process').spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] }).stdout.on('data', () => 0)`,
  ),
  node('node that waits in execSync', `require('child_process').execSync('sleep 100000')`),
  node(
    'node cluster',
    `const c = require('cluster'); if (c.isPrimary) for (let n = 0; n < 2; n++) { c.setupPrimary({ exec: process.execPath, args: ['-e', 'process.on("message", () => 0)'] }); c.fork() } `,
  ),
  java(
    'java pool of threads',
    `ExecutorService e = Executors.newFixedThreadPool(4); for (int n = 0; n < 9; n++) e.submit(() -> 1).get(); new CountDownLatch(1).await();`,
  ),
  java(
    'java that serves and schedules',
    `ScheduledExecutorService e = Executors.newScheduledThreadPool(2); e.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.SECONDS); new java.net.ServerSocket(0).accept();`,
  ),
  java(
    'java that reads from a program',
    `Process p = new ProcessBuilder("sleep", "100000").start(); p.getInputStream().read();`,
  ),
  {
    name: 'postgres with a lock wait',
    lacks: needs('postgres', 'initdb', 'psql', 'setpriv'),
    async start(place) {
      const { folder } = place;
      const data = join(folder, 'data');
      const root = process.getuid?.() === 0;
      const uid = root
        ? Number(spawnSync('id', ['-u', 'postgres'], { encoding: 'utf8' }).stdout || 65534)
        : 0;
      if (root) chownSync(folder, uid, uid);
      const as = root ? ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'] : ['env'];
      const [first = '', ...rest] = as;
      spawnSync(first, [...rest, 'initdb', '-D', data, '-A', 'trust', '-U', 'test', '-N'], {
        cwd: folder,
        env: { ...place.env, HOME: folder },
        stdio: 'ignore',
      });
      const end = begin(place, first, [
        ...rest,
        'postgres',
        '-D',
        data,
        '-k',
        folder,
        '-c',
        'listen_addresses=',
        '-c',
        'fsync=off',
      ]);
      const psql = (/** @type {string} */ sql) =>
        begin(place, 'bash', [
          '-c',
          `until psql -h ${folder} -U test -d postgres -c 'select 1' >/dev/null 2>&1; do sleep 0.2; done; (${sql}) | psql -h ${folder} -U test -d postgres`,
        ]);
      const holds = psql(`echo 'create table if not exists t (x int); begin; lock table t;'; sleep 100000`);
      const waits = psql(`sleep 2; echo 'begin; lock table t;'; sleep 100000`);
      return () => {
        holds();
        waits();
        end();
      };
    },
  },
  {
    name: 'redis',
    lacks: needs('redis-server', 'redis-cli'),
    start: async (place) =>
      begin(place, 'bash', [
        '-c',
        'redis-server --port 0 --unixsocket s --save "" & sleep 1; redis-cli -s s blpop list 0',
      ]),
  },
  {
    name: 'Chromium and VS Code on its server',
    lacks: () => undefined,
    async start({ folder, env }) {
      // What they start inherits our environment.
      Object.assign(process.env, env);
      const server = await startCodeServer({
        host: await ensureHost(),
        userDataDir: join(folder, 'user'),
        extensionsDir: join(folder, 'extensions'),
        env,
      });
      const browser = await launchBrowser();
      const page = await browser.newPage();
      await page.goto(`${server.url}login`);
      await page.fill('input[name=password]', server.password);
      await page.press('input[name=password]', 'Enter');
      await page.goto(`${server.url}?folder=${folder}`).catch(() => undefined);
      return async () => {
        await browser.close();
        await server.stop();
      };
    },
  },
];

export const INNOCENTS = [...SHELLS, ...PYTHONS, ...OTHERS];
