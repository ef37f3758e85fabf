/** Every rule; a forgotten one does not compile. */
import type { RuleName } from '../../protocol/findings';
import type { Rule } from '../finding';
import { backlogFull } from './backlogFull';
import { datagramsDropped } from './datagramsDropped';
import { deadlock } from './deadlock';
import { deaf } from './deaf';
import { endedOwner } from './endedOwner';
import { endNotCome } from './endNotCome';
import { leak } from './leak';
import { limitNear } from './limitNear';
import { lockOfHeir } from './lockOfHeir';
import { noSuchMessage } from './noSuchMessage';
import { notRead } from './notRead';
import { orphan } from './orphan';
import { ownOtherEnd } from './ownOtherEnd';
import { queueFull } from './queueFull';
import { semaphoreNotReturned } from './semaphoreNotReturned';
import { staleSockets } from './staleSockets';
import { stoppedPeer } from './stoppedPeer';
import { twoServers } from './twoServers';
import { unlinkedListener } from './unlinkedListener';
import { unlinkedMemory } from './unlinkedMemory';
import { waitsForOpener } from './waitsForOpener';
import { writableByOthers } from './writableByOthers';
import { zombies } from './zombies';

export const rules: { readonly [R in RuleName]: Rule<R> } = {
  deadlock,
  endedOwner,
  lockOfHeir,
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
  twoServers,
  backlogFull,
  datagramsDropped,
  orphan,
  unlinkedMemory,
  leak,
  limitNear,
  writableByOthers,
  deaf,
  zombies,
};
