/** Rings of one to six processes over mixed mechanisms, made for real by one Python program; and each once more with a member that can act. */
import type { Play, Stage } from './diagnosis';

/** What of it may be said: `proven`, or `likely` with the reason. */
export interface MadeRing {
  name: string;
  pids: readonly number[];
  /** The same, but not stuck. */
  twin: readonly number[];
}

/** Functions by name: `ring(free)` answers the pids of the members. In the order in which the program tells them. */
const RINGS: Readonly<Record<string, string>> = {
  'full pipes of each other': `
r1, w1 = os.pipe(); r2, w2 = os.pipe(); fill(w1); fill(w2)
def one(): shut(r1, w2); able(free); os.write(w1, b'x')
def two(): shut(r2, w1); os.write(w2, b'x')
pids = child(one), child(two); shut(r1, w1, r2, w2); return pids`,
  'empty pipes of each other': `
r1, w1 = os.pipe(); r2, w2 = os.pipe()
def one(): shut(r2, w1); able(free); os.read(r1, 1)
def two(): shut(r1, w2); os.read(r2, 1)
pids = child(one), child(two); shut(r1, w1, r2, w2); return pids`,
  'a pipe and a child': `
s = slot()
def parent():
    r, w = os.pipe(); fill(w)
    def kid(): shut(r); able(free); os.write(w, b'x')
    pid = child(kid); shut(w); put(s, pid); os.waitpid(pid, 0)
return child(parent), get(s)`,
  'a parent that waits for a child, which reads from its sister, which writes to the parent': `
a, b = slot(), slot()
def parent():
    (r1, w1), (r2, w2) = os.pipe(), os.pipe(); fill(w2)
    def kid(): shut(w1, r2, w2); os.read(r1, 1)
    def sister(): shut(r1, r2); able(free); os.write(w2, b'x')
    pid = child(kid); put(b, child(sister)); shut(r1, w1, w2); put(a, pid); os.waitpid(pid, 0)
return child(parent), get(a), get(b)`,
  'three over socketpairs': 'return socketpairs(3, free)',
  'five over socketpairs': 'return socketpairs(5, free)',
  'two mutexes': `
one, two = mutex(), mutex(); gates = slot(), slot()
def member(at, mine, other, free):
    libc.pthread_mutex_lock(mine); put(gates[at], 1); get(gates[1 - at])
    clients() if free else libc.pthread_mutex_lock(other)
return child(lambda: member(0, one, two, free)), child(lambda: member(1, two, one, False))`,
  'threads of two processes, of which others go on': `
one, two = mutex(), mutex(); gates = slot(), slot()
def lock(at, mine, other, free):
    libc.pthread_mutex_lock(mine); put(gates[at], 1); get(gates[1 - at])
    clients() if free else libc.pthread_mutex_lock(other)
def member(*how): threading.Thread(target=lock, args=how, daemon=True).start(); clients()
return child(lambda: member(0, one, two, free)), child(lambda: member(1, two, one, False))`,
  'a mutex and a System V set': `
lock, id, locked, taken = mutex(), set(), slot(), slot()
def one(): libc.pthread_mutex_lock(lock); put(locked, 1); get(taken); libc.semop(id, down, 1)
def two(): libc.semop(id, down, 1); put(taken, 1); get(locked); clients() if free else libc.pthread_mutex_lock(lock)
return child(one), child(two)`,
  'a System V set and a pipe': `
id, taken = set(), slot(); r, w = os.pipe()
def holder(): shut(w); libc.semop(id, down, 1); put(taken, 1); able(free); os.read(r, 1)
def waiter(): shut(r); get(taken); libc.semop(id, down, 1)
pids = child(holder), child(waiter); shut(r, w); return pids`,
  'a POSIX queue and a System V set': `
id, taken = set(), slot(); r, w = queue()
def holder(): shut(w); libc.semop(id, down, 1); put(taken, 1); libc.mq_receive(r, ctypes.create_string_buffer(10), 10, None)
def waiter(): shut(r); get(taken); able(free); libc.semop(id, down, 1)
pids = child(holder), child(waiter); shut(r, w); return pids`,
  'a full POSIX queue and a pipe': `
r, w = queue(); r1, w1 = os.pipe()
def sender():
    shut(r, r1)
    for _ in range(3): libc.mq_send(w, b'x', 1, 0)
def receiver(): shut(w, w1); able(free); os.read(r1, 1)
pids = child(sender), child(receiver); shut(r, w, r1, w1); return pids`,
  'a FIFO and a child': `
s = slot()
def parent():
    os.mkfifo(path('fifo', free)); r = os.open(path('fifo', free), os.O_RDONLY | os.O_NONBLOCK); w = os.open(path('fifo', free), os.O_WRONLY)
    os.set_blocking(r, True)
    def kid(): shut(w); os.read(r, 1)
    pid = child(kid); shut(r); put(s, pid); able(free); os.waitpid(pid, 0)
return child(parent), get(s)`,
  'a connection that is not accepted and a pipe': `
r, w = os.pipe(); s = listen('early', free)
def client(): shut(r); s.close(); c = socket.socket(socket.AF_UNIX); c.connect(path('early', free)); c.recv(1)
def server(): shut(w); able(free); os.read(r, 1)
pids = child(client), child(server); shut(r, w); s.close(); return pids`,
  'an anonymous semaphore and a pipe': `
libc.mmap.restype = ctypes.c_void_p
memory = ctypes.c_void_p(libc.mmap(None, ctypes.c_size_t(4096), 3, 0x21, -1, ctypes.c_long(0))); libc.sem_init(memory, 1, 0)
r, w = os.pipe()
def waiter(): shut(r); libc.sem_wait(memory)
def reader(): shut(w); able(free); os.read(r, 1)
pids = child(waiter), child(reader); shut(r, w); libc.munmap(memory, ctypes.c_size_t(4096)); return pids`,
  'a pipe, a socketpair and a full pipe': `
r1, w1 = os.pipe(); a, b = socket.socketpair(); r2, w2 = os.pipe(); fill(w2)
def two(): shut(r1, r2, w2); b.close(); a.recv(1)
def three(): shut(r1, w1, r2); a.close(); os.write(w2, b'x')
def one(): shut(w1, w2); a.close(); b.close(); able(free); os.read(r1, 1)
pids = child(one), child(two), child(three); shut(r1, w1, r2, w2); a.close(); b.close()
return pids`,
  'six over a pipe, a socketpair, a child, a mutex, a set and a full pipe': `
lock, id, locked, taken, s = mutex(), set(), slot(), slot(), slot()
r1, w1 = os.pipe(); a, b = socket.socketpair(); r6, w6 = os.pipe(); fill(w6)
def only(*keep): shut(*(fd for fd in (r1, w1, a.fileno(), b.fileno(), r6, w6) if fd not in keep))
def one(): only(r1, r6); os.read(r1, 1)
def two(): only(w1, a.fileno()); a.recv(1)
def three():
    only(b.fileno())
    pid = child(lambda: (shut(b.fileno()), get(locked), libc.pthread_mutex_lock(lock))); put(s, pid); os.waitpid(pid, 0)
def five(): only(); get(taken); libc.pthread_mutex_lock(lock); put(locked, 1); libc.semop(id, down, 1)
def six(): only(w6); libc.semop(id, down, 1); put(taken, 1); able(free); os.write(w6, b'x')
pids = child(one), child(two), child(three), get(s), child(five), child(six)
only(); return pids`,
  'a threaded Python, whose main thread joins the one that is stuck': `
r1, w1 = os.pipe(); r2, w2 = os.pipe()
def kid(): shut(r2, w1); os.read(r1, 1)
def threaded():
    shut(r1, w2); able(free)
    thread = threading.Thread(target=lambda: os.read(r2, 1)); thread.start(); thread.join()
pids = child(threaded), child(kid); shut(r1, w1, r2, w2); return pids`,
  'a Node whose main thread reads': `
r1, w1 = os.pipe(); r2, w2 = os.pipe()
def node():
    shut(r2, w1); os.set_inheritable(r1, True); os.set_inheritable(w2, True)
    os.execvp(sys.argv[2], [sys.argv[2], '-e', "require('fs').readSync(%d, Buffer.alloc(1))" % r1])
def other(): shut(r1, w2); able(free); os.read(r2, 1)
pids = child(node), child(other); shut(r1, w1, r2, w2); return pids`,
};

