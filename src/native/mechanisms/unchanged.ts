/** What was found again as it was stays the same JavaScript object, so that comparing two censuses is a matter of identities. */
import type { IpcObject } from '../../protocol/kinds';
import type { Ref } from '../../protocol/ref';

export class Unchanged<O extends IpcObject> {
  private known = new Map<Ref, { text: string; object: O }>();
  private next = new Map<Ref, { text: string; object: O }>();

  /** The object of the last pass where all facts are equal. */
  keep(object: O): O {
    const text = JSON.stringify(object);
    const known = this.known.get(object.ref);
    const entry = known?.text === text ? known : { text, object };
    this.next.set(object.ref, entry);
    return entry.object;
  }

  /** The pass is over: what it did not find is forgotten. */
  end(): void {
    this.known = this.next;
    this.next = new Map();
  }
}
