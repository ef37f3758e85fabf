/**
 * Locks of glibc that processes share, told by the words around the one that threads sleep on (sysdeps/nptl/bits: struct_mutex.h, struct_rwlock.h, thread-shared-types.h;
 * nptl/internaltypes.h), the same on x86_64 and aarch64: bytes in, record out. Words are easily taken for others': a condition that stands before a semaphore looks like a mutex, a barrier like a
 * semaphore. So a place is told only where its alignment, its own words and what must be so while somebody sleeps on it all fit, and those of no other lock do.
 */

/** What lies around a word: `at` is where it stands in `bytes`, `address` where in the memory of its process, whose alignment counts. */
export interface Around {
  bytes: Buffer;
  at: number;
  address: bigint;
  /** Threads seen asleep on it. */
  sleepers: number;
}

/** What a lock says of itself. `owner`: the thread that holds it, or writes; 0 where nobody does, absent where it does not say. `readers`: of a rwlock that is held to read. */
export interface LockWords {
  what: 'mutex' | 'semaphore' | 'condition' | 'barrier' | 'rwlock';
  owner?: number;
  readers?: number;
}

/** Bytes that are looked at before and behind the word. */
export const BEFORE = 48;
export const BEHIND = 56;

/** LLL_SHARED and PTHREAD_MUTEX_PSHARED_BIT */
const SHARED = 0x80;
/** Kinds of mutex beside that: type, robust, priority inheritance, and elision. */
const ROBUST = 0x10;
const INHERITS = 0x20;
const KINDS = 0x3 | ROBUST | INHERITS | SHARED | 0x300;
/** FUTEX_TID_MASK and FUTEX_WAITERS (linux/futex.h): robust and inheriting ones hold the owner in the lock word itself. */
const TID = 0x3fffffff;
const WAITERS = 0x80000000;
/** All of them are aligned as a long is. */
const ALIGNED = 8n;

/** Reads the word as each of them; undefined where none fits, or more than one. */
export function parseLock(around: Around): LockWords | undefined {
  const found = READINGS.flatMap(([offset, read]) => read(new Words(around, offset), around.sleepers) ?? []);
  const [first, ...others] = found;
  return first && others.every(({ what }) => what === first.what) ? first : undefined;
}

/** The words of something that begins so many bytes before the word that is slept on. */
class Words {
  readonly isAligned: boolean;
  private readonly start: number;
  private readonly bytes: Buffer;

  constructor({ bytes, at, address }: Around, offset: number) {
    this.start = at - offset;
    this.bytes = bytes;
    this.isAligned = (address - BigInt(offset)) % ALIGNED === 0n;
  }

  /** Unsigned 32 bits; NaN, which fits nothing, where nobody could read so far. */
  word(at: number): number {
    const place = this.start + at;
    return place < 0 || place + 4 > this.bytes.length ? NaN : this.bytes.readUInt32LE(place);
  }

  /** A number that is never negative. */
  count(at: number): number {
    const value = this.word(at);
    return value <= 0x7fffffff ? value : NaN;
  }

  isZero(from: number, to: number): boolean {
    for (let at = from; at < to; at += 4) if (this.word(at) !== 0) return false;
    return true;
  }
}

type Reading = (words: Words, sleepers: number) => LockWords | undefined;

/** Each with where in it threads sleep. */
const READINGS: readonly (readonly [offset: number, read: Reading])[] = [
  [0, mutex],
  [0, semaphore],
  [4, barrier],
  // Readers, the phase, and the next writer.
  [0, rwlock],
  [8, rwlock],
  [12, rwlock],
  // Both groups of a condition, up to glibc 2.40 and after it.
  [40, condition],
  [44, condition],
  [32, newCondition],
  [36, newCondition],
];

function mutex(words: Words): LockWords | undefined {
  const [lock, owner, kind] = [words.word(0), words.count(8), words.word(16)];
  if (!words.isAligned || (kind & SHARED) === 0 || (kind & ~KINDS) !== 0) return undefined;
  if (!(owner >= 0) || !(words.count(4) >= 0) || !(words.count(12) >= 0)) return undefined;
  if (Number.isNaN(lock)) return undefined;
  if (kind & (ROBUST | INHERITS)) {
    // While somebody sleeps on it, it says so.
    if ((lock & WAITERS) === 0) return undefined;
    return { what: 'mutex', owner: lock & TID };
  }
  // 2: held, and somebody sleeps; by one who has used it, and in no list of robust ones.
  if (lock !== 2 || owner === 0 || words.count(12) === 0 || !words.isZero(24, 40)) return undefined;
  return { what: 'mutex', owner };
}

