"""Forty programs, each blocked in a call of its own; a line for each: its name, its pid, and what it waits for, as [what, number]."""
import ctypes, fcntl, json, os, select, signal, socket, struct, sys, tempfile, threading, time

libc = ctypes.CDLL(None, use_errno=True)
folder = sys.argv[1]
buf = ctypes.create_string_buffer(8192)
programs = []


def program(name):
    def add(act):
        programs.append((name, act))
        return act
    return add


def says(what, number=None):
    os.write(say, (json.dumps([what, number]) + '\n').encode())


def at(way, fd):
    says(way, fd)


def stream(kind, way, extra=False):
    def act():
        a, b = socket.socketpair(socket.AF_UNIX, kind)
        spare = socket.socketpair(socket.AF_UNIX, kind) if extra else None
        b.setblocking(False)
        at(way, a.fileno())
        if way == 'read': a.recv(1)
        while True: a.send(b'x' * 1000)
    return act


for kind in ('STREAM', 'DGRAM', 'SEQPACKET'):
    for way in ('read', 'write'):
        program('unix %s %s' % (kind.lower(), way))(stream(getattr(socket, 'SOCK_' + kind), way))
program('one of three sockets')(stream(socket.SOCK_STREAM, 'read', True))


@program('pipe read')
def _():
    r, w = os.pipe(); at('read', r); os.read(r, 1)


@program('pipe write')
def _():
    r, w = os.pipe(); os.write(w, b'x' * 65536); at('write', w); os.write(w, b'y')


@program('pipe read, one of two')
def _():
    r, w = os.pipe(); other = os.pipe(); at('read', r); os.read(r, 1)


@program('fifo read')
def _():
    os.mkfifo(folder + '/read'); f = os.open(folder + '/read', os.O_RDWR); at('read', f); os.read(f, 1)


@program('fifo open')
def _():
    os.mkfifo(folder + '/open'); says('path'); os.open(folder + '/open', os.O_RDONLY)


@program('splice')
def _():
    r, w = os.pipe(); s = socket.socketpair()[0]; at('read', r); libc.splice(r, None, s.fileno(), None, 10, 0)


@program('tee')
def _():
    r, w = os.pipe(); c, d = os.pipe(); at('read', r); libc.tee(r, d, 10, 0)


@program('eventfd read')
def _():
    e = libc.eventfd(0, 0); at('read', e); libc.read(e, buf, 8)


@program('eventfd write')
def _():
    e = libc.eventfd(0, 0); os.write(e, struct.pack('Q', 2 ** 64 - 2)); at('write', e); os.write(e, struct.pack('Q', 1))


@program('signalfd')
def _():
    signal.pthread_sigmask(signal.SIG_BLOCK, [1]); m = ctypes.create_string_buffer(128); m[0] = 1
    f = libc.signalfd(-1, m, 0); at('read', f); libc.read(f, buf, 128)


@program('timerfd')
def _():
    f = libc.timerfd_create(1, 0); at('read', f); libc.read(f, buf, 8)


@program('inotify')
def _():
    f = libc.inotify_init(); at('read', f); libc.read(f, buf, 4096)


@program('pty slave')
def _():
    m, s = os.openpty(); at('read', s); os.read(s, 1)


@program('unix accept')
def _():
    s = socket.socket(socket.AF_UNIX); s.bind(folder + '/accept'); s.listen(); at('read', s.fileno()); s.accept()


@program('tcp accept')
def _():
    s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); at('read', s.fileno()); s.accept()


@program('udp read')
def _():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0)); at('read', s.fileno()); s.recv(1)


def tcp(way):
    s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); c = socket.socket(); c.connect(s.getsockname()); a, _ = s.accept()
    a.setblocking(False); s.close(); at(way, c.fileno())
    if way == 'read': c.recv(1)
    while True: c.send(b'x' * 100000)


program('tcp read')(lambda: tcp('read'))
program('tcp write')(lambda: tcp('write'))


