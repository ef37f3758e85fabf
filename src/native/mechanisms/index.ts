/** Every kind's mechanism; a forgotten one does not compile. */
import type { Kind } from '../../protocol/ref';
import type { Mechanism } from './mechanism';
import { fifo } from './fifo';
import { inet } from './inet';
import { pipe } from './pipe';
import { sysvMsg } from './sysvMsg';
import { sysvSem } from './sysvSem';
import { sysvShm } from './sysvShm';
import { unix } from './unix';

export const mechanisms: { readonly [K in Kind]: Mechanism<K> } = {
  'sysv.msg': sysvMsg,
  'sysv.sem': sysvSem,
  'sysv.shm': sysvShm,
  pipe,
  fifo,
  unix,
  inet,
};
