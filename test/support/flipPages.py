"""Sleeps in poll(2) while another of its threads turns the page that holds the array into one of a silent file, and back. To be run as anybody who has such a file open.

Its arguments: the pid and number of a descriptor of a file that never answers, a user to become, and what to flip: `poll` the page, `fd` descriptor 100 between that file and a queue, which is
unlinked. It says its pid, and ends with its standard input.
"""
import ctypes, fcntl, os, sys, threading, time

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.memmove.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
libc.poll.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int]
holder, number, user, what = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
file = libc.syscall(438, libc.syscall(434, holder, 0), number, 0)
assert file >= 0, ctypes.get_errno()
queue = None
if what == 'fd':
    name = b'/ipci-flip-%d' % os.getpid()
    queue = libc.mq_open(name, os.O_RDWR | os.O_CREAT, 0o600, None)
    assert queue >= 0, ctypes.get_errno()
    libc.mq_unlink(name)
    # Behind the number that is flipped, so that who has it is asked by that.
    low, queue = queue, fcntl.fcntl(queue, fcntl.F_DUPFD, 200)
    os.close(low)
os.setgid(user)
os.setuid(user)
# Who changed its user may not be looked at by others of that user any more, which is not what is tried here.
libc.prctl(4, 1)
READ, WRITE, PRIVATE, FIXED, ANONYMOUS = 1, 2, 2, 0x10, 0x20
page = libc.mmap(None, 4096, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0)
pipe = os.pipe()
array = ctypes.create_string_buffer(pipe[0].to_bytes(4, 'little') + b'\1\0\0\0', 8)
libc.memmove(page, array, 8)
if what == 'poll':
    threading.Thread(target=libc.poll, args=(page, 1, -1), daemon=True).start()
    time.sleep(0.2)
print(os.getpid(), flush=True)


def flip():
    while True:
        if what == 'fd':
            os.dup2(file, 100)
            os.dup2(queue, 100)
            continue
        libc.mmap(page, 4096, READ | WRITE, PRIVATE | ANONYMOUS | FIXED, -1, 0)
        libc.memmove(page, array, 8)
        libc.mmap(page, 4096, READ, PRIVATE | FIXED, file, 0)


threading.Thread(target=flip, daemon=True).start()
while os.read(0, 1):
    pass
os._exit(0)
