/**
 * May this act succeed? One pure check over what is known: the state of the object, the rights of the user, whether the window is trusted. Menus, palette, panels and
 * the acts themselves call it. What it lets through may still fail, since a mode does not tell all; what it refuses must fail, or is not wanted here.
 */
import { contracts, type IpcObject, type ObjectOf } from './kinds';
import { isRemovable } from './removable';
import { type Access, accessTo, fileAccessTo, hasCapability, type User } from './rights';

/** Whose rights, and whether its window may do more than look. */
export interface Actor extends User {
  /** Of the workspace (`workspace.isTrusted`): in Restricted Mode nothing is sent, altered or destroyed. */
  trusted: boolean;
  /** /dev/shm is a sticky folder. */
  stickyMemory?: boolean | undefined;
}

export const REFUSAL_STATES = [
  'unlinked',
  'elsewhere',
  'nameless',
  'notMemory',
  'locked',
  'unlocked',
  'unreachable',
  'nothingToRead',
  'deletedOrReplaced',
] as const;
export const REFUSAL_NEEDS = ['read', 'write', 'both', 'own', 'folder', 'sticky'] as const;

/** Why an act must fail. `own`: the right of its owner; `folder`, `sticky`: rights in the folder where its name stands. */
export type Refusal =
  | { why: 'restricted' }
  | { why: 'state'; state: (typeof REFUSAL_STATES)[number] }
  | {
      why: 'rights';
      needs: (typeof REFUSAL_NEEDS)[number];
      /** Whose it is, as the user calls them; absent where that is hidden. */
      owner?: string;
      mode?: number;
      /** It is the user's own: its mode shuts out its owner. */
      mine: boolean;
      /** It may be read: waiting for zero is possible. */
      mayRead?: boolean;
    };

/** Why `ability` must fail with this object, asked with `given`; undefined where it may succeed. */
export function refusalOf(
  object: IpcObject,
  ability: string,
  actor: Actor,
  given: Readonly<Record<string, unknown>> = {},
): Refusal | undefined {
  if (!actor.trusted && changes(object.kind, ability, given)) return { why: 'restricted' };
  const state = stateRefusal(object, ability);
  if (state) return { why: 'state', state };
  return rightsRefusal(object, ability, actor, given);
}

/** Why nothing can be made here; undefined where it can. */
export function makingRefusal({ trusted }: Pick<Actor, 'trusted'>): Refusal | undefined {
  return trusted ? undefined : { why: 'restricted' };
}

/** Whether an act sends, alters, takes or destroys. To look does not, and to end what one does oneself is always possible. */
function changes(
  kind: IpcObject['kind'],
  ability: string,
  given: Readonly<Record<string, unknown>>,
): boolean {
  switch (ability) {
    case 'inspect':
    case 'peek':
      return false;
    case 'read':
      // Of a FIFO it takes away; a segment that is attached shows it.
      return kind === 'fifo' || given.attach === true;
    default:
      return true;
  }
}

/** What about the object itself stands in the way, whoever asks. */
export function stateRefusal(
  object: IpcObject,
  ability: string,
): (typeof REFUSAL_STATES)[number] | undefined {
  const has = (flag: string) => object.flags.includes(flag);
  // Who waits for a file that nobody finds can be looked at, and no more.
  if (has('deletedOrReplaced') && ability !== 'inspect') return 'deletedOrReplaced';
  switch (ability) {
    case 'destroy':
      if (!('destroy' in contracts[object.kind].abilities)) return 'nameless';
      if (!isRemovable(object)) return has('unlinked') ? 'unlinked' : 'elsewhere';
      return object.kind === 'unix' && (object.file === undefined || object.name.is !== 'path')
        ? 'nameless'
        : undefined;
    case 'talk':
      return isReachable(object) ? undefined : 'unreachable';
    case 'peek':
      return (object.kind === 'unix' || object.kind === 'inet') && (has('listening') || object.inode === null)
        ? 'nothingToRead'
        : undefined;
    case 'write':
    case 'resize':
      return has('notMemory') ? 'notMemory' : undefined;
    case 'lock':
      return has('locked') ? 'locked' : undefined;
    case 'unlock':
      return has('locked') ? undefined : 'unlocked';
    default:
      return undefined;
  }
}

/** Whether others can connect to a socket, or send to it, by its name. */
function isReachable(object: IpcObject): boolean {
  if (object.kind === 'unix')
    return object.flags.includes('listening') || (object.type === 'dgram' && object.name.is !== 'unnamed');
  if (object.kind === 'inet')
    return object.flags.includes('listening') || (object.protocol === 'udp' && object.remote === null);
  return false;
}