const JAVA = `
r1, w1 = os.pipe(); r2, w2 = os.pipe()
def java():
    os.dup2(r1, 0); shut(r1, r2, w1); os.set_inheritable(w2, True)
    os.execvp('java', ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', path('Ring.java', False)])
def other(): shut(r1, w2); able(free); os.read(r2, 1)
pids = child(java), child(other); shut(r1, w1, r2, w2); return pids`;

const OF_JAVA = 'a Java program that reads its standard input';
/** Of all that may be made; the last only where Java is. */
export const RING_NAMES = [...Object.keys(RINGS), OF_JAVA];

const PROGRAM = `
folder = sys.argv[1]
down = struct.pack('Hhh', 0, -1, 0)
ids = []; slots = mmap.mmap(-1, 65536); used = 0
def clean(*_):
    for id in ids: libc.semctl(id, 0, 0, 0)
    os._exit(0)
signal.signal(signal.SIGTERM, clean)
plain = child
def child(act): return plain(lambda: (signal.signal(signal.SIGTERM, signal.SIG_DFL), act()))
def shut(*fds):
    for fd in fds: os.close(fd)
def clients(): s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); s.accept()
def able(free):
    if free: threading.Thread(target=clients, daemon=True).start()
def slot():
    global used
    used += 8; return used
def put(at, value): slots[at:at + 8] = struct.pack('q', value)
def get(at):
    while struct.unpack('q', slots[at:at + 8])[0] == 0: time.sleep(0.001)
    return struct.unpack('q', slots[at:at + 8])[0]
def path(name, free): return folder + '/' + name + ('-free' if free else '')
def listen(name, free): s = socket.socket(socket.AF_UNIX); s.bind(path(name, free)); s.listen(); return s
def set(): id = libc.semget(0, 1, 0o1600); ids.append(id); libc.semctl(id, 0, 16, 1); return id
attributes = ctypes.create_string_buffer(64)
libc.pthread_mutexattr_init(attributes); libc.pthread_mutexattr_setpshared(attributes, 1)
kept = []
def mutex():
    memory = mmap.mmap(-1, 4096); kept.append(memory)
    lock = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(memory)) + 64); libc.pthread_mutex_init(lock, attributes)
    return lock
def queue():
    name = b'/ipc-inspector-test-%d-%d' % (os.getpid(), slot()); how = struct.pack('8q', 0, 2, 10, 0, 0, 0, 0, 0)
    w = libc.mq_open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, how); r = libc.mq_open(name, os.O_RDONLY); libc.mq_unlink(name)
    return r, w
def socketpairs(count, free):
    pairs = [socket.socketpair() for _ in range(count)]
    def member(at):
        mine, next = pairs[at][0], pairs[(at + 1) % count][1]
        for pair in pairs:
            for end in pair:
                if end not in (mine, next): end.close()
        if at == 0: able(free)
        mine.recv(1)
    pids = [child(lambda at=at: member(at)) for at in range(count)]
    for pair in pairs:
        for end in pair: end.close()
    return pids
`;

/** Makes each ring and its twin. `play` is to be closed, so that it removes what it made. */
export async function makeRings(
  stage: Stage,
  folder: string,
  { java }: { java: boolean },
): Promise<{ rings: MadeRing[]; play: Play }> {
  const all = { ...RINGS, ...(java && { [OF_JAVA]: JAVA }) };
  const bodies = Object.values(all).map(
    (body, at) =>
      `def ring${at}(free):\n${body.replace(/^(?=.)/gm, '    ')}\nfor free in (False, True): say(*ring${at}(free))`,
  );
  const play = stage.python(`${PROGRAM}\n${bodies.join('\n')}\nrest()`, folder, process.execPath);
  const rings: MadeRing[] = [];
  for (const name of Object.keys(all)) rings.push({ name, pids: await play.said(), twin: await play.said() });
  return { rings, play };
}
