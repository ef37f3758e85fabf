/** Sixteen troubles as programs have them, all made for real by one Python program. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleName } from '../../src/protocol/findings';
import type { Play, Stage } from './diagnosis';

/** One trouble: what it is, the processes that are in it or suffer by it, and the rules that may name it. */
export interface Trouble {
  what: string;
  pids: readonly number[];
  /** An object instead of a process: what its ref ends with, or has in it. */
  object?: string;
  rules: readonly RuleName[];
}

/** In the order in which the program tells its processes; `n`: how many numbers belong to it. */
const TOLD: readonly { what: string; n: number; rules: readonly RuleName[] }[] = [
  { what: 'a semaphore whose last user ended', n: 2, rules: ['semaphoreNotReturned'] },
  { what: 'two flocks crosswise', n: 2, rules: ['deadlock'] },
  { what: 'two that write into full pipes of each other', n: 2, rules: ['deadlock'] },
  { what: 'a FIFO opened by one side only', n: 1, rules: ['waitsForOpener'] },
  { what: 'a stale socket file', n: 0, rules: ['staleSockets'] },
  { what: 'a full backlog with clients that wait', n: 1, rules: ['backlogFull'] },
  { what: 'a receiver for a type that is not queued', n: 1, rules: ['noSuchMessage'] },
  { what: 'a full queue with a sender that waits', n: 1, rules: ['queueFull'] },
  { what: 'a mutex in shared memory whose owner was killed', n: 1, rules: ['endedOwner'] },
  { what: 'an orphaned segment', n: 1, rules: ['orphan'] },
  { what: '64 MiB of unlinked shared memory', n: 1, rules: ['unlinkedMemory'] },
  { what: 'a signal that is blocked and pending', n: 1, rules: ['deaf'] },
  { what: 'a stopped reader of a full pipe', n: 1, rules: ['stoppedPeer'] },
  { what: 'TCP that is not read', n: 1, rules: ['notRead'] },
  { what: 'a zombie', n: 1, rules: ['zombies'] },
  { what: 'three in a ring of socketpairs', n: 3, rules: ['deadlock'] },
];

