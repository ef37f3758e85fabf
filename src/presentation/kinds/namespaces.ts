/** Names that may be given twice: once in each namespace of a sort. What lives in another than ours says which. */
import type { IpcObject } from '../../protocol/kinds';
import { t } from '../translate';

/** In which namespace an object lives, if it is another than ours; undefined where it is ours, or nobody knows. */
export function namespaceText(object: IpcObject): string | undefined {
  const has = (flag: string) => (object.flags as readonly string[]).includes(flag);
  if (has('otherNetwork') && 'network' in object && object.network !== undefined)
    return t('network namespace {0}', object.network);
  return has('elsewhere') ? t('another mount namespace') : undefined;
}

/** A name, and where in the machine it is meant. */
export function withNamespace(name: string, object: IpcObject): string {
  const where = namespaceText(object);
  return where === undefined ? name : t('{0} ({1})', name, where);
}
