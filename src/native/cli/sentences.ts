/** Failures as sentences for a terminal: what happened, why, what to do. Codes come in, and text of no other program. */
import { type Failure, IpcFailure } from '../../protocol/errors';
import { absenceOfObjects, hiddenHolders, isFoundThroughProcesses } from '../../presentation/absence';
import { why as saidOf } from '../../presentation/failures';
import { leftOutTexts } from '../../presentation/leftOut';
import { type Kind, KINDS } from '../../protocol/ref';
import type { Blind } from '../../protocol/snapshot';
import { counted } from './words';

/** Something that cannot be done, said in a sentence already. */
export class Refusal extends Error {}

/** Runs what may fail; a failure becomes its sentence. `attempt`: what is tried, as `peek at sysv.msg:4026531839:3`. Throws Refusal. */
export async function attempt<T>(attempt: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof IpcFailure) throw new Refusal(sentence(attempt, error.failure));
    throw error;
  }
}

function sentence(attempt: string, failure: Failure): string {
  return `Could not ${attempt}: ${why(failure)}`;
}

function why(failure: Failure): string {
  switch (failure.code) {
    case 'errno':
      return errnoWhy(failure);
    case 'gone':
      return failure.detail?.why === 'namespace'
        ? 'it belongs to another IPC namespace than this one.'
        : failure.detail?.why === 'unseen'
          ? 'it was not found. It is gone, or only processes have it that may not be looked at.'
          : 'there is no such object; `list` shows those that there are.';
    case 'replaced':
      return 'another object stands in its place now. Nothing was done.';
    case 'nothing':
      return 'no such message is queued.';
    case 'unsupported':
      return failure.detail?.why === 'remote'
        ? 'its path leads through a file system with a server (network or FUSE), which may never answer. Nothing was done.'
        : 'this machine cannot do that.';
    case 'disturbs':
      return disturbsWhy(failure.detail?.why);
    case 'invalid':
      return `the request made no sense (${Object.values(failure.detail ?? {}).join(' ') || failure.text}).`;
    case 'refused':
      return String(failure.detail?.why ?? '');
    case 'superseded':
    case 'cancelled':
      return 'it was cancelled.';
    case 'helperEnded':
      return 'a process of ours ended before it answered, so whether it was done is not known.';
    case 'lastDetach':
      return 'nobody has it attached, and this machine removes a segment when the last process detaches (kernel.shm_rmid_forced).';
    case 'outside':
    case 'mismatch':
    case 'tooMuch':
    case 'noPage':
    case 'unstored':
    case 'noFile':
    case 'noChild':
      return saidOf(failure);
    case 'internal':
      return `something went wrong inside IPC Inspector. ${failure.text}`;
  }
}

/** Why a socket may not be looked into. */
const SOCKET: Readonly<Record<string, string>> = {
  pendingError: 'an error waits in it for its owner, and a look would take that error away.',
  peekOffset: 'its owner keeps a place from which it looks itself (SO_PEEK_OFF), and a look would move that.',
  noHolder: 'no process that can be seen has it open, so there is no way to look into it.',
  listening: 'it listens: connections wait in it, and no data.',
  noReader: 'nobody has it open for reading, and a look would make you its reader.',
  noReaderSeen:
    'nobody was seen with it open for reading, which is no proof: a process that may not be looked at may read it. A look would make you its reader.',
};

function disturbsWhy(reason: unknown): string {
  const socket = SOCKET[String(reason)];
  if (socket !== undefined) return socket;
  const cause =
    reason === 'unattached'
      ? 'no process has it attached, so the kernel leaves no way to read it without a trace'
      : 'the kernel does not let you look through the processes that have it attached, which root may';
  return `${cause}. "Attach and Look" in its panel would show it; then you become its last pid.`;
}

const READ = 'its mode does not let you read it. Ask its owner, or run as a user who may.';
/** What the calls behind looking can give (msgop(2), msgctl(2), semctl(2), shmctl(2), shmop(2)). */
const ERRNO: Readonly<Record<string, string>> = {
  'msgrcv EACCES': READ,
  'semctl EACCES': READ,
  'shmctl EACCES': READ,
  'shmat EACCES': READ,
  'msgrcv EINVAL':
    'a message in it is longer than this machine allows at present (kernel.msgmax). Raise that limit and try again.',
  'msgrcv E2BIG':
    'a message in it is longer than this machine allows at present (kernel.msgmax). Raise that limit and try again.',
  'msgrcv ENOSYS': 'this kernel does not copy messages (MSG_COPY needs CONFIG_CHECKPOINT_RESTORE).',
};

function errnoWhy({ call = '', errno = '' }: Failure): string {
  const known = ERRNO[`${call} ${errno}`];
  if (known !== undefined) return known;
  if (errno === 'ENOSYS') return `this kernel has no System V IPC (${call} is missing).`;
  if (errno === 'ENOMEM') return 'the kernel has no memory left for it.';
  return `the kernel refused (${call} gave ${errno}).`;
}

