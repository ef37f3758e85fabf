/** Acts that alter or destroy a System V object: only the one that the caller saw, since an id comes to name another in time. */
import { IpcFailure } from '../../../protocol/errors';
import type { Ref, SysvKind } from '../../../protocol/ref';
import type { Look } from '../../census/look';
import type { IpcPermissions } from '../../libc/ipc';
import { idOf, orGone, present } from './reader';

/** What tells an object from another that got its id. Nothing of it changes in one object's life. */
interface Identity {
  cuid: number;
  cgid: number;
}

/**
 * How a kind acts on an object if it still is the same. `facts`: what tells it besides its creator, as asked and as found. The function that this gives
 * answers the status from before the act. It throws `gone`, `replaced` where it is another object, and what the act throws.
 */
export function onSame<I extends Identity, S extends IpcPermissions & { id: number }>(
  kind: SysvKind,
  at: (slot: number) => S | undefined,
  facts: (identity: I, found: S) => Record<string, [asked: number, found: number]> = () => ({}),
) {
  return (ref: Ref, identity: I, look: Look, act: (id: number, found: S) => void): S => {
    const id = idOf(ref, kind, look);
    const found = present(id, at);
    const { cuid, cgid } = identity;
    same({ cuid: [cuid, found.cuid], cgid: [cgid, found.cgid], ...facts(identity, found) });
    orGone(id, at, () => act(id, found));
    return found;
  };
}

function same(facts: Record<string, [asked: number, found: number]>): void {
  for (const [field, [asked, found]] of Object.entries(facts))
    if (asked !== found) throw new IpcFailure({ code: 'replaced', detail: { field, asked, found } });
}
