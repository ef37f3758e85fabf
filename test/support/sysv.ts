/** System V objects for tests, made by plain calls of libc, and removed whatever happens. */
import koffi from 'koffi';

const libc = koffi.load(null);
const IPC_PRIVATE = 0;
const IPC_CREAT = 0o1000;
const IPC_EXCL = 0o2000;
const IPC_RMID = 0;
const IPC_NOWAIT = 0o4000;
type Fn = (...args: unknown[]) => number;
const msgget = libc.func('int msgget(int, int)') as unknown as Fn;
const msgctl = libc.func('int msgctl(int, int, void *)') as unknown as Fn;
const msgsnd = libc.func('int msgsnd(int, const void *, size_t, int)') as unknown as Fn;
const msgrcv = libc.func('long msgrcv(int, void *, size_t, long, int)') as unknown as Fn;
const semget = libc.func('int semget(int, int, int)') as unknown as Fn;
const semctl = libc.func('semctl', 'int', ['int', 'int', 'int', 'void *']) as unknown as Fn;
const semop = libc.func('int semop(int, void *, size_t)') as unknown as Fn;
const ftok = libc.func('int ftok(const char *, int)') as unknown as Fn;
const shmget = libc.func('int shmget(int, size_t, int)') as unknown as Fn;
const shmctl = libc.func('int shmctl(int, int, void *)') as unknown as Fn;
const shmat = libc.func('void *shmat(int, const void *, int)') as unknown as (...args: unknown[]) => bigint;
const memcpy = libc.func('void *memcpy(void *, const void *, size_t)') as unknown as Fn;
const shmdt = libc.func('int shmdt(void *)') as unknown as Fn;

function checked(call: string, result: number): number {
  if (result < 0) throw new Error(`${call}: errno ${koffi.errno()}`);
  return result;
}

/** What a test made; `clean` removes what is left of it. */
export class Made {
  private readonly undo: (() => void)[] = [];

  queue(key = IPC_PRIVATE, mode = 0o600): number {
    const id = checked('msgget', msgget(key | 0, IPC_CREAT | (key === 0 ? 0 : IPC_EXCL) | mode));
    this.undo.push(() => msgctl(id, IPC_RMID, null));
    return id;
  }

  set(semaphores: number, mode = 0o600): number {
    const id = checked('semget', semget(IPC_PRIVATE, semaphores, IPC_CREAT | mode));
    this.undo.push(() => semctl(id, 0, IPC_RMID, null));
    return id;
  }

  segment(bytes: number, mode = 0o600, key = IPC_PRIVATE): number {
    const id = checked('shmget', shmget(key | 0, bytes, IPC_CREAT | (key === 0 ? 0 : IPC_EXCL) | mode));
    this.undo.push(() => shmctl(id, IPC_RMID, null));
    return id;
  }

  /** Removes a queue that somebody else made. */
  removeQueue(id: number): void {
    msgctl(id, IPC_RMID, null);
  }

  /** Removes a set that somebody else made; one that is gone is passed over. */
  removeSet(id: number): void {
    semctl(id, 0, IPC_RMID, null);
  }

  /** Removes a segment that somebody else made. */
  removeSegment(id: number): void {
    shmctl(id, IPC_RMID, null);
  }

  /** The key that libc makes of a file. */
  ftok(path: string, project: number): number {
    return ftok(path, project) >>> 0;
  }

  /** Notes something else to be undone. */
  later(undo: () => void): void {
    this.undo.push(undo);
  }

  clean(): void {
    for (const undo of this.undo.splice(0).reverse()) undo();
  }
}

export function send(id: number, type: bigint | number, content: Uint8Array | string): void {
  const data = Buffer.from(content);
  const buffer = Buffer.alloc(8 + data.length);
  buffer.writeBigInt64LE(BigInt(type));
  data.copy(buffer, 8);
  checked('msgsnd', msgsnd(id, buffer, data.length, IPC_NOWAIT));
}

/** The oldest message, or the oldest of a type; undefined where none matches. */
export function receive(
  id: number,
  type: bigint | number = 0,
): { type: bigint; content: Buffer } | undefined {
  const buffer = Buffer.alloc(8 + 65_536);
  const length = msgrcv(id, buffer, 65_536, BigInt(type), IPC_NOWAIT);
  if (length < 0) return undefined;
  return { type: buffer.readBigInt64LE(), content: Buffer.from(buffer.subarray(8, 8 + length)) };
}

export function removeQueue(id: number): void {
  checked('msgctl', msgctl(id, IPC_RMID, null));
}

export function removeSet(id: number): void {
  checked('semctl', semctl(id, 0, IPC_RMID, null));
}

/** GETALL */
export function valuesOf(id: number, semaphores: number): number[] {
  const values = Buffer.alloc(semaphores * 2);
  checked('semctl', semctl(id, 0, 13, values));
  return Array.from({ length: semaphores }, (_, at) => values.readUInt16LE(at * 2));
}

/** GETNCNT and GETZCNT */
export function waitersOf(id: number, semaphore: number): { increase: number; zero: number } {
  return {
    increase: checked('semctl', semctl(id, semaphore, 14, null)),
    zero: checked('semctl', semctl(id, semaphore, 15, null)),
  };
}

export function operate(id: number, semaphore: number, change: number): void {
  const op = Buffer.alloc(6);
  op.writeUInt16LE(semaphore, 0);
  op.writeInt16LE(change, 2);
  checked('semop', semop(id, op, 1));
}

/** Attaches a segment to this process, and answers how to detach it. */
export function attach(id: number): () => void {
  const address = checkedAddress(shmat(id, null, 0));
  return () => void shmdt(address);
}

/** Bytes of a segment, by attaching it for a moment. */
export function readSegment(id: number, offset: number, length: number): Buffer {
  const into = Buffer.alloc(length);
  const address = checkedAddress(shmat(id, null, 0));
  memcpy(into, address + BigInt(offset), length);
  shmdt(address);
  return into;
}

/** Writes into a segment, by attaching it for a moment. */
export function writeSegment(id: number, offset: number, content: string): void {
  const data = Buffer.from(content);
  const address = checkedAddress(shmat(id, null, 0));
  memcpy(address + BigInt(offset), data, data.length);
  shmdt(address);
}

function checkedAddress(address: bigint): bigint {
  if (address === 0xffffffffffffffffn) throw new Error(`shmat: errno ${koffi.errno()}`);
  return address;
}

/** A key that nobody else uses, most likely. */
export function freeKey(): number {
  return (Math.floor(Math.random() * 0x7ffffff0) + 1) >>> 0;
}
