/**
 * The one door to libc. Only the files of this folder import koffi, and nothing here ever makes an external
 * buffer of native memory: Electron forbids it.
 */
import koffi from 'koffi';

let library: ReturnType<typeof koffi.load> | undefined;

/** libc of this process. musl calls itself by any libc name; glibc answers to `null` and to `libc.so.6`. */
export function libc(): ReturnType<typeof koffi.load> {
  if (library) return library;
  try {
    library = koffi.load(null);
  } catch {
    library = koffi.load('libc.so.6');
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
