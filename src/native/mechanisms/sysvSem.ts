/** System V semaphore sets. */
import type { SetObject } from '../../protocol/kinds/sysvSem';
import { ErrnoError } from '../libc/errno';
import { removeSet, setAt, type SetStatus, setUsage, waitingOn } from '../libc/sem';
import { parseSetLine, type SetLine } from '../proc/sysvipc';
import type { Look, Mechanism } from './mechanism';
import { idOf, orGone, present, sameCreator, sameObject, sysvFacts, SysvReader, timeOrNever } from './sysv';

const KIND = 'sysv.sem';

const reader = new SysvReader<typeof KIND, SetLine>({
  kind: KIND,
  file: 'sem',
  parse: parseSetLine,
  pasts: () => [],
  build: (line, _extra, _pasts, look) => build(line, look),
  usage() {
    const usage = setUsage();
    return { count: usage.sets, usage };
  },
});

function build(line: SetLine | SetStatus, look: Look): SetObject {
  return {
    kind: KIND,
    ...sysvFacts(KIND, line, look),
    flags: [],
    semaphores: line.semaphores,
    lastOperationAt: timeOrNever(line.operatedAt),
  };
}

export const sysvSem: Mechanism<typeof KIND> = {
  kind: KIND,
  read: (look, wanted) => reader.read(look, wanted),
  abilities: {
    inspect({ ref }, { look }) {
      const now = look();
      const status = present(idOf(ref, KIND, now), setAt);
      return { object: build(status, now), ...orGone(status.id, setAt, () => waiting(status)) };
    },

    destroy({ ref, identity }, { look }) {
      const id = idOf(ref, KIND, look());
      const found = present(id, setAt);
      sameCreator(identity, found);
      sameObject({ semaphores: [identity.semaphores, found.semaphores] });
      orGone(id, setAt, () => removeSet(id));
      return { changedAt: found.changedAt * 1000 };
    },
  },
};

/** How many wait in the whole set; nothing where it may not be read (GETNCNT demands read permission). */
function waiting(set: SetStatus): { waitForIncrease?: number; waitForZero?: number } {
  const sum = { waitForIncrease: 0, waitForZero: 0 };
  try {
    for (let number = 0; number < set.semaphores; number++) {
      const { increase, zero } = waitingOn(set.id, number);
      sum.waitForIncrease += increase;
      sum.waitForZero += zero;
    }
  } catch (error) {
    if (error instanceof ErrnoError && error.errno === 'EACCES') return {};
    throw error;
  }
  return sum;
}
