/** What a kind must be able to show. */
import type { AbilityOf, ObjectOf } from '../../protocol/kinds';
import type { Kind } from '../../protocol/ref';
import type { Host } from '../../protocol/snapshot';
import type { KindCopies } from '../copies';
import type { KindFailures } from '../failures/detail';
import type { Context, FactRecord, Line } from '../facts';
import type { Piece } from '../pieces';
import type { Find } from '../values';

/** The parts of a row's description, most important first. */
export interface Row {
  /** What changes at once. */
  steady: string[];
  /** What is held back a little, so that rows hold still. */
  counters: string[];
  /** Whose it is, where that is not the user; a list that has a column for it leaves it out. */
  owner?: string[];
  /** What only tells it from others, and may be cut off in a narrow view. */
  last?: string[];
  /** Something is wrong here, and the parts say what. */
  attention?: boolean;
}

/** The words of a row in their order. `owner`: false where that has a column of its own. */
export function rowParts({ steady, counters, owner = [], last = [] }: Row, withOwner = true): string[] {
  return [...steady, ...counters, ...(withOwner ? owner : []), ...last];
}

/** What is to be said of an object's state. */
export interface State {
  /** A flag of it, or what stands for several. */
  key: string;
  /** A codicon. */
  icon: string;
  /** What it means for the people at its ends. */
  text: string;
  /** Something that people trip over. */
  warns?: boolean;
}

/** A key figure at the head of a panel. */
export interface Figure<O> {
  /** As that of the fact that says the same. */
  key: string;
  says: readonly Piece[];
  /** More exactly, or what it means. */
  detail?: string;
  /** `value`: a number of its own. `dim`: that there is none. `flag`: a state in a word. */
  look?: 'value' | 'dim' | 'flag';
  /** A chart of what it was since somebody looks, from zero to `top` or to the largest; a sample without it is left out. */
  chart?: { label: string; top?: number | undefined; of(sample: O): number | undefined };
}

export interface KindPresentation<K extends Kind> {
  readonly kind: K;
  /**
   * As in `queue`: singular, plural, the title of its group; `whole`: the singular where nothing says of which mechanism it is; what its destroying and creating are called, where
   * it can be.
   */
  readonly labels: {
    one: string;
    many: string;
    group: string;
    whole: string;
    verb?: string;
    create?: string;
  };
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
  /** What stands at the head of its panel, where that has room for more than the label. */
  heading?(object: ObjectOf<K>, find: Find): readonly Piece[];
  /** What it is, beside that: `System V queue #3`. */
  sort(object: ObjectOf<K>): string;
  /** The order of rows; never by what changes while it lives. */
  order(a: ObjectOf<K>, b: ObjectOf<K>): number;
  /** Of an object that nobody needs to see who does not look for it, as what one process has to itself: `is` says which, `text` how many of them there are. */
  readonly quiet?: { is(object: ObjectOf<K>): boolean; text(count: number): string };
  /** What matters now. */
  row(object: ObjectOf<K>, host: Host, find: Find): Row;
  /** Each thing that is to be said of its state, the gravest first. */
  states(object: ObjectOf<K>): State[];
  /** Everything that is known of it. */
  readonly facts: readonly FactRecord<ObjectOf<K>>[];
  /** The few that stand above all. */
  figures(object: ObjectOf<K>, context: Context): Figure<ObjectOf<K>>[];
  /** The one or two acts that stand in a row itself. */
  readonly inline: readonly (
    Exclude<AbilityOf<K>, 'inspect' | 'create' | 'listen' | 'copy' | 'release' | 'acknowledge'> | 'open'
  )[];
  /** What of it can be copied. */
  readonly copies: KindCopies<ObjectOf<K>>;
  /** What failures mean here, where that is more than they mean everywhere. */
  readonly failures?: KindFailures;
  /** What is asked for each parameter of an ability, where that is more than is asked alike of all kinds. */
  readonly prompts?: Readonly<Partial<Record<AbilityOf<K>, Readonly<Record<string, () => string>>>>>;
  /** One line on what the object is. */
  readonly about: string;
  /** The figures of the group's row that only change when objects come or go. */
  usage(host: Host, count: number): string;
  /** The figures of the group's tooltip. */
  groupFacts(host: Host): Line[];
}

/** What stands at the head of an object's page, by the view of its kind. */
export function headingBy<K extends Kind>(
  view: KindPresentation<K>,
  object: ObjectOf<K>,
  find: Find,
): readonly Piece[] {
  return view.heading?.(object, find) ?? [view.label(object, find)];
}
