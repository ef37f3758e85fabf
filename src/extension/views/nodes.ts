/** The nodes of all trees. They are compared by identity, so each is made once, by its id. */
import type { Kind, Ref } from '../../protocol/ref';
import type { HolderRole as Role } from '../../presentation/holders';

/** A node of the view Findings. `of`: the id of the finding that it stands under. */
export type FindingsNode =
  | { readonly is: 'finding'; readonly id: string }
  /** One of its sentences. */
  | {
      readonly is: 'sentence';
      readonly id: string;
      readonly of: string;
      readonly which: 'says' | 'matters' | 'doubt';
    }
  /** An object or a process that it is about. */
  | { readonly is: 'subject'; readonly id: string; readonly of: string; readonly ref: Ref }
  /** What can be done; `at`: its place among them. */
  | { readonly is: 'cure'; readonly id: string; readonly of: string; readonly at: number }
  /** What could not be looked at. */
  | { readonly is: 'hidden'; readonly id: string };

/** A node of the view Objects. */
export type ObjectsNode =
  | { readonly is: 'group'; readonly id: string; readonly kind: Kind }
  /** A group without members: a node of its own, since VS Code would leave it closed when members come. */
  | { readonly is: 'empty'; readonly id: string; readonly kind: Kind }
  | { readonly is: 'object'; readonly id: string; readonly kind: Kind; readonly ref: Ref }
  /** Many objects without a name that one process and its descendants have. */
  | {
      readonly is: 'family';
      readonly id: string;
      readonly kind: Kind;
      /** As `processKey` makes it. */
      readonly key: string;
      readonly pid: number;
      readonly startTime: string;
    }
  /** Connections of a kind of socket that have no name. */
  | { readonly is: 'pairs'; readonly id: string; readonly kind: Kind }
  /** More than are shown in a group, or under `under`. */
  | { readonly is: 'more'; readonly id: string; readonly kind: Kind; readonly under: string }
  /** What the filter lets through: the first row while it is on. */
  | { readonly is: 'filter'; readonly id: string; readonly kind?: undefined }
  /** How many a filter keeps away. */
  | { readonly is: 'filtered'; readonly id: string; readonly kind: Kind }
  /** What the kernel hides of a kind. */
  | { readonly is: 'hidden'; readonly id: string; readonly kind: Kind }
  /** What it hides of the whole machine: one row, the last. */
  | { readonly is: 'machine'; readonly id: string; readonly kind?: undefined }
  /** The processes of one role, where an object has very many of it. */
  | { readonly is: 'role'; readonly id: string; readonly kind: Kind; readonly ref: Ref; readonly role: Role }
  /** A process that has an object. */
  | {
      readonly is: 'holder';
      readonly id: string;
      readonly kind: Kind;
      readonly ref: Ref;
      readonly role: Role;
      readonly pid: number;
      readonly startTime: string;
    }
  | {
      readonly is: 'moreHolders';
      readonly id: string;
      readonly kind: Kind;
      readonly ref: Ref;
      readonly role: Role;
    };

/** A node of the view Processes. `key` names a process, as `processKey` makes it. */
export type ProcessesNode =
  | { readonly is: 'process'; readonly id: string; readonly key: string; readonly pid: number }
  | {
      readonly is: 'mechanism';
      readonly id: string;
      readonly key: string;
      readonly pid: number;
      readonly kind: Kind;
    }
  | {
      readonly is: 'held';
      readonly id: string;
      readonly key: string;
      readonly pid: number;
      readonly kind: Kind;
      readonly ref: Ref;
    }
  | { readonly is: 'peers'; readonly id: string; readonly key: string; readonly pid: number }
  | {
      readonly is: 'peer';
      readonly id: string;
      /** The process that is talked to; `of` is the one that it stands under. */
      readonly key: string;
      readonly pid: number;
      readonly of: string;
    }
  | {
      readonly is: 'fact';
      readonly id: string;
      readonly key: string;
      readonly pid: number;
      readonly fact: ProcessFact;
    }
  /** More than are shown, of processes or of what is under `key`. */
  | { readonly is: 'rest'; readonly id: string; readonly key: string | undefined; readonly under: string }
  /** What the filter lets through: the first row while it is on. */
  | { readonly is: 'filter'; readonly id: string }
  | { readonly is: 'unmatched'; readonly id: string }
  | { readonly is: 'blind'; readonly id: string };

/** What is told of a process in a row of its own. */
export type ProcessFact = 'command' | 'waits' | 'state' | 'threads';
