"""A process that does what it is told over a Unix socket, so that it has no pipe but those that it was told to make.

Each of its threads connects by itself, says `[pid, tid]` and then answers each line `[verb, ...numbers]` with one line. What may block is
answered twice: `["blocking", {descriptor: inode}]` before, then its end. Numbers choose among the descriptors that the thread has, so that any number fits.
"""
import array, ctypes, fcntl, json, os, signal, socket, struct, sys, threading

FOLDER = sys.argv[1]
PYTHON = sys.executable
X64 = os.uname().machine == 'x86_64'
EXIT, CLONE3 = (60, 435) if X64 else (93, 435)
CLONE_FILES = 0x400
# A copy in a thread of its own holds the lock of the interpreter: the child of a clone must go on with it.
kept = ctypes.PyDLL(None, use_errno=True)
libc = ctypes.CDLL(None, use_errno=True)
before_fork, after_fork = ctypes.pythonapi.PyOS_BeforeFork, ctypes.pythonapi.PyOS_AfterFork_Parent
libc.shmat.restype = ctypes.c_void_p
libc.shmdt.argtypes = [ctypes.c_void_p]
sockets = set()
attached = []


def checked(result):
    if result in (-1, 2**64 - 1):
        raise OSError(ctypes.get_errno(), 'failed')
    return result


def streams():
    """The descriptors of this thread that are pipes or FIFOs, in order."""
    found = []
    for name in os.listdir('/proc/thread-self/fd'):
        try:
            link = os.readlink('/proc/thread-self/fd/' + name)
        except OSError:
            continue
        if link.startswith('pipe:') or (link.startswith(FOLDER + '/') and '.fifo' in link):
            found.append(int(name))
    return sorted(found)


def pick(number):
    all = streams()
    return all[number % len(all)]


def fifo(number):
    return '%s/%d.fifo' % (FOLDER, number)


class Leave(Exception):
    pass


