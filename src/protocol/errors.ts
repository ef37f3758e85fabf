/**
 * What went wrong, as codes that cross every border between processes. The sentences are made
 * where they are shown, so that they can be translated.
 */
import * as v from 'valibot';
import { type SubjectKind, subjectKindSchema } from './ref';

/** The JSON-RPC error code that carries a `Failure` in its data (within the range for applications). */
export const FAILURE = -31000;

export const failureSchema = v.object({
  /**
   * `errno`: a call of the kernel or of libc failed. `gone`: the object is not there any more (`detail.why`: `unseen`, or only processes have it that may not be
   * looked at). `replaced`: another object stands
   * in its place. `invalid`: parameters break their schema. `nothing`: no message matches. `unsupported`: this
   * kernel or machine cannot. `disturbs`: the kernel leaves
   * no way to look without a trace (`detail.why`: `unattached` or `denied`; of sockets as `socketPeek` says). `outside`: there is no such range or number in it (`detail.offset`, `length`, `bytes`, or `number`,
   * `semaphores`). `mismatch`: another number of values than it has (`count`, `semaphores`). `tooMuch`: more than is read or written at once (`limit`). `lastDetach`: whoever
   * attaches it for a moment destroys it (kernel.shm_rmid_forced). `noPage`: a page of it cannot be had (`errno`). `unstored`: a copy, or a message that was taken, cannot be written to disk
   * (`errno`, `detail.path`, `what`). `noFile`: the file whose bytes were to be taken (`detail.why`, `path`). `noChild`: the process of its own that an act needs (`detail.why`: `tooMany`,
   * `silent`, `ended`). `unsettled`: it was begun, and what became of it is not known (`detail.why`: `silent`, it did not end in time; `moved`, something else came to lie there).
   * `superseded`: a newer request took its place. `cancelled`: somebody asked to stop. `refused`: by `mayAct.ts` it must fail, so nothing was tried (`detail.why`: the sentence).
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
    'outside',
    'mismatch',
    'tooMuch',
    'lastDetach',
    'noPage',
    'unstored',
    'noFile',
    'noChild',
    'unsettled',
    'superseded',
    'cancelled',
    'refused',
    'helperEnded',
    'internal',
  ]),
  /** What it is about: the helper says so of each act that fails. */
  subject: v.optional(subjectKindSchema),
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
  constructor(
    readonly failure: Failure,
    options?: { cause: unknown },
  ) {
    super([failure.code, failure.call, failure.errno, failure.text].filter(Boolean).join(' '), options);
  }
}

/** The same failure of a subject, if it does not say yet what it is about. What we do not know stays as it is. */
export function about(subject: SubjectKind, thrown: unknown): unknown {
  if (!(thrown instanceof IpcFailure) || thrown.failure.subject !== undefined) return thrown;
  return new IpcFailure({ ...thrown.failure, subject }, { cause: thrown });
}

/** Anything thrown, as a failure; what we do not know is a defect of ours and says so. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof IpcFailure) return thrown.failure;
  return {
    code: 'internal',
    text: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  };
}
