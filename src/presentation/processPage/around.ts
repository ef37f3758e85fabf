/** What the page of a process is made with. */
import type { Finding } from '../../protocol/findings';
import type { IpcObject } from '../../protocol/kinds';
import type { Ref } from '../../protocol/ref';
import type { Host } from '../../protocol/snapshot';
import type { Around } from '../findings/names';

/** What surrounds a process while its page is made. */
export interface PageAround extends Around {
  host: Host;
  /** Every object that is known. */
  objects: Iterable<IpcObject>;
  /** What is wrong with an object or a process, the gravest first. */
  wrong: (ref: Ref) => readonly Finding[];
  /** The name of a user, or `uid 33`. */
  user: (uid: number) => string;
}