/** `folder`: where it may make files. Removes its System V objects itself when it is ended by SIGTERM. */
const PROGRAM = `
import atexit
folder = sys.argv[1]; told = []
down = struct.pack('Hhh', 0, -1, 0)
ids = []
def clean(*_):
    for kind, id in ids: (libc.msgctl(id, 0, 0) if kind == 'q' else libc.semctl(id, 0, 0, 0) if kind == 's' else libc.shmctl(id, 0, 0))
    os._exit(0)
signal.signal(signal.SIGTERM, clean)
def kid(act):
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL); act(); rest()
    return pid
def gone(act):
    pid = os.fork()
    if pid == 0: act(); os._exit(0)
    os.waitpid(pid, 0)
# A semaphore whose last user ended
s = libc.semget(0, 1, 0o1600); ids.append(('s', s)); libc.semctl(s, 0, 16, 1)
gone(lambda: libc.semop(s, down, 1))
told += [kid(lambda: libc.semop(s, down, 1)) for _ in range(2)]
# Two flocks crosswise
gate = mmap.mmap(-1, 4096)
names = [folder + '/lock%d' % n for n in (0, 1)]
for name in names: open(name, 'w').close()
def locker(at):
    mine, other = open(names[at], 'w'), open(names[1 - at], 'w')
    fcntl.flock(mine, fcntl.LOCK_EX); gate[at] = 1
    while gate[1 - at] == 0: time.sleep(0.001)
    fcntl.flock(other, fcntl.LOCK_EX)
told += [kid(lambda at=at: locker(at)) for at in (0, 1)]
# Full pipes of each other
r1, w1 = os.pipe(); r2, w2 = os.pipe(); fill(w1); fill(w2)
def one(): os.close(r1); os.close(w2); os.write(w1, b'x')
def two(): os.close(r2); os.close(w1); os.write(w2, b'x')
told += [kid(one), kid(two)]
for fd in (r1, w1, r2, w2): os.close(fd)
# A FIFO
os.mkfifo(folder + '/fifo'); told.append(kid(lambda: os.open(folder + '/fifo', os.O_WRONLY)))
# A stale socket file
dead = socket.socket(socket.AF_UNIX); dead.bind(folder + '/stale'); dead.close()
# A full backlog
listener = socket.socket(socket.AF_UNIX); listener.bind(folder + '/busy'); listener.listen(0)
def server(): rest()
def client():
    listener.close(); c = socket.socket(socket.AF_UNIX); c.connect(folder + '/busy'); c.recv(1)
told.append(kid(server))
clients = [kid(client) for _ in range(3)]
listener.close()
# Queues
def queue(): q = libc.msgget(0, 0o1600); ids.append(('q', q)); return q
q = queue(); [libc.msgsnd(q, struct.pack('q', 3) + b'hello', 5, 0) for _ in range(5)]
buffer = ctypes.create_string_buffer(8192)
told.append(kid(lambda: libc.msgrcv(q, buffer, 8000, ctypes.c_long(7), 0)))
full = queue(); message = struct.pack('q', 1) + b'x' * 4000
def send():
    while True: libc.msgsnd(full, message, 4000, 0)
told.append(kid(send))
# A mutex whose owner was killed
memory = mmap.mmap(-1, 4096); lock = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(memory)) + 64)
attributes = ctypes.create_string_buffer(64)
libc.pthread_mutexattr_init(attributes); libc.pthread_mutexattr_setpshared(attributes, 1); libc.pthread_mutex_init(lock, attributes)
gone(lambda: libc.pthread_mutex_lock(lock)); told.append(kid(lambda: libc.pthread_mutex_lock(lock)))
# An orphaned segment
box = mmap.mmap(-1, 4096)
def orphan(): box[:8] = struct.pack('q', libc.shmget(0, 8192, 0o1600))
gone(orphan); ids.append(('m', struct.unpack('q', box[:8])[0])); told.append(ids[-1][1])
# Unlinked memory
def large():
    name = '/dev/shm/ipc-inspector-test-%d' % os.getpid()
    f = os.open(name, os.O_RDWR | os.O_CREAT, 0o600); os.unlink(name); os.posix_fallocate(f, 0, 64 << 20)
    m = mmap.mmap(f, 64 << 20); gate[4] = 1; rest()
told.append(kid(large))
# A blocked signal
def deaf(): signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1]); os.kill(os.getpid(), signal.SIGUSR1); gate[5] = 1
told.append(kid(deaf))
# A stopped reader
r, w = os.pipe()
def read(): os.close(w); os.kill(os.getpid(), signal.SIGSTOP)
def write(): os.close(r); fill(w); os.write(w, b'x')
reader = kid(read); told.append(kid(write)); os.close(r); os.close(w)
# TCP that is not read
tcp = socket.socket(); tcp.bind(('127.0.0.1', 0)); tcp.listen()
def serve(): connection = tcp.accept(); tcp.accept()
kid(serve)
def talk(): name = tcp.getsockname(); tcp.close(); c = socket.socket(); c.connect(name); c.sendall(b'x' * (1 << 26))
told.append(kid(talk)); tcp.close()
# A zombie: of a child of its own, so that nobody else collects it
def parent():
    global ids
    pid = os.fork()
    if pid == 0: os._exit(0)
told.append(kid(parent))
# A ring of socketpairs
pairs = [socket.socketpair() for _ in range(3)]
def member(at):
    mine, next = pairs[at][0], pairs[(at + 1) % 3][1]
    for pair in pairs:
        for end in pair:
            if end not in (mine, next): end.close()
    mine.recv(1)
told += [kid(lambda at=at: member(at)) for at in range(3)]
for pair in pairs:
    for end in pair: end.close()
while gate[4] == 0 or gate[5] == 0: time.sleep(0.001)
say(*told); rest()
`;

/** Makes them all in a folder. `prefix`: a command in front, as one that makes another user of it. `play` is to be closed, so that it removes what it made. */
export async function makeTroubles(
  stage: Stage,
  folder: string,
  prefix: readonly string[] = [],
): Promise<{ troubles: Trouble[]; play: Play }> {
  const play = stage.pythonAs(prefix, PROGRAM, folder);
  const numbers = await play.said();
  let at = 0;
  const troubles = TOLD.map(({ what, n, rules }) => {
    const pids = numbers.slice(at, at + n);
    at += n;
    if (rules.includes('orphan')) return { what, pids: [], object: `:${pids[0] ?? ''}`, rules };
    // A sentence names some of the files alone, and others may have left some.
    const { ino } = statSync(join(folder, 'stale'), { bigint: true });
    return rules.includes('staleSockets') ? { what, pids, object: `:${ino}:`, rules } : { what, pids, rules };
  });
  return { troubles, play };
}
