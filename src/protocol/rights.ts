/**
 * What a user may do with an object, by its owner, creator and mode: ipcperms() of ipc/util.c for System V objects, generic_permission() of fs/namei.c for
 * what is a file. Pure.
 */
import type { Owner } from './facts';
import type { Host } from './snapshot';

export interface Access {
  read: boolean;
  write: boolean;
  /** Alter and destroy. */
  control: boolean;
}

/** Whose rights are asked about. */
export interface User {
  uid: number;
  groups: readonly number[];
  /** The effective capabilities as hexadecimal text (CapEff of proc(5)); absent: root has all, others none. */
  capabilities?: string | undefined;
}

/** Bits of a set of capabilities (include/uapi/linux/capability.h). */
const CAPABILITY = { dacOverride: 1, fowner: 3, ipcLock: 14, ipcOwner: 15, sysAdmin: 21 } as const;

/** What IPC_SET may change of it. */
export interface Alteration {
  uid?: number;
  gid?: number;
  mode?: number;
}

/** What says who may do what; the creator of a file is its owner. */
export interface Permissions {
  owner: Pick<Owner, 'uid' | 'gid'>;
  creator: Pick<Owner, 'uid' | 'gid'>;
  mode: number;
}

/** The user whose rights the helper has. */
export function userOf({ uid, groups = [], capabilities }: Host): User {
  return { uid, groups, capabilities };
}

/** Whether a user has a capability. Within a user namespace it may not count for what is of another; then the kernel says so. */
export function hasCapability({ uid, capabilities }: User, name: keyof typeof CAPABILITY): boolean {
  if (capabilities === undefined) return uid === 0;
  return ((BigInt(`0x${capabilities}`) >> BigInt(CAPABILITY[name])) & 1n) === 1n;
}

/** Of a System V object. The owner and the creator count alike, then their groups, then the rest. */
export function accessTo({ owner, creator, mode }: Permissions, user: User): Access {
  const { uid, groups } = user;
  const own = uid === owner.uid || uid === creator.uid;
  const inGroup = groups.includes(owner.gid) || groups.includes(creator.gid);
  const bits = mode >> (own ? 6 : inGroup ? 3 : 0);
  const any = hasCapability(user, 'ipcOwner');
  return {
    read: any || (bits & 4) !== 0,
    write: any || (bits & 2) !== 0,
    control: own || hasCapability(user, 'sysAdmin'),
  };
}

/** Of a file, by its mode alone: an access control list may say otherwise. `control`: change its mode, and take its name out of a sticky folder. */
export function fileAccessTo({ owner, mode }: Pick<Permissions, 'owner' | 'mode'>, user: User): Access {
  const { uid, groups } = user;
  const own = uid === owner.uid;
  const bits = mode >> (own ? 6 : groups.includes(owner.gid) ? 3 : 0);
  const any = hasCapability(user, 'dacOverride');
  return {
    read: any || (bits & 4) !== 0,
    write: any || (bits & 2) !== 0,
    control: own || hasCapability(user, 'fowner'),
  };
}

/** The object as it is after an IPC_SET. */
export function altered(object: Permissions, { uid, gid, mode }: Alteration): Permissions {
  const { owner, creator } = object;
  return {
    owner: { uid: uid ?? owner.uid, gid: gid ?? owner.gid },
    creator,
    mode: mode ?? object.mode,
  };
}

/**
 * Why something of a POSIX queue is not told: `notLooked`, since only a closer look asks for it; `owner`, whom its own mode shuts out; `mode`, which does not let others look.
 */
export function whyUntold(
  {
    owner,
    mode,
    messages,
  }: { owner?: Owner | undefined; mode?: number | undefined; messages?: number | undefined },
  user: User,
): 'notLooked' | 'owner' | 'mode' {
  if (owner === undefined || mode === undefined) return 'mode';
  const { read } = fileAccessTo({ owner, mode }, user);
  if (read && messages !== undefined) return 'notLooked';
  return owner.uid === user.uid ? 'owner' : 'mode';
}
