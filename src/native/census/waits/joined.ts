/**
 * pthread_join(3) of glibc: futex(FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME) on `tid` of struct pthread, which the kernel sets to 0 and wakes when the thread ends (set_tid_address(2)), whence the futex is
 * a shared one, though its memory is not (nptl/pthread_join_common.c). What stands behind that word is the same in all programs of 64 bits (nptl/descr.h): `robust_prev` and the head of the list
 * of robust mutexes, which the kernel was told (set_robust_list(2)).
 */
import { memoryOf } from '../../proc/processMemory';
import { fieldOf } from '../../proc/fields';
import { readRecord } from '../../proc/read';
import type { RawCall } from '../../proc/syscall';

const FUTEX_WAIT_BITSET = 9n;
const FUTEX_CLOCK_REALTIME = 0x100n;
/** `tid`; a word that is not used; `robust_prev`; `robust_head`: a list, `futex_offset`, a pointer. */
const LENGTH = 32;
const OFFSET_AT = 24;
/** offsetof(pthread_mutex_t, __data.__lock) - offsetof(pthread_mutex_t, __data.__list.__next) */
const FUTEX_OFFSET = -32n;

/** The thread of its own process whose end a thread waits for in this call; undefined where it waits for anything else, or that cannot be read. */
export function joinedBy(tid: number, { name, arguments: call, compat }: RawCall): number | undefined {
  const [address = 0n, operation = 0n, value = 0n] = call;
  if (name !== 'futex' || compat) return undefined;
  if (BigInt.asUintN(32, operation) !== (FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME)) return undefined;
  const joined = Number(BigInt.asUintN(32, value));
  if (joined === 0 || joined === tid || !isThreadBeside(tid, joined)) return undefined;
  const memory = memoryOf(tid, address, LENGTH);
  if (memory?.readUInt32LE() !== joined || memory.readBigInt64LE(OFFSET_AT) !== FUTEX_OFFSET)
    return undefined;
  return joined;
}

/** Whether the process of a thread has one of this number, and means it: in a pid namespace below ours it has others than here (NSpid of proc(5)). */
function isThreadBeside(tid: number, number: number): boolean {
  // Also of a thread that is not the leader the folder has the threads of its process.
  const status = readRecord(`/proc/${tid}/task/${number}/status`)?.toString('latin1');
  return status !== undefined && !/\s/.test(fieldOf(status, 'NSpid') ?? '');
}
