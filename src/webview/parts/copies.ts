/** What of an object can be copied from its panel: the texts are those of the tree. */
import type { Copy } from '../../protocol/copies';
import { copiesBy, type CopyWhat, type KindCopies } from '../../presentation/copies';
import type { IpcObject } from '../../protocol/kinds';
import { shownName } from '../bytes/visible';
import { t } from '../strings';
import { actTitles } from '../../presentation/shared';

/** Each with its label in the menu. `copies`: what its kind says of it. */
export function copyItems<O extends IpcObject>(
  copies: KindCopies<O>,
  object: O,
): { label: string; copy: Copy }[] {
  return copiesBy(copies, object).map(({ what, ...copy }) => ({ label: labelOf(what, copy.text), copy }));
}

function labelOf(what: CopyWhat, text: string): string {
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
      return t('Copy Command "{0}"', shownName(text));
  }
}