function semaphore(words: Words, sleepers: number): LockWords | undefined {
  const fits =
    words.isAligned &&
    words.count(0) >= 0 &&
    words.count(4) >= sleepers &&
    words.word(8) === SHARED &&
    words.isZero(12, 32);
  return fits ? { what: 'semaphore' } : undefined;
}

function barrier(words: Words, sleepers: number): LockWords | undefined {
  const [arrived, round, count, left] = [words.word(0), words.word(4), words.count(8), words.word(16)];
  const waiting = arrived - round;
  const fits =
    words.isAligned &&
    words.word(12) === SHARED &&
    // Who comes last lets the others go, so fewer than all of them sleep.
    waiting >= sleepers &&
    waiting < count &&
    left <= arrived;
  return fits ? { what: 'barrier' } : undefined;
}

/** Bits of its first word (pthread_rwlock_common.c): the phase of writing, a writer that holds it, readers that wait; the rest counts readers. */
const WRITING = 1;
const HELD = 2;
const READERS_FROM = 3;

function rwlock(words: Words): LockWords | undefined {
  const [state, phase, next, writer] = [words.word(0), words.word(8), words.word(12), words.count(24)];
  const fits =
    words.isAligned &&
    words.word(28) === 1 &&
    // PTHREAD_RWLOCK_PREFER_*: who goes first.
    words.word(48) <= 2 &&
    words.isZero(16, 24) &&
    words.isZero(32, 48) &&
    phase <= 3 &&
    next <= 3 &&
    words.count(4) >= 0 &&
    // Nobody waits for what nobody has, or nobody is about to have.
    state > 0;
  if (!fits || Number.isNaN(writer)) return undefined;
  const held = (state & WRITING) !== 0 && (state & HELD) !== 0;
  if (held) return { what: 'rwlock', owner: writer };
  const readers = (state & WRITING) === 0 ? state >>> READERS_FROM : 0;
  return { what: 'rwlock', ...(readers > 0 && { readers }) };
}

/** PTHREAD_COND_SHARED_MASK, and where the count of waiters begins in __wrefs. */
const COND_SHARED = 1;
const COND_WAITERS_FROM = 3;

/** Where the references stand, behind what both layouts begin with: two counters of 64 bits, of which the second never passes the first. */
function condition(words: Words, sleepers: number): LockWords | undefined {
  return isCondition(words, { groups: [16, 20], sizes: [24, 28], references: 36 }, sleepers)
    ? { what: 'condition' }
    : undefined;
}

/** Without references of each group, and with two words at the end that stay as they were made. */
function newCondition(words: Words, sleepers: number): LockWords | undefined {
  return isCondition(words, { groups: [], sizes: [16, 20], references: 28 }, sleepers) && words.isZero(40, 48)
    ? { what: 'condition' }
    : undefined;
}

function isCondition(
  words: Words,
  { groups, sizes, references }: { groups: number[]; sizes: number[]; references: number },
  sleepers: number,
): boolean {
  const counters = [words.word(0) + words.word(4) * 2 ** 32, words.word(8) + words.word(12) * 2 ** 32];
  const [sequence = NaN, first = NaN] = counters;
  const refs = words.word(references);
  const waiters = refs >>> COND_WAITERS_FROM;
  return (
    words.isAligned &&
    (refs & COND_SHARED) !== 0 &&
    waiters >= sleepers &&
    // Its lowest bit says which group is the second; each waiter counts two.
    Math.floor(sequence / 2) >= Math.max(sleepers, Math.floor(first / 2)) &&
    sizes.every((at) => words.count(at) <= waiters * 2) &&
    (groups.length === 0 || groups.reduce((sum, at) => sum + (words.word(at) >>> 1), 0) >= sleepers)
  );
}
