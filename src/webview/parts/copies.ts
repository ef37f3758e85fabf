/** What of an object can be copied from its panel: the texts are those of the tree. */
import type { Copy } from '../../protocol/copies';
import { copiesBy, type CopyWhat, type KindCopies } from '../../presentation/copies';
import type { IpcObject } from '../../protocol/kinds';
import { shownName } from '../bytes/visible';
import { t } from '../strings';
import { titleOfCopy } from '../../presentation/shared';

/** Each with its label in the menu. `copies`: what its kind says of it. */
export function copyItems<O extends IpcObject>(
  copies: KindCopies<O>,
  object: O,
): { label: string; copy: Copy }[] {
  return copiesBy(copies, object).map(({ what, ...copy }) => ({ label: labelOf(what, copy.text), copy }));
}

function labelOf(what: CopyWhat, text: string): string {
  return what === 'command' ? t('Copy Command "{0}"', shownName(text)) : titleOfCopy(what);
}
