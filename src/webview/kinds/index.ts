/** What each kind shows in the frame. The table is exhaustive: a forgotten kind does not compile. */
import type { Kind } from '../../protocol/ref';
import type { KindPanel } from './plug';
import { mappingPanel, shmPanel } from './memory';
import { mqPanel } from './mqueue';
import { queuePanel } from './queue';
import { segmentPanel } from './segment';
import { semaphorePanel } from './semaphore';
import { setPanel } from './set';
import { inetPanel, unixPanel } from './socket';
import { fifoPanel, pipePanel } from './stream';

export const kindPanels: { readonly [K in Kind]: KindPanel<K> } = {
  'sysv.msg': queuePanel,
  'sysv.sem': setPanel,
  'sysv.shm': segmentPanel,
  'posix.mq': mqPanel,
  'posix.sem': semaphorePanel,
  'posix.shm': shmPanel,
  pipe: pipePanel,
  fifo: fifoPanel,
  unix: unixPanel,
  inet: inetPanel,
  mapping: mappingPanel,
};

/** The plug of an object's kind, for a frame that does not care which it is, and hands it objects of that kind only. */
export function kindPanel(kind: Kind): KindPanel<Kind> {
  return kindPanels[kind] as KindPanel<Kind>;
}
