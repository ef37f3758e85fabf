/** How much of the text of other programs is shown in one place. It must only ever become a text node. */
import { visible } from '../../presentation/text';

/** A byte that is no UTF-8. */
export const NO_TEXT = '·';
/** How much of a name or a command line stands in a line of its own; the whole is in the tooltip. */
const NAME_MOST = 80;

/** A name of another program in a line of its own. */
export function shownName(name: string): string {
  return visible(name, NAME_MOST);
}
