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
  try {
    koffi ??= (await import('koffi')).default;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The native part does not load on this machine (${process.platform} ${process.arch}). Install the package that is made for it. (${why})`,
      { cause: error },
    );
  }
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

/** What a call gave that ran on a thread of its own. */
export interface Returned {
  result: number;
  /** Of that call; only meaningful where the result says that it failed. */
  errno: number;
}

/**
 * The same for a call that may block: it runs on the thread pool. Only for the small processes of waiting acts; the helper
 * itself never blocks, since a pool thread in a system call keeps the whole process from ending.
 */
export function lazyBlocking<A extends unknown[]>(prototype: string): (...args: A) => Promise<Returned> {
  type Later = (...args: [...A, (error: unknown, result: number) => void]) => void;
  let declared: { async: Later } | undefined;
  return (...args) =>
    new Promise((resolve, reject) => {
      declared ??= libc().func(prototype) as unknown as { async: Later };
      declared.async(...args, (error, result) => {
        // errno first: any other call replaces it.
        const errno = native().errno();
        if (error)
          reject(error instanceof Error ? error : new Error('the call did not run', { cause: error }));
        else resolve({ result, errno });
      });
    });
}
