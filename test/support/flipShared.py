"""Shares anonymous memory with a child, and turns the page where it may be written into one of a silent file, and back. To be run as anybody who has such a file open.

Its arguments: the pid and number of a descriptor of a file that never answers, and a user to become. It says its pid, turns the page once it is told a line, and ends with its standard input.
"""
import ctypes, os, signal, sys, threading, time

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = libc.mremap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mremap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int, ctypes.c_void_p]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
READ, WRITE, SHARED, PRIVATE, FIXED, ANONYMOUS, MAYMOVE, AND_FIXED = 1, 2, 1, 2, 0x10, 0x20, 1, 2
holder, number, user = (int(one) for one in sys.argv[1:4])
file = libc.syscall(438, libc.syscall(434, holder, 0), number, 0)
assert file >= 0, ctypes.get_errno()
os.setgid(user)
os.setuid(user)
# Who changed its user may not be looked at by others of that user any more, which is not what is tried here.
libc.prctl(4, 1)
# What all others have is only read: there is one place to write.
kept = libc.mmap(None, 4096, READ | WRITE, SHARED | ANONYMOUS, -1, 0)
ctypes.memset(kept, 1, 4096)
libc.mprotect(kept, 4096, READ)
place = libc.mmap(None, 4096, READ, PRIVATE | ANONYMOUS, -1, 0)
child = os.fork()
if child == 0:
    # Not longer than its parent.
    libc.prctl(1, 9)
    signal.pause()
    os._exit(0)


def share():
    assert libc.mremap(kept, 0, 4096, MAYMOVE | AND_FIXED, place) == place, ctypes.get_errno()
    libc.mprotect(place, 4096, READ | WRITE)
    ctypes.string_at(place, 1)


def flip():
    while True:
        libc.mmap(place, 4096, READ | WRITE, PRIVATE | FIXED, file, 0)
        share()
        # Long enough to be found there.
        time.sleep(0.0002)


share()
print(os.getpid(), flush=True)
while line := os.read(0, 1):
    threading.Thread(target=flip, daemon=True).start()
os._exit(0)
