/** Titles of acts and short sentences that more than one face says. */
import type { CopyWhat } from './copies';
import { t } from './translate';
import { grouped } from './values';

/** What is written on a button or stands in a menu. */
export const actTitles = {
  write: () => t('Write'),
  dismiss: () => t('Dismiss'),
  why: () => t('Why Does It Wait?'),
  keepOpen: () => t('Keep Open'),
  revealProcess: () => t('Reveal in Processes'),
  alterCapacity: () => t('Alter Capacity'),
  attachAndLook: () => t('Attach and Look'),
  copyId: () => t('Copy Id'),
  copyKey: () => t('Copy Key'),
  copyName: () => t('Copy Name'),
  copyPath: () => t('Copy Path'),
  copyJson: () => t('Copy as JSON'),
} as const;

/** What a menu calls the copying of one of the texts of an object. */
export function titleOfCopy(what: CopyWhat): string {
  switch (what) {
    case 'id':
      return actTitles.copyId();
    case 'key':
      return actTitles.copyKey();
    case 'name':
      return actTitles.copyName();
    case 'path':
      return actTitles.copyPath();
    case 'inode':
      return t('Copy Inode');
    case 'address':
      return t('Copy Address');
    case 'remoteAddress':
      return t('Copy Remote Address');
    case 'port':
      return t('Copy Port');
    case 'command':
      return t('Copy Command that Destroys It');
  }
}

/** The heading of those who have an object. */
export const processesTitle = (): string => t('Processes');
/** The heading, and the label, of a process' threads. */
export const threadsTitle = (): string => t('Threads');
/** The heading, and the page, of what is limited. */
export const limitsTitle = (): string => t('Limits');
/** The label of what an object or a process is in. */
export const stateLabel = (): string => t('State');

/** Of what is wrong with something, where not all of it is said. */
export const moreFindings = (more: number): string => t('{0} more in Findings', grouped(more));

/** Of a write without content. */
export const nothingToWrite = (): string => t('There is nothing to write.');
/** Of a queue that others used while it was emptied. */
export const othersBetween = (): string => t('Somebody sent or received in between.');

/** What a priority may be. `most`: the highest. */
export function priorityRange(most: number): string {
  return t('A priority is a whole number from 0 to {0}.', grouped(most));
}

/** What stands for a piece of memory that was not read. `size`: of the piece, in words. */
export function unreadPiece(state: 'untouched' | 'absent' | 'unknown', size: string): string {
  switch (state) {
    case 'untouched':
      return t('{0} never touched: zero, and left untouched', size);
    case 'absent':
      return t('{0} in swap, left there', size);
    case 'unknown':
      return t('{0} perhaps in swap, so not read', size);
  }
}
