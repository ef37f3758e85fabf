/** The mechanisms of one census. What they remember is theirs, so each census is given its own. */
import type { Mechanisms } from './mechanism';
import { makeFifo } from './fifo';
import { makeInet } from './inet';
import { makeMapping } from './mapping';
import { makePipe } from './pipe';
import { makePosixMq } from './posixMq';
import { makePosixSem } from './posixSem';
import { makePosixShm } from './posixShm';
import { makeSysvMsg } from './sysvMsg';
import { makeSysvSem } from './sysvSem';
import { makeSysvShm } from './sysvShm';
import { makeUnix } from './unix';

export function makeMechanisms(): Mechanisms {
  return {
    'sysv.msg': makeSysvMsg(),
    'sysv.sem': makeSysvSem(),
    'sysv.shm': makeSysvShm(),
    'posix.mq': makePosixMq(),
    'posix.sem': makePosixSem(),
    'posix.shm': makePosixShm(),
    pipe: makePipe(),
    fifo: makeFifo(),
    unix: makeUnix(),
    inet: makeInet(),
    mapping: makeMapping(),
  };
}
