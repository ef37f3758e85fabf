/** What things are called: objects and owners. */
import type { Owner } from '../../protocol/facts';
import type { ObjectOf } from '../../protocol/kinds';
import type { SysvKind } from '../../protocol/ref';
import { hexKey } from '../../presentation/text';
import { shownName } from '../bytes/visible';
import { t } from '../strings';

/** How a System V object is found: `0x00001234`, or `private #3`. */
export function sysvName(object: ObjectOf<SysvKind>): string {
  return object.key === 0 ? t('private #{0}', object.id) : hexKey(object.key);
}

/** The user's name, or the number where the machine knows no name. */
export function userName(owner: Pick<Owner, 'uid' | 'user'>): string {
  return owner.user === undefined ? String(owner.uid) : shownName(owner.user);
}

/** `dev (1000), group dev (1000)`; the user alone where no group is known. */
export function ownerText(owner: Omit<Owner, 'gid'> & { gid?: number | undefined }): string {
  const user = owner.user === undefined ? String(owner.uid) : `${shownName(owner.user)} (${owner.uid})`;
  if (owner.gid === undefined) return user;
  const group = owner.group === undefined ? String(owner.gid) : `${shownName(owner.group)} (${owner.gid})`;
  return t('{0}, group {1}', user, group);
}