const BLIND: Record<Blind['code'], string> = {
  notLooked: 'this version does not look there',
  denied: 'the kernel refuses',
  yama: 'the kernel refuses (kernel.yama.ptrace_scope)',
  hidepid: '/proc was mounted with hidepid',
  pidNamespace: 'they are outside this pid namespace',
  unsettled: 'it changed while it was looked at',
  noSysvipc: 'this kernel has no System V IPC, or /proc was mounted with subset=pid',
  cut: 'there is more than is looked at',
  remote: 'it lies on a network or FUSE file system, which may never answer',
  notMounted:
    'the file system that lists them is not mounted, so those that no process which you may look at has open are missing',
  noSockDiag: 'this kernel has no sock_diag, so less is told of sockets',
  otherNetwork: 'it lives in other network namespaces',
  otherTraffic: 'its traffic leaves this host',
  otherIpcNamespace: 'it belongs to another IPC namespace',
  notShown: 'it is no object of any kind',
  inFlight: 'it is on its way',
  failed: 'reading failed',
};

/** Whether a whole kind is missing, not one fact or one object. */
export function isWhole({ ref, field }: Blind): boolean {
  return ref === undefined && field === undefined;
}

/** What could not be looked at, and why. */
export function blindSentence({ kind, ref, field, code, count }: Blind): string {
  const why = BLIND[code];
  if (field === 'endpoints' && count !== undefined)
    return `Not seen: whether ${count === 1 ? '1 more process holds it or waits on it' : `${count} more processes hold it or wait on it`}: ${why}.`;
  return `Not seen: ${[ref ?? kind ?? 'a part', field].filter((part) => part !== undefined).join(' ')}: ${why}.`;
}

/** Kinds whose lines say who has the object, as far as it was seen. */
const WITH_HOLDERS: readonly Kind[] = KINDS.filter((kind) => !kind.startsWith('sysv.'));
/** Kinds whose lines say who waits by what processes show, not by a count of the kernel's. */
const WITH_WAITS: readonly Kind[] = ['pipe', 'fifo'];

/** What the lines of a list lack since processes could not be looked at: one sentence for all kinds that lack the same. */
export function hiddenSentences(blind: readonly Blind[], kinds: readonly Kind[]): string[] {
  const lacking = new Map<string, { one: Blind; of: Kind[] }>();
  for (const one of blind) {
    const { kind, ref, field, code, count } = one;
    const told = field === 'endpoints' ? WITH_HOLDERS : field === 'waits' ? WITH_WAITS : [];
    if (ref !== undefined || kind === undefined || count === 0) continue;
    if (!told.includes(kind) || !kinds.includes(kind)) continue;
    const key = [field, code, count].join();
    lacking.set(key, { one, of: [...(lacking.get(key)?.of ?? []), kind] });
  }
  return [...lacking.values()].map(({ one, of }) => `Not seen: ${whatText(one)} ${lackText(one, of)}`);
}

function whatText({ field, code, count }: Blind): string {
  const waits = field === 'waits';
  const verb = count === 1 ? (waits ? 'waits for' : 'has') : waits ? 'wait for' : 'have';
  if (code === 'pidNamespace') return `what processes outside this pid namespace ${verb}.`;
  const who = count === undefined ? 'processes of other users' : counted(count, 'process', 'processes');
  return `what ${who} ${verb}: ${BLIND[code]}.`;
}

function lackText({ field }: Blind, kinds: readonly Kind[]): string {
  if (field === 'waits') return 'More may wait than is listed.';
  const some = kinds.filter(isFoundThroughProcesses);
  const last = some.length > 1 ? ` and ${some.pop()}` : '';
  const names = `${some.join(', ')}${last}`;
  if (names === '') return 'More may have what is listed.';
  return `There may be more of ${names} than is listed, and more who have them.`;
}

/** What was found of these kinds and stands in no line, and what of the whole machine. */
export function leftOutSentences(blind: readonly Blind[], kinds: readonly Kind[]): string[] {
  const texts = [...kinds, undefined].flatMap((kind) => leftOutTexts(blind, kind));
  return texts.map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}

/** Why an object of a kind may be there all the same, though it was not found; undefined where it is proved that there is none. */
export function notFound(blind: readonly Blind[], kind: Kind): Refusal | undefined {
  const missing = blind.find((one) => one.kind === kind && isWhole(one));
  if (missing) return new Refusal(blindSentence(missing));
  if (absenceOfObjects(blind, kind) === 'proved') return undefined;
  const hidden = hiddenHolders(blind, kind);
  const who =
    hidden === 'unknown'
      ? 'processes that cannot be seen from here have'
      : `${counted(hidden, 'process', 'processes')} that may not be looked at ${hidden === 1 ? 'has' : 'have'}`;
  return new Refusal(
    hidden === 0
      ? 'It was not found, which is no proof that there is none: not everything could be looked at.'
      : `It was not found: it is gone, or only ${who} it.`,
  );
}
