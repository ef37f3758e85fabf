/** Every kind's mechanism; a forgotten one does not compile. */
import type { Kind } from '../../protocol/ref';
import type { Mechanism } from './mechanism';
import { fifo } from './fifo';
import { inet } from './inet';
import { mapping } from './mapping';
import { pipe } from './pipe';
import { posixMq } from './posixMq';
import { posixSem } from './posixSem';
import { posixShm } from './posixShm';
import { sysvMsg } from './sysvMsg';
import { sysvSem } from './sysvSem';
import { sysvShm } from './sysvShm';
import { unix } from './unix';

export const mechanisms: { readonly [K in Kind]: Mechanism<K> } = {
  'sysv.msg': sysvMsg,
  'sysv.sem': sysvSem,
  'sysv.shm': sysvShm,
  'posix.mq': posixMq,
  'posix.sem': posixSem,
  'posix.shm': posixShm,
  pipe,
  fifo,
  unix,
  inet,
  mapping,
};
