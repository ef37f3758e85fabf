/** Every kind's view; a forgotten one does not compile. */
import type { IpcObject } from '../../protocol/kinds';
import type { Kind } from '../../protocol/ref';
import type { KindView } from './kindView';
import { sysvMsg } from './sysvMsg';
import { sysvSem } from './sysvSem';
import { sysvShm } from './sysvShm';

export const kindViews: { readonly [K in Kind]: KindView<K> } = {
  'sysv.msg': sysvMsg,
  'sysv.sem': sysvSem,
  'sysv.shm': sysvShm,
};

/** The view of an object's kind, for callers that do not know the kind. */
export function viewOf<K extends Kind>(object: Extract<IpcObject, { kind: K }>): KindView<K> {
  return kindViews[object.kind];
}

/** The name by which messages speak of an object: `queue 0x00001234`. */
export function nameOf(object: IpcObject): string {
  const view = viewOf(object);
  return `${view.words.one} ${view.label(object)}`;
}