class Actor:
    def __init__(self):
        self.control = socket.socket(socket.AF_UNIX)
        sockets.add(self.control)
        self.control.connect(FOLDER + '/control')
        # Where descriptors arrive that others pass.
        self.inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sockets.add(self.inbox)
        self.tid = threading.get_native_id()
        try:
            os.unlink('%s/%d' % (FOLDER, self.tid))
        except OSError:
            pass
        self.inbox.bind('%s/%d' % (FOLDER, self.tid))
        self.inbox.setblocking(False)
        self.say([os.getpid(), self.tid])

    def say(self, answer):
        self.control.sendall(json.dumps(answer).encode() + b'\n')

    def serve(self):
        rest = b''
        while True:
            more = self.control.recv(65536)
            if not more:
                os._exit(0)
            rest += more
            while b'\n' in rest:
                line, rest = rest.split(b'\n', 1)
                verb, *numbers = json.loads(line)
                try:
                    self.say(['done', getattr(self, verb)(*numbers)])
                except OSError as error:
                    self.say(['errno', error.errno])
                except (ZeroDivisionError, IndexError):
                    self.say(['nothing'])
                except Leave:
                    self.say(['done'])
                    self.control.close()
                    self.inbox.close()
                    return

    # Descriptors

    def pipe(self, flags, inherited):
        for fd in os.pipe2([0, os.O_NONBLOCK, os.O_DIRECT][flags % 3] | os.O_CLOEXEC):
            os.set_inheritable(fd, bool(inherited))

    def close(self, which):
        os.close(pick(which))

    def dup(self, which):
        os.dup(pick(which))

    def over(self, which, other):
        os.dup2(pick(which), pick(other))

    def replace(self, which):
        over = pick(which)
        ends = os.pipe()
        os.dup2(ends[which % 2], over)
        os.close(ends[0])
        os.close(ends[1])

    def covered(self, which):
        """A descriptor becomes a file that is no stream."""
        fd = os.open('/dev/null', os.O_RDWR)
        os.dup2(fd, pick(which))
        os.close(fd)

    def nonblocking(self, which, wanted):
        os.set_blocking(pick(which), not wanted)

    def put(self, which, length):
        fd = pick(which)
        before = os.get_blocking(fd)
        os.set_blocking(fd, False)
        try:
            os.write(fd, b'x' * length)
        finally:
            os.set_blocking(fd, before)

    def take(self, which):
        fd = pick(which)
        before = os.get_blocking(fd)
        os.set_blocking(fd, False)
        try:
            os.read(fd, 100000)
        finally:
            os.set_blocking(fd, before)

    def pass_on(self, which, tid):
        socket.send_fds(self.inbox, [b'x'], [pick(which)], 0, '%s/%d' % (FOLDER, tid))

    def pass_away(self, which, tid):
        """Nobody has it then, until it is accepted."""
        fd = pick(which)
        socket.send_fds(self.inbox, [b'x'], [fd], 0, '%s/%d' % (FOLDER, tid))
        os.close(fd)

    def accept(self):
        socket.recv_fds(self.inbox, 1, 1)

    # FIFOs

    def make(self, number):
        os.mkfifo(fifo(number))

    def open(self, number, how):
        flags = [os.O_RDONLY | os.O_NONBLOCK, os.O_RDWR, os.O_WRONLY | os.O_NONBLOCK][how % 3]
        os.open(fifo(number), flags)

    def through(self, number, tid):
        """A reader that nobody has ever seen: opened, passed on, closed."""
        fd = os.open(fifo(number), os.O_RDONLY | os.O_NONBLOCK)
        try:
            socket.send_fds(self.inbox, [b'x'], [fd], 0, '%s/%d' % (FOLDER, tid))
        finally:
            os.close(fd)

    def rename(self, number, other):
        os.rename(fifo(number), fifo(other))

    def unlink(self, number):
        os.unlink(fifo(number))

    def mode(self, number, mode):
        os.chmod(fifo(number), 0o600 | mode)

    # Processes and threads

    def fork(self, how, wanted):
        """`how`: 1 shares the table of descriptors. `wanted`: the pid that it is to have, or 0."""
        before_fork()
        tids = (ctypes.c_int * 1)(wanted)
        told = struct.pack('11Q', CLONE_FILES if how == 1 else 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0,
                           ctypes.addressof(tids) if wanted else 0, 1 if wanted else 0, 0)
        child = kept.syscall(CLONE3, told, len(told))
        if child != 0:
            after_fork()
            return checked(child)
        ctypes.pythonapi.PyOS_AfterFork_Child()
        for one in list(sockets) if how != 1 else []:
            try:
                one.close()
            except OSError:
                # Somebody with whom the table was shared has closed it.
                pass
        begin()

    def thread(self):
        threading.Thread(target=lambda: Actor().serve(), daemon=True).start()

    def apart(self):
        checked(libc.unshare(CLONE_FILES))

    def leave(self):
        """The thread ends; the leader does without its process (pthread_exit)."""
        if self.tid != os.getpid():
            raise Leave()
        self.say(['done'])
        libc.syscall(EXIT, 0)

    def exit(self):
        self.say(['done'])
        os._exit(0)

    def exec(self):
        self.say(['done'])
        os.execv(PYTHON, [PYTHON, '-ISE', __file__, FOLDER])

    # System V

    def operate(self, id, number, change):
        checked(libc.semop(id, struct.pack('Hhh', number, change, 0o4000), 1))

    def value(self, id, number, value):
        checked(libc.semctl(id, number, 16, value))

    def send(self, id, length):
        checked(libc.msgsnd(id, struct.pack('q', 1) + b'x' * length, length, 0o4000))

    def receive(self, id):
        checked(libc.msgrcv(id, ctypes.create_string_buffer(9000), 8192, ctypes.c_long(0), 0o4000))

    def attach(self, id, flags):
        attached.append(checked(libc.shmat(id, None, 0o10000 if flags else 0)))

    def detach(self, which):
        checked(libc.shmdt(attached.pop(which % len(attached))))

    # What may block

    def wait_read(self, which):
        fd = pick(which)
        self.say(['blocking', {fd: os.fstat(fd).st_ino}])
        checked(libc.read(fd, ctypes.create_string_buffer(1), 1))

    def wait_write(self, which):
        fd = pick(which)
        self.say(['blocking', {fd: os.fstat(fd).st_ino}])
        checked(libc.write(fd, b'x' * 70000, 70000))

    def wait_poll(self, which, other, timeout):
        one, two = pick(which), pick(other)
        fds = struct.pack('ihhihh', one, 1, 0, two, 1, 0)
        self.say(['blocking', {fd: os.fstat(fd).st_ino for fd in (one, two)}])
        checked(libc.poll(fds, 2, 600000 if timeout else -1))

    def wait_open(self, number, write):
        try:
            # It has no descriptor yet.
            self.say(['blocking', {-1: os.stat(fifo(number)).st_ino}])
        except OSError:
            self.say(['blocking', {}])
        os.close(checked(libc.open(fifo(number).encode(), os.O_WRONLY if write else os.O_RDONLY)))

    def wait_receive(self, id):
        self.say(['blocking', {}])
        checked(libc.msgrcv(id, ctypes.create_string_buffer(9000), 8192, ctypes.c_long(0), 0))

    def wait_operate(self, id, number):
        self.say(['blocking', {}])
        checked(libc.semop(id, struct.pack('Hhh', number, -1, 0), 1))


def begin():
    try:
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        Actor().serve()
    finally:
        os._exit(0)


def manage():
    """The parent of all: whoever loses his parent becomes its child, and nobody stays unburied."""
    libc.prctl(36, 1, 0, 0, 0)
    # Whatever the runner of the test let through.
    os.closerange(3, 1024)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if os.fork() == 0:
        begin()
    while os.read(0, 1):
        pass


if sys.argv[2:] == ['manage']:
    manage()
else:
    begin()
