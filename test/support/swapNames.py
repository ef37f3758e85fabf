"""Exchanges two names again and again (renameat2(2), RENAME_EXCHANGE), until its standard input ends. Its arguments are the two."""
import ctypes, os, sys, threading

libc = ctypes.CDLL(None, use_errno=True)
AT_FDCWD, RENAME_EXCHANGE = -100, 2
one, other = (name.encode() for name in sys.argv[1:3])
assert libc.renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0, ctypes.get_errno()
print('swaps', flush=True)


def swap():
    while True:
        libc.renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE)


threading.Thread(target=swap, daemon=True).start()
while os.read(0, 1):
    pass
os._exit(0)
