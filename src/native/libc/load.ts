/**
 * The one door to libc. Only the files of this folder import koffi, and nothing here ever makes an external
 * buffer of native memory: Electron forbids it.
 */
import type koffiModule from 'koffi';

type Koffi = typeof koffiModule;

let koffi: Koffi | undefined;
let library: ReturnType<Koffi['load']> | undefined;

/** Loads the native part. Throws where its binary is missing or was made for another machine: so not at the start of the program. */
export async function prepare(): Promise<void> {
  koffi ??= (await import('koffi')).default;
}

/** The native part. Throws before `prepare`. */
export function native(): Koffi {
  if (!koffi) throw new Error('the native part is not loaded yet');
  return koffi;
}

/** libc of this process. musl calls itself by any libc name; glibc answers to `null` and to `libc.so.6`. */
function libc(): ReturnType<Koffi['load']> {
  if (library) return library;
  try {
    library = native().load(null);
  } catch {
    library = native().load('libc.so.6');
  }
  return library;
}

/** Declares a function on its first call, so that a missing symbol fails the act that needs it and no other. */
export function lazy<A extends unknown[], R>(prototype: string): (...args: A) => R {
  let declared: ((...args: A) => R) | undefined;
  return (...args) => {
    declared ??= libc().func(prototype) as unknown as (...args: A) => R;
    return declared(...args);
  };
}
