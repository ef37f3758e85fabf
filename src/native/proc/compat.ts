/**
 * Programs of 32 bits on a kernel of 64: their calls have numbers of their own (arch/x86/entry/syscalls/syscall_32.tbl), and /proc/PID/syscall does not
 * say whose number it tells.
 */
import { type CallShape, shapeOf } from './calls';
import { readSmall } from './read';

/** ipc(2) and socketcall(2): one call for many. */
const IPC = 117;
const SOCKETCALL = 102;

/** Calls of i386. Those on System V objects and sockets come by numbers of their own, or through ipc(2) and socketcall(2), which `unpacked` takes apart. */
const I386: Readonly<Record<string, readonly number[]>> = {
  restart_syscall: [0],
  read: [3],
  readv: [145],
  preadv2: [378],
  write: [4],
  writev: [146],
  pwritev2: [379],
  vmsplice: [316],
  open: [5],
  creat: [8],
  openat: [295],
  openat2: [437],
  poll: [168],
  ppoll: [309, 414],
  select: [142],
  pselect6: [308, 413],
  epoll_wait: [256],
  epoll_pwait: [319],
  epoll_pwait2: [441],
  splice: [313],
  tee: [315],
  sendfile: [187, 239],
  accept4: [364],
  connect: [362],
  recvfrom: [371],
  recvmsg: [372],
  recvmmsg: [337, 417],
  sendto: [369],
  sendmsg: [370],
  sendmmsg: [345],
  mq_timedreceive: [280, 419],
  mq_timedsend: [279, 418],
  flock: [143],
  fcntl: [55, 221],
  futex: [240, 422],
  futex_waitv: [449],
  futex_wait: [455],
  wait4: [114],
  waitpid: [7],
  waitid: [284],
  nanosleep: [162],
  clock_nanosleep: [267, 407],
  pause: [29],
  rt_sigsuspend: [179],
  rt_sigtimedwait: [177, 421],
  io_uring_enter: [426],
  msgsnd: [400],
  msgrcv: [401],
  semtimedop: [420],
  ipc: [IPC],
  socketcall: [SOCKETCALL],
};

const BY_NUMBER = new Map(
  Object.entries(I386).flatMap(([name, numbers]) => numbers.map((number) => [number, name] as const)),
);

/** The call of a program of 32 bits; undefined where its number is none of the table, or not of i386. */
export function compatCall(number: number): CallShape | undefined {
  const name = process.arch === 'x64' ? BY_NUMBER.get(number) : undefined;
  return name === undefined ? undefined : { name, shape: shapeOf(name) };
}

/** SEMOP and so on of linux/ipc.h; SYS_CONNECT and so on of linux/net.h, those that wait. */
const IPC_CALLS: Readonly<Record<number, string>> = {
  1: 'semop',
  4: 'semtimedop',
  11: 'msgsnd',
  12: 'msgrcv',
};
const SOCKET_CALLS: Readonly<Record<number, string>> = {
  ...{ 3: 'connect', 5: 'accept', 9: 'sendto', 10: 'recvfrom', 11: 'sendto', 12: 'recvfrom' },
  ...{ 16: 'sendmsg', 17: 'recvmsg', 18: 'accept4', 19: 'recvmmsg', 20: 'sendmmsg' },
};
const WORD = 4;
/** Arguments of the calls on sockets that matter: a descriptor, an address and its length. */
const SOCKET_ARGUMENTS = 3;

/**
 * The call that stands for itself in ipc(2) or socketcall(2), with its arguments as it would have them; itself where it is none of these. Undefined where it cannot be told, or waits for nothing. `read`: memory of
 * the thread.
 */
export function unpacked(
  { name, arguments: given }: { name: string; arguments: readonly bigint[] },
  read: (address: bigint, length: number) => Buffer | undefined,
): { name: string; arguments: bigint[] } | undefined {
  const [which = 0n, first = 0n, second = 0n, third = 0n, pointer = 0n, fifth = 0n] = given;
  if (name === 'socketcall') {
    const call = SOCKET_CALLS[Number(which)];
    const memory = call === undefined ? undefined : read(first, SOCKET_ARGUMENTS * WORD);
    if (call === undefined || !memory) return undefined;
    return { name: call, arguments: [0, 1, 2].map((at) => BigInt(memory.readUInt32LE(at * WORD))) };
  }
  if (name !== 'ipc') return { name, arguments: [...given] };
  const call = IPC_CALLS[Number(which & 0xffffn)];
  switch (call) {
    case undefined:
      return undefined;
    case 'msgsnd':
      return { name: call, arguments: [first, pointer, second, third] };
    case 'msgrcv': {
      // Version 0 has the type behind the address of the message (struct ipc_kludge).
      if (which >> 16n !== 0n) return { name: call, arguments: [first, pointer, second, fifth, third] };
      const kludge = read(pointer, 2 * WORD);
      if (!kludge) return undefined;
      const [message, type] = [0, WORD].map((at) => BigInt(kludge.readUInt32LE(at)));
      return { name: call, arguments: [first, message ?? 0n, second, type ?? 0n, third] };
    }
    default:
      return { name: call, arguments: [first, pointer, second, fifth] };
  }
}

/** 2^32 in hexadecimal has more digits. */
const LOW = '0x'.length + 8;

/**
 * Whether a thread may be one of 32 bits, by its stack pointer as /proc/PID/syscall has it: theirs always are below 2^32, of 64 bits hardly one (MAP_32BIT of
 * mmap(2)).
 */
export function isLow(stackPointer: string): boolean {
  return stackPointer.length <= LOW;
}

/**
 * Whether a process runs a program of 32 bits: its auxiliary vector has entries of that size (fs/binfmt_elf.c), so that beside the first type stands its
 * value, not the type's upper half. Undefined where it may not be read. Its file is not opened, which may lie where nobody answers.
 */
export function isCompat(pid: number): boolean | undefined {
  const vector = readSmall(`/proc/${pid}/auxv`);
  return vector && vector.length >= 16 ? vector.readUInt32LE(4) !== 0 : undefined;
}
