"""A FUSE file system (linux/fuse.h) that answers until somebody has it open, and then never again. To be run in a mount namespace of its own.

Its one argument is an empty folder, on which it mounts itself. It says the pids of its users as JSON once it is silent, and ends with its standard
input, or after a minute: that ends the connection, and whoever waits for an answer gets an error.
"""
import ctypes, json, os, signal, socket, stat, struct, sys, threading, time

FOLDER = sys.argv[1]
MOUNT = FOLDER + '/mount'
signal.alarm(60)
libc = ctypes.CDLL(None, use_errno=True)
os.mkdir(MOUNT)
os.symlink(MOUNT, FOLDER + '/link')
device = os.open('/dev/fuse', os.O_RDWR)
told = b'fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other' % device
if libc.mount(b'silent', MOUNT.encode(), b'fuse', 0, told) != 0:
    print(json.dumps({'errno': ctypes.get_errno()}), flush=True)
    sys.exit()
NODES = {b'file': (2, stat.S_IFREG), b'fifo': (3, stat.S_IFIFO), b'lone': (4, stat.S_IFIFO)}
silent = threading.Event()


def attributes(node, kind):
    return struct.pack('6Q10I', node, 1 << 20, 2048, 0, 0, 0, 0, 0, 0, kind | 0o755, 1, 0, 0, 0, 4096, 0)


def answer(opcode, node, body):
    if opcode == 26:
        return struct.pack('IIIIHHIIHH8I', 7, 31, 65536, 0, 12, 9, 65536, 1, 0, 0, *[0] * 8)
    if opcode == 3:
        kind = {1: stat.S_IFDIR, 2: stat.S_IFREG, 3: stat.S_IFIFO, 4: stat.S_IFIFO}[node]
        return struct.pack('QII', 0, 0, 0) + attributes(node, kind)
    if opcode == 1:
        known = NODES.get(body.rstrip(b'\0'))
        if known:
            return struct.pack('4Q2I', known[0], 0, 0, 0, 0, 0) + attributes(*known)
        return -2
    if opcode in (14, 27):
        return struct.pack('QII', 0, 0, 0)
    return -38


def serve():
    while not silent.is_set():
        request = os.read(device, 1 << 17)
        if silent.is_set():
            # Taken, and never answered.
            break
        length, opcode, unique, node = struct.unpack_from('IIQQ', request)
        if opcode in (2, 36, 42):
            continue
        said = answer(opcode, node, request[40:length])
        error, body = (said, b'') if isinstance(said, int) else (0, said)
        os.write(device, struct.pack('IiQ', 16 + len(body), error, unique) + body)


def user(act):
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        libc.prctl(1, signal.SIGKILL)
        # Who has the device too would keep the connection.
        os.close(device)
        os.close(told)
        act()
        os.write(tell, b'x')
        os.close(tell)
        time.sleep(600)
        os._exit(0)
    os.close(tell)
    return pid, told


def hold():
    # The kernel learns that nothing is to be flushed (FUSE_FLUSH): else every close would wait.
    os.close(os.open(MOUNT + '/file', os.O_RDONLY))
    globals()['held'] = [os.open(MOUNT + '/file', os.O_RDONLY), os.open(MOUNT + '/fifo', os.O_RDWR)]
    os.write(held[1], b'content')
    # Its name led to a folder near by when it was bound.
    os.mkdir(FOLDER + '/near')
    os.symlink('near', FOLDER + '/away')
    held.append(socket.socket(socket.AF_UNIX))
    held[2].bind(FOLDER + '/away/s')
    held[2].listen()
    os.unlink(FOLDER + '/away')
    os.symlink(MOUNT, FOLDER + '/away')
    os.chdir(MOUNT)


def sleeps(pid, call):
    try:
        return open('/proc/%d/syscall' % pid).read().split(' ')[0] in call
    except OSError:
        return False


threading.Thread(target=serve, daemon=True).start()
holder, ready = user(hold)
os.read(ready, 1)
# These wait for a partner, by links to where nobody may look: the second below where it is.
partners = [user(lambda: os.open(FOLDER + '/link/lone', os.O_RDONLY))[0]]
partners.append(user(lambda: (os.chdir(FOLDER), os.open('link/lone', os.O_RDONLY)))[0])
while not all('wait_for_partner' in open('/proc/%d/wchan' % pid).read() for pid in partners):
    time.sleep(0.01)
silent.set()
# Each waits for an answer that does not come: by its own path, by a link, and below where it is.
openers = [user(lambda path=path: os.open(path, os.O_RDONLY))[0] for path in (MOUNT + '/a', FOLDER + '/link/b')]
while not all(sleeps(pid, ('257', '56')) for pid in openers):
    time.sleep(0.01)
print(json.dumps({'holder': holder, 'openers': openers, 'partners': partners}), flush=True)
while os.read(0, 1):
    pass
