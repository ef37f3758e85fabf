/** errno: read it in the very next statement after the call, since any other call replaces it. */
import { constants } from 'node:os';
import { IpcFailure } from '../../protocol/errors';
import { native } from './load';

const NAMES = new Map<number, string>(
  Object.entries(constants.errno).map(([name, number]) => [number, name]),
);
// Linux numbers that Node's table may lack (asm-generic/errno.h).
NAMES.set(43, 'EIDRM').set(42, 'ENOMSG').set(11, 'EAGAIN');

/** A system call that failed. */
export class ErrnoError extends IpcFailure {
  constructor(
    call: string,
    readonly errno: string,
    detail?: Record<string, string | number>,
  ) {
    super({ code: 'errno', call, errno, ...(detail && { detail }) });
  }
}

/** The name of the error of the last call, as `EACCES`. */
export function lastErrno(): string {
  return errnoName(native().errno());
}

/** The name of an error number. */
export function errnoName(number: number): string {
  return NAMES.get(number) ?? `errno ${number}`;
}
