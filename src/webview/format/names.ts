/** What things are called: objects, owners, modes. */
import type { Owner } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import { visible } from '../bytes/visible';
import { t } from '../strings';

/** `0x00001234` */
export function keyText(key: number): string {
  return `0x${key.toString(16).padStart(8, '0')}`;
}

/** How an object is found: `0x00001234`, or `private #3`. */
export function objectName(object: IpcObject): string {
  return object.key === 0 ? t('private #{0}', object.id) : keyText(object.key);
}

/** The user's name, or the number where the machine knows no name. */
export function userName(owner: Owner): string {
  return owner.user === undefined ? String(owner.uid) : visible(owner.user);
}

/** `dev (1000), group dev (1000)` */
export function ownerText(owner: Owner): string {
  const user = owner.user === undefined ? String(owner.uid) : `${visible(owner.user)} (${owner.uid})`;
  const group = owner.group === undefined ? String(owner.gid) : `${visible(owner.group)} (${owner.gid})`;
  return t('{0}, group {1}', user, group);
}

/** `rw-r-----` */
export function modeText(mode: number): string {
  return 'rwxrwxrwx'.replace(/./g, (letter, bit: number) => (mode & (0o400 >> bit) ? letter : '-'));
}

/** `0640` */
export function modeNumber(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
