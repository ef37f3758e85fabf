/** What a kind must be able to show. */
import type { ObjectOf } from '../../protocol/kinds';
import type { Kind } from '../../protocol/ref';
import type { Host } from '../../protocol/snapshot';
import type { Fact } from '../facts';
import type { Find } from '../values';

/** What surrounds an object while it is shown. */
export interface Surroundings {
  host: Host;
  process: Find;
}

/** The parts of a row's description, most important first. */
export interface Description {
  /** What changes at once. */
  steady: string[];
  /** What is held back a little, so that rows hold still. */
  counters: string[];
  /** What only tells it from others, and may be cut off in a narrow view. */
  last?: string[];
  /** Something is wrong here, and the parts say what. */
  attention?: boolean;
}

export interface KindView<K extends Kind> {
  readonly kind: K;
  /** As in `queue`: singular, plural, the title of its group; what its destroying and creating are called, where it can be. */
  readonly words: { one: string; many: string; group: string; verb?: string; create?: string };
  /** A codicon. */
  readonly icon: string;
  /** The word in `contextValue` that menus match on. */
  readonly word: string;
  /** Its group begins closed: there are many, and to look at them is to look at every process. */
  readonly closed: boolean;
  /** What a person would call it; no counters. */
  label(object: ObjectOf<K>, find: Find): string;
  /** The label with what else names it, for titles. */
  title(object: ObjectOf<K>, find: Find): string;
  /** The order of rows; never by what changes while it lives. */
  order(a: ObjectOf<K>, b: ObjectOf<K>): number;
  /** What matters now. */
  description(object: ObjectOf<K>, host: Host, find: Find): Description;
  /** Every fact, for the tooltip. */
  facts(object: ObjectOf<K>, around: Surroundings): Fact[];
  /** One line on what the object is. */
  readonly about: string;
  /** The figures of the group's row that only change when objects come or go. */
  usage(host: Host, count: number): string;
  /** The figures of the group's tooltip. */
  groupFacts(host: Host): Fact[];
}