@program('unix connect')
def _():
    s = socket.socket(socket.AF_UNIX); s.bind(folder + '/connect'); s.listen(0); first = socket.socket(socket.AF_UNIX); first.connect(folder + '/connect')
    c = socket.socket(socket.AF_UNIX); s.setblocking(False); at('write', c.fileno()); c.connect(folder + '/connect')


@program('epoll')
def _():
    r, w = os.pipe(); e = select.epoll(); e.register(r, select.EPOLLIN); at('read', r); e.poll()


@program('poll')
def _():
    r, w = os.pipe(); p = select.poll(); p.register(r, select.POLLIN); at('read', r); p.poll()


@program('select')
def _():
    r, w = os.pipe(); at('read', r); select.select([r], [], [])


@program('mq receive')
def _():
    n = b'/ipc-inspector-%d' % os.getpid(); q = libc.mq_open(n, os.O_CREAT | os.O_RDONLY, 0o600, None); libc.mq_unlink(n)
    at('read', q); libc.mq_receive(q, buf, 8192, None)


@program('msgrcv')
def _():
    q = libc.msgget(0, 0o600); open(folder + '/msg %d' % q, 'w'); says('sysv', q); libc.msgrcv(q, buf, 10, 0, 0)


@program('semop')
def _():
    s = libc.semget(0, 1, 0o600); open(folder + '/sem %d' % s, 'w'); says('sysv', s); libc.semop(s, struct.pack('Hhh', 0, -1, 0), 1)


@program('one child')
def _():
    child = os.fork()
    if child == 0: libc.prctl(1, 9); signal.pause()
    says('child', child); os.waitpid(child, 0)


@program('two children')
def _():
    for _ in range(2):
        child = os.fork()
        if child == 0: libc.prctl(1, 9); signal.pause()
    says('child', child); os.waitpid(child, 0)


@program('vfork')
def _():
    os.mkfifo(folder + '/vfork'); says('vfork')
    os.posix_spawn('/bin/true', ['true'], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 0, folder + '/vfork', os.O_RDONLY, 0)])


@program('flock')
def _():
    f = open(folder + '/flock', 'w'); fcntl.flock(f, 2); g = open(folder + '/flock', 'w'); says('lock', g.fileno()); fcntl.flock(g, 2)


@program('futex')
def _():
    word = ctypes.c_int(0); says('word'); libc.syscall(202, ctypes.byref(word), 0, 0, None, None, 0)


@program('join')
def _():
    t = threading.Thread(target=signal.pause); t.start(); says('word'); t.join()


program('sleep')(lambda: (says('time'), time.sleep(1000)))
program('pause')(lambda: (says('signals'), signal.pause()))
program('sigwait')(lambda: (signal.pthread_sigmask(signal.SIG_BLOCK, [10]), says('signals'), signal.sigwait([10])))

for name, act in programs:
    r, say = os.pipe()
    pid = os.fork()
    if pid == 0:
        libc.prctl(1, 9)
        os.close(r)
        for fd in range(3): os.dup2(os.open('/dev/null', os.O_RDWR), fd)
        for fd in range(3, 1024):
            if fd != say:
                try: os.close(fd)
                except OSError: pass
        # What it says goes by a number far above, and is closed before it blocks: close-on-write.
        top = fcntl.fcntl(say, fcntl.F_DUPFD, 200); os.close(say); say = top
        plain = os.write

        def once(fd, data, write=os.write):
            done = write(fd, data)
            if fd == say: os.close(say)
            return done
        os.write = once
        try: act()
        finally: os._exit(1)
    os.close(say)
    line = b''
    while not line.endswith(b'\n'):
        part = os.read(r, 4096)
        if not part: break
        line += part
    os.close(r)
    print(json.dumps([name, pid, *(json.loads(line) if line else ['failed', None])]), flush=True)
print('ready', flush=True)
sys.stdin.read()
# Lets the child of the vfork go on, which ends with nobody.
try: os.close(os.open(folder + '/vfork', os.O_RDWR))
except OSError: pass
for entry in os.listdir(folder):
    what, _, number = entry.partition(' ')
    if what == 'msg': libc.msgctl(int(number), 0, None)
    if what == 'sem': libc.semctl(int(number), 0, 0, 0)
