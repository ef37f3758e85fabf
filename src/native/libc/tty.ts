/** sys/ioctl.h and termios.h on terminals, for descriptors that we copied (ioctl_tty(2)). All of it only asks, nothing waits, and no terminal becomes ours. */
import { constants } from 'node:fs';
import { ErrnoError, lastErrno } from './errno';
import { lazy } from './load';

const TCGETS = 0x5401;
const TIOCGPGRP = 0x540f;
const TIOCGWINSZ = 0x5413;
const TIOCGSID = 0x5429;
const TIOCGPTPEER = 0x5441;
const TIOCGDEV = 0x80045432;
const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;
/** Of c_lflag (termios(3)), which stands behind three other words. */
const LOCAL_FLAGS = 12;
const ICANON = 0o2;
const ECHO = 0o10;

const c = {
  ioctl: lazy<[number, number, Buffer], number>('int ioctl(int, unsigned long, void *)'),
  ioctlNumber: lazy<[number, number, number], number>('int ioctl(int, unsigned long, long)'),
};

/** Larger than any of these structs. */
const answer = Buffer.alloc(64);

function ask(fd: number, request: number): boolean {
  return c.ioctl(fd, request, answer) >= 0;
}

/** In characters; 0 where nobody has set it. Undefined: it is no terminal, or hung up. */
export function windowSize(fd: number): { rows: number; columns: number } | undefined {
  return ask(fd, TIOCGWINSZ) ? { rows: answer.readUInt16LE(0), columns: answer.readUInt16LE(2) } : undefined;
}

/** Whether input is given on by lines (ICANON) and shown (ECHO). Undefined likewise. */
export function localModes(fd: number): { byLine: boolean; echo: boolean } | undefined {
  if (!ask(fd, TCGETS)) return undefined;
  const flags = answer.readUInt32LE(LOCAL_FLAGS);
  return { byLine: (flags & ICANON) !== 0, echo: (flags & ECHO) !== 0 };
}

/** The process group in front, asked of a master; null: none, or one of another pid namespace. Undefined likewise. */
export function foregroundOf(master: number): number | null | undefined {
  if (!ask(master, TIOCGPGRP)) return undefined;
  return answer.readInt32LE(0) || null;
}

/** The leader of the session that it controls, asked of a master; null: of none. Undefined where the kernel does not say. */
export function sessionOf(master: number): number | null | undefined {
  if (ask(master, TIOCGSID)) return answer.readInt32LE(0) || undefined;
  return lastErrno() === 'ENOTTY' ? null : undefined;
}

/** The device behind /dev/tty, and behind any other terminal, as new_encode_dev has it: minor in bits 31 to 20 and 7 to 0, major in bits 19 to 8. Undefined likewise. */
export function deviceOfTerminal(fd: number): number | undefined {
  return ask(fd, TIOCGDEV) ? answer.readUInt32LE(0) : undefined;
}

/** Points to the slave of a master (O_PATH): nothing is opened, and nobody hears of it. To be closed. Throws ErrnoError (ENOTTY before Linux 4.13; EIO: its devpts is gone). */
export function pointToSlave(master: number): number {
  const fd = c.ioctlNumber(master, TIOCGPTPEER, O_PATH | O_CLOEXEC | constants.O_NOCTTY);
  if (fd < 0) throw new ErrnoError('ioctl', lastErrno());
  return fd;
}
