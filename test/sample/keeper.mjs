// @ts-check
/** Keeps a lock on a file, for which two others wait, adds to an event counter for which a helper of its own waits, and has a pseudo-terminal that it never shows, so that the program in it waits to write. */
import { constants, openSync } from 'node:fs';
import { child, folder } from './child.mjs';
import { startGroup } from './groups.mjs';
import { checked, libc } from './libc.mjs';
import { lockOf } from './made.mjs';

const flock = libc.func('int flock(int, int)');
const eventfd = libc.func('int eventfd(unsigned int, int)');
const write = libc.func('long write(int, const void *, size_t)');
const openpt = libc.func('int posix_openpt(int)');
const unlockpt = libc.func('int unlockpt(int)');
const ptsname = libc.func('const char *ptsname(int)');
const LOCK_EX = 2;
const EFD_CLOEXEC = 0o2000000;
const O_CLOEXEC = EFD_CLOEXEC;

child('ipc-keeper');
const lock = lockOf(folder);
checked('flock', flock(openSync(lock, 'a'), LOCK_EX));
for (const how of ['-x', '-s']) {
  const again = () =>
    startGroup('flock "$1" "$2" true', [how, lock]).on('exit', () => setTimeout(again, 1000));
  again();
}
const counter = checked('eventfd', eventfd(0, EFD_CLOEXEC));
startGroup('while head -c 8 <&3 >/dev/null; do :; done', [], [counter]);
const terminal = checked('posix_openpt', openpt(constants.O_RDWR | constants.O_NOCTTY | O_CLOEXEC));
checked('unlockpt', unlockpt(terminal));
const inside = openSync(ptsname(terminal), constants.O_RDWR | constants.O_NOCTTY);
startGroup('exec yes >&3', [], [inside]);
const one = Buffer.alloc(8);
one.writeBigUInt64LE(1n);
setInterval(() => write(counter, one, one.length), 2000);
