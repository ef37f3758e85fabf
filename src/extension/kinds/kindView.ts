/** What a kind must be able to show. */
import type { ObjectOf } from '../../protocol/kinds';
import type { Kind } from '../../protocol/ref';
import type { Host, Process } from '../../protocol/snapshot';
import type { Fact } from '../foreign';

/** What surrounds an object while it is shown. */
export interface Surroundings {
  host: Host;
  process: (pid: number) => Process | undefined;
}

export interface KindView<K extends Kind> {
  readonly kind: K;
  /** As in `queue`: singular, plural, the title of its group, and what its destroying and creating are called. */
  readonly words: { one: string; many: string; group: string; verb: string; create: string };
  /** A codicon. */
  readonly icon: string;
  /** The word in `contextValue` that menus match on. */
  readonly word: string;
  /** What a person would call it; no counters. */
  label(object: ObjectOf<K>): string;
  /** What matters now, most important first. `steady` parts change at once, counters are held back a little. */
  description(object: ObjectOf<K>, host: Host): { steady: string[]; counters: string[] };
  /** Every fact, for the tooltip. */
  facts(object: ObjectOf<K>, around: Surroundings): Fact[];
  /** One line on what the object is. */
  readonly about: string;
  /** The figures of the group's row that only change when objects come or go. */
  usage(host: Host, count: number): string;
  /** The figures of the group's tooltip. */
  groupFacts(host: Host): Fact[];
  /** The command that removes it without this extension. */
  ipcrm(object: ObjectOf<K>): string;
}
