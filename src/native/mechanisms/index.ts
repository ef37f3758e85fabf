/** The mechanisms of one census. What they remember is theirs, so each census is given its own. */
import type { Mechanisms } from '../census/mechanism';
import { makeEventfd } from './event/eventfd';
import { makeFifo } from './stream/fifo';
import { makeInet } from './socket/inet';
import { makeLock } from './lock/lock';
import { makeMapping } from './memory/mapping';
import { makePipe } from './stream/pipe';
import { makeProcess } from './process/process';
import { makePosixMq } from './posix/mq';
import { makePosixSem } from './posix/sem';
import { makePosixShm } from './posix/shm';
import { makeSysvMsg } from './sysv/msg';
import { makeSysvSem } from './sysv/sem';
import { makeSysvShm } from './sysv/shm';
import { makeUnix } from './socket/unix';

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
    lock: makeLock(),
    eventfd: makeEventfd(),
    process: makeProcess(),
  };
}
