/** Whose an object is, in a row. */
import type { IpcObject } from '../../protocol/kinds';
import type { Host } from '../../protocol/snapshot';
import { userText } from '../values';

/** The owner, where that is not the user. */
export function ownerPart(object: Pick<IpcObject, 'owner'>, host: Host): string[] {
  return isOthers(object, host) && object.owner ? [userText(object.owner)] : [];
}

/** Whether it is known to be another user's. */
export function isOthers({ owner }: Pick<IpcObject, 'owner'>, host: Host): boolean {
  return !!owner && owner.uid !== host.uid;
}
