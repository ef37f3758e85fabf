/** What a user may do with an object, by its owner, creator and mode (ipcperms() in ipc/util.c); the creator of a file is its owner. */
import type { ObjectOf } from '../protocol/kinds';
import type { SysvKind } from '../protocol/ref';

export interface Access {
  read: boolean;
  write: boolean;
  /** Alter and destroy. */
  control: boolean;
}

interface User {
  uid: number;
  groups: readonly number[];
}

/** What IPC_SET may change of it. */
export interface Alteration {
  uid?: number;
  gid?: number;
  mode?: number;
}

export type Permissions = Pick<ObjectOf<SysvKind>, 'owner' | 'creator' | 'mode'>;

/** Root may do everything. The owner and the creator count alike, then their groups, then the rest. */
export function accessTo({ owner, creator, mode }: Permissions, { uid, groups }: User): Access {
  if (uid === 0) return { read: true, write: true, control: true };
  const control = uid === owner.uid || uid === creator.uid;
  const inGroup = groups.includes(owner.gid) || groups.includes(creator.gid);
  const bits = mode >> (control ? 6 : inGroup ? 3 : 0);
  return { read: (bits & 4) !== 0, write: (bits & 2) !== 0, control };
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
