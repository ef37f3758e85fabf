/** How an act comes by what it acts on. */
import { IpcFailure } from '../../../protocol/errors';
import { runSliced } from '../../slices';

/** What a search finds at this moment. Throws `gone` where it finds nothing. */
export async function foundBy<T extends object>(search: Generator<undefined, T | undefined>): Promise<T> {
  const found = await runSliced(search);
  if (!found) throw new IpcFailure({ code: 'gone' });
  return found;
}
