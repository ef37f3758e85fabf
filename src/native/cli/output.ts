/** What the command line prints, handed over whole: an exit before that cuts a pipe that is read slowly. */

/** The reader has left. */
export class BrokenPipe extends Error {}

/** Resolves when the kernel has taken all of it. Rejects with BrokenPipe where nobody reads any more. */
export function print(text: string, stream: NodeJS.WriteStream = process.stdout): Promise<void> {
  return new Promise((resolve, reject) => {
    // Stays after a failure: the stream tells it twice, and nobody listening would end us with a stack trace.
    const failed = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EPIPE' ? new BrokenPipe() : error);
    stream.once('error', failed);
    stream.write(text, (error) => {
      if (error) {
        failed(error);
        return;
      }
      stream.off('error', failed);
      resolve();
    });
  });
}

/** One value as JSON in one line. */
export function printJson(value: unknown): Promise<void> {
  return print(`${JSON.stringify(value)}\n`);
}

/** Says what went wrong, or what could not be seen. Where nobody reads it, there is nobody to tell. */
export async function complain(text: string): Promise<void> {
  await print(`${text}\n`, process.stderr).catch(() => undefined);
}
