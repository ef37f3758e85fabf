/**
 * What went wrong, as codes that cross every border between processes. The sentences are made
 * where they are shown, so that they can be translated.
 */
import * as v from 'valibot';

/** The JSON-RPC error code that carries a `Failure` in its data (within the range for applications). */
export const FAILURE = -31000;

export const failureSchema = v.object({
  /**
   * `errno`: a system call failed. `gone`: the object is not there any more (`detail.why`: `unseen`, or only processes have it that may not be
   * looked at). `replaced`: another object stands
   * in its place. `invalid`: parameters break their schema. `nothing`: no message matches. `unsupported`: this
   * kernel or machine cannot. `disturbs`: the kernel leaves
   * no way to look without a trace (`detail.why`: `unattached` or `denied`; of sockets as `socketPeek` says). `superseded`: a newer request took its place. `cancelled`: somebody asked to stop. `refused`: by `mayAct.ts` it must fail, so nothing was tried (`detail.why`: the sentence).
   * `helperEnded`: the helper went away with the request under way. `internal`: a defect of ours.
   */
  code: v.picklist([
    'errno',
    'gone',
    'replaced',
    'invalid',
    'nothing',
    'unsupported',
    'disturbs',
    'superseded',
    'cancelled',
    'refused',
    'helperEnded',
    'internal',
  ]),
  /** The name of the error number, as `EACCES`. */
  errno: v.optional(v.string()),
  /** The system call that gave it, as `msgsnd`. */
  call: v.optional(v.string()),
  /** Values for the sentence: sizes in bytes, names, positions. */
  detail: v.optional(v.record(v.string(), v.union([v.string(), v.number()]))),
  /** For the log, in English; never shown as the message itself. */
  text: v.optional(v.string()),
});
export type Failure = v.InferOutput<typeof failureSchema>;

/** A failure as a throwable. */
export class IpcFailure extends Error {
  override name = 'IpcFailure';
  constructor(readonly failure: Failure) {
    super([failure.code, failure.call, failure.errno, failure.text].filter(Boolean).join(' '));
  }
}

/** Anything thrown, as a failure; what we do not know is a defect of ours and says so. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof IpcFailure) return thrown.failure;
  return {
    code: 'internal',
    text: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  };
}
