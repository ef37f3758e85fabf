/** Why an act must fail, as a sentence. */
import type { Refusal } from '../protocol/mayAct';
import { modeText, visible } from './text';
import { t } from './translate';

export function refusalText(refusal: Refusal): string {
  switch (refusal.why) {
    case 'restricted':
      return t(
        'This window is in Restricted Mode: nothing is sent, altered or destroyed from it until you trust its folder ("Workspaces: Manage Workspace Trust").',
      );
    case 'state':
      return stateText(refusal.state);
    case 'rights':
      return rightsText(refusal);
  }
}

function stateText(state: Extract<Refusal, { why: 'state' }>['state']): string {
  switch (state) {
    case 'unlinked':
    case 'nameless':
      return t('It has no name in a file system to take away: it goes when the last process lets go of it.');
    case 'elsewhere':
      return t(
        'It lies in the /dev/shm of another mount namespace: its name here would be that of another object. Destroy it from there.',
      );
    case 'notMemory':
      return t('What lies there is no shared memory: it is not opened and not followed.');
    case 'locked':
      return t('It is locked in memory already.');
    case 'unlocked':
      return t('It is not locked.');
    case 'unreachable':
      return t('Nobody can connect or send to it: it neither listens nor has a name.');
    case 'nothingToRead':
      return t('There is nothing in it to look at.');
    case 'deletedOrReplaced':
      return t(
        'Nobody finds this FIFO any more: it was deleted, or another has its path. End the process that waits for it.',
      );
  }
}

function rightsText({ needs, owner, mode, mine, mayRead }: Extract<Refusal, { why: 'rights' }>): string {
  const who = owner === undefined ? t('another user') : visible(owner, 80);
  switch (needs) {
    case 'own':
      return t('Only its owner ({0}) and root may do that. Ask them, or run as one of them.', who);
    case 'sticky':
      return t(
        'Its folder is sticky: only the owner of the file ({0}) and root may take its name away.',
        who,
      );
    case 'folder':
      return t('You may not write in the folder where its name stands.');
    default: {
      const bits = mode === undefined ? '?' : modeText(mode);
      if (mine) return t('Its mode ({0}) shuts out even you, its owner. Alter the mode first.', bits);
      const why = t('Its mode ({0}) does not let you do that; it belongs to {1}.', bits, who);
      return needs === 'write' && mayRead === true
        ? t('{0} You may only read it.', why)
        : t('{0} Ask its owner, or run as a user who may.', why);
    }
  }
}