type Needs = (typeof REFUSAL_NEEDS)[number];

function rightsRefusal(
  object: IpcObject,
  ability: string,
  user: Actor,
  given: Readonly<Record<string, unknown>>,
): Refusal | undefined {
  const held = accessOf(object, user);
  const kept =
    ability === 'destroy' && (object.kind === 'fifo' || object.kind === 'unix') ? object.kept : undefined;
  if (kept !== undefined) return rights(object, user, kept, held);
  const needs = needsOf(object, ability, given, user);
  if (!held || needs === undefined || grants(held, needs)) return undefined;
  return rights(object, user, needs, held);
}

function rights(object: IpcObject, { uid }: User, needs: Needs, held: Access | undefined): Refusal {
  const owner = ownerOf(object);
  return {
    ...{ why: 'rights', needs, mine: owner?.uid === uid },
    ...(owner && { owner: owner.user ?? `uid ${owner.uid}` }),
    ...(typeof object.mode === 'number' && { mode: object.mode }),
    ...(held && { mayRead: held.read }),
  };
}

function grants({ read, write, control }: Access, needs: Needs): boolean {
  switch (needs) {
    case 'read':
      return read;
    case 'write':
      return write;
    case 'both':
      return read && write;
    default:
      return control;
  }
}

/** What the kernel asks for: ipc/msg.c, ipc/sem.c, ipc/shm.c, ipc/mqueue.c and fs/namei.c. Undefined: its mode does not decide it. */
function needsOf(
  object: IpcObject,
  ability: string,
  given: Readonly<Record<string, unknown>>,
  actor: Actor,
): Needs | undefined {
  switch (`${object.kind} ${ability}`) {
    case 'sysv.msg peek':
    case 'sysv.msg take':
    case 'posix.mq take':
    case 'fifo read':
      return 'read';
    case 'sysv.shm read':
      return given.attach === true ? 'read' : undefined;
    case 'sysv.msg send':
    case 'posix.mq send':
    case 'sysv.sem hold':
    case 'sysv.sem set':
    case 'sysv.sem setAll':
    case 'fifo write':
    case 'unix talk':
      return 'write';
    case 'sysv.sem operate':
      // Not given yet: who may read may give one that only waits for zero.
      if (given.operations === undefined && accessOf(object, actor)?.read === true) return undefined;
      return onlyWaitsForZero(given.operations) ? 'read' : 'write';
    case 'sysv.shm write':
    case 'posix.mq drainAndRestore':
    case 'posix.sem post':
    case 'posix.sem tryWait':
    case 'posix.sem wait':
    case 'posix.shm write':
    case 'posix.shm resize':
      return 'both';
    // SHM_LOCK: also with CAP_IPC_LOCK.
    case 'sysv.shm lock':
    case 'sysv.shm unlock':
      return hasCapability(actor, 'ipcLock') ? undefined : 'own';
    case 'sysv.msg alter':
    case 'sysv.sem alter':
    case 'sysv.shm alter':
    case 'posix.mq alter':
    case 'sysv.msg destroy':
    case 'sysv.sem destroy':
    case 'sysv.shm destroy':
    case 'posix.mq destroy':
      // A queue's folder is sticky and of root (ipc/mqueue.c).
      return 'own';
    case 'posix.sem destroy':
    case 'posix.shm destroy':
      return actor.stickyMemory === true ? 'own' : undefined;
    default:
      return undefined;
  }
}

function onlyWaitsForZero(operations: unknown): boolean {
  return (
    Array.isArray(operations) &&
    operations.length > 0 &&
    (operations as { change?: unknown }[]).every(({ change }) => change === 0)
  );
}

/** What its owner and mode give; undefined where these are hidden, or do not decide. */
function accessOf(object: IpcObject, user: User): Access | undefined {
  if ('creator' in object) return accessTo(object, user);
  const owner = ownerOf(object);
  const { mode } = object;
  if (owner?.gid === undefined || typeof mode !== 'number') return undefined;
  return fileAccessTo({ owner: { uid: owner.uid, gid: owner.gid }, mode }, user);
}

/** Of a socket that is a file: the file's. */
function ownerOf(object: IpcObject): ObjectOf<'inet'>['owner'] {
  return object.kind === 'unix' ? object.fileOwner : (object.owner ?? undefined);
}
