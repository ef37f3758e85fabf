/** The commands that ask for an ability's parameters, confirm it where others would notice, and carry it out. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AbilityOf, IpcObject } from '../../protocol/kinds';
import type { Kind } from '../../protocol/ref';
import { attemptOf, titleOf } from '../../presentation/abilities';
import { actOn, completed, inspect } from '../acts/objects';
import { attempt } from '../attempt';
import { confirmed } from '../confirming';
import { COMMANDS, type CommandId } from '../ids';
import { askParameters } from '../inputs';
import { nameOf } from '../../presentation/kinds';
import { mayAsk, mayBegin } from '../may';
import { type Command, type CommandParts, targets } from './command';
import { waitFor } from './waits';
import { t } from '../../presentation/translate';
import { actTitles } from '../../presentation/shared';

interface Doing<K extends Kind> {
  id: CommandId;
  /** Asked with where the command was called on nothing. */
  title: string;
  kinds: readonly K[];
  ability: AbilityOf<K>;
  /** Said when it is done. */
  done: (name: string) => string;
  /** Always in a process of its own, also where it does not wait. */
  own?: boolean;
}

/** A command for an ability that takes one call. */
function doing<K extends Kind>({ id, title, kinds, ability, done, own = false }: Doing<K>): Command {
  return {
    id,
    async run(parts, node) {
      if (!mayAsk(parts, ability, node)) return;
      const [object] = await targets(parts, title, kinds, node, undefined, ability);
      if (!object || !mayBegin(parts, object, ability)) return;
      const given = await ask(parts, object, ability);
      // Nothing was chosen to be altered.
      if (!given || (ability === 'alter' && Object.keys(given).length === 0)) return;
      if (!mayBegin(parts, object, ability, given)) return;
      if (own || given.wait === true) return waitFor(parts, object, ability, given);
      const name = nameOf(object, parts.inventory.process);
      const acted = await attempt(parts, attemptOf(ability, name), async () => {
        if (!(await confirmed(parts, object, ability, completed(object, ability, given)))) return false;
        await actOn(parts, object, ability, given);
        return true;
      });
      if (acted) parts.ask.tellBriefly(done(name));
    },
  };
}

/** Milliseconds that a question waits for the object as it is now. */
const PATIENCE = 100;

/** The parameters, asked about the object as it is now: an ability without any asks nothing. */
async function ask(
  parts: CommandParts,
  object: IpcObject,
  ability: string,
): Promise<Record<string, unknown> | undefined> {
  const looking = attempt(parts, attemptOf(ability, nameOf(object, parts.inventory.process)), () =>
    inspect(parts, object),
  );
  // A look that takes longer is not waited for: what is typed meanwhile would go elsewhere.
  const fresh = await Promise.race([looking, sleep(PATIENCE, object)]);
  if (!fresh) return undefined;
  const about = {
    title: titleOf(ability, nameOf(object, parts.inventory.process)),
    object: fresh,
    host: parts.inventory.actingHost,
  };
  return askParameters(parts.ask, object.kind, ability as AbilityOf<Kind>, about);
}

export const operate = doing({
  ...{ id: COMMANDS.operate, title: t('Operate on Semaphore Set'), kinds: ['sysv.sem'], ability: 'operate' },
  done: (name) => t('Done on {0}.', name),
});

export const hold = doing({
  ...{ id: COMMANDS.hold, title: t('Hold Semaphores'), kinds: ['sysv.sem'], ability: 'hold' },
  done: (name) => t('You hold {0}.', name),
  own: true,
});

export const setValue = doing({
  ...{ id: COMMANDS.setValue, title: t('Set a Value'), kinds: ['sysv.sem'], ability: 'set' },
  done: (name) => t('Set a value of {0}.', name),
});

export const setAll = doing({
  ...{ id: COMMANDS.setAll, title: t('Set All Values'), kinds: ['sysv.sem'], ability: 'setAll' },
  done: (name) => t('Set the values of {0}.', name),
});

export const write = doing({
  ...{ id: COMMANDS.write, title: t('Write to Memory'), kinds: ['sysv.shm', 'posix.shm', 'mapping'] },
  ability: 'write',
  done: (name) => t('Wrote to {0}.', name),
});

export const resize = doing({
  ...{ id: COMMANDS.resize, title: t('Resize Shared Memory'), kinds: ['posix.shm'], ability: 'resize' },
  done: (name) => t('Resized {0}.', name),
});

export const post = doing({
  ...{ id: COMMANDS.post, title: t('Post Semaphore'), kinds: ['posix.sem'], ability: 'post' },
  done: (name) => t('Posted {0}.', name),
});

export const tryWait = doing({
  ...{ id: COMMANDS.tryWait, title: t('Lower Semaphore'), kinds: ['posix.sem'], ability: 'tryWait' },
  done: (name) => t('Lowered {0}.', name),
});

export const waitForSemaphore = doing({
  ...{ id: COMMANDS.waitFor, title: t('Wait and Lower Semaphore'), kinds: ['posix.sem'], ability: 'wait' },
  done: (name) => t('Lowered {0}.', name),
  own: true,
});

export const lock = doing({
  ...{ id: COMMANDS.lock, title: t('Lock Segment in Memory'), kinds: ['sysv.shm'], ability: 'lock' },
  done: (name) => t('Locked {0}.', name),
});

export const unlock = doing({
  ...{ id: COMMANDS.unlock, title: t('Unlock Segment'), kinds: ['sysv.shm'], ability: 'unlock' },
  done: (name) => t('Unlocked {0}.', name),
});

export const writeFifo = doing({
  ...{ id: COMMANDS.writeFifo, title: t('Write to FIFO'), kinds: ['fifo'], ability: 'write' },
  done: (name) => t('Wrote to {0}.', name),
});

export const alterCapacity = doing({
  ...{ id: COMMANDS.alterCapacity, title: actTitles.alterCapacity(), kinds: ['pipe', 'fifo'] },
  ability: 'alterCapacity',
  done: (name) => t('Altered the capacity of {0}.', name),
});

export const alter = doing({
  id: COMMANDS.alter,
  title: t('Alter Owner, Mode or Limit'),
  kinds: ['sysv.msg', 'sysv.sem', 'sysv.shm', 'posix.mq'],
  ability: 'alter',
  done: (name) => t('Altered {0}.', name),
});

/** The panel has the button, and says beside it what attaching leaves behind. */
export const attachAndLook: Command = {
  id: COMMANDS.attachAndLook,
  async run(parts, node) {
    const [object] = await targets(parts, actTitles.attachAndLook(), ['sysv.shm'], node, undefined);
    if (object) parts.panels.show(object, { keep: false, preserveFocus: false });
  },
};
