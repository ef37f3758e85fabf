/** Every rule; a forgotten one does not compile. */
import type { RuleName } from '../../protocol/findings';
import type { Rule } from '../finding';
import { backlogFull } from './backlogFull';
import { deadlock } from './deadlock';
import { deaf } from './deaf';
import { endedOwner } from './endedOwner';
import { endNotCome } from './endNotCome';
import { noSuchMessage } from './noSuchMessage';
import { notRead } from './notRead';
import { orphan } from './orphan';
import { ownOtherEnd } from './ownOtherEnd';
import { queueFull } from './queueFull';
import { semaphoreNotReturned } from './semaphoreNotReturned';
import { staleSockets } from './staleSockets';
import { stoppedPeer } from './stoppedPeer';
import { unlinkedListener } from './unlinkedListener';
import { unlinkedMemory } from './unlinkedMemory';
import { waitsForOpener } from './waitsForOpener';

export const rules: { readonly [R in RuleName]: Rule<R> } = {
  deadlock,
  endedOwner,
  semaphoreNotReturned,
  stoppedPeer,
  endNotCome,
  ownOtherEnd,
  notRead,
  noSuchMessage,
  queueFull,
  waitsForOpener,
  staleSockets,
  unlinkedListener,
  backlogFull,
  orphan,
  unlinkedMemory,
  deaf,
};
