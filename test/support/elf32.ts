/** Programs of 32 bits, byte by byte: a machine that runs them need not have a compiler for them. */
import { writeFileSync } from 'node:fs';

const BASE = 0x08048000;
const HEADERS = 52 + 32;
/** Where a program has memory to itself, behind its code. */
export const MEMORY = BASE + 0x800;

/** Writes a static ELF program of i386 (elf(5)) that runs this code. */
export function writeProgram(path: string, code: readonly number[]): void {
  const file = Buffer.alloc(0x1000);
  file.write('\x7fELF\x01\x01\x01', 'latin1');
  // ET_EXEC, EM_386, EV_CURRENT, the entry, one program header behind this one.
  [2, 3].forEach((half, at) => file.writeUInt16LE(half, 16 + at * 2));
  [1, BASE + HEADERS, 52].forEach((word, at) => file.writeUInt32LE(word, 20 + at * 4));
  [52, 32, 1].forEach((half, at) => file.writeUInt16LE(half, 40 + at * 2));
  // PT_LOAD of all of it, to be read, written and run.
  const load = [1, 0, BASE, BASE, file.length, file.length, 7, 0x1000];
  load.forEach((word, at) => file.writeUInt32LE(word, 52 + at * 4));
  Buffer.from(code).copy(file, HEADERS);
  writeFileSync(path, file, { mode: 0o755 });
}

/** `mov eax, number` and the arguments into ebx, ecx, edx, esi, edi and ebp, and `int 0x80`. */
export function call(number: number, ...given: number[]): number[] {
  const into = [0xb8, 0xbb, 0xb9, 0xba, 0xbe, 0xbf, 0xbd];
  return [...[number, ...given].flatMap((value, at) => [into[at] ?? 0, ...word(value)]), 0xcd, 0x80];
}

/** `mov dword [address], value`. */
export function store(address: number, value: number): number[] {
  return [0xc7, 0x05, ...word(address), ...word(value)];
}

/** What the child of fork(2) does; the parent goes on behind it. */
export function inChild(code: readonly number[]): number[] {
  // test eax, eax; jnz over it
  return [...call(2), 0x85, 0xc0, 0x0f, 0x85, ...word(code.length), ...code];
}

function word(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value | 0);
  return [...bytes];
}
