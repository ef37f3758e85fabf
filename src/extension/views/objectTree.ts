/** What stands in the view Objects: its nodes, and their rows as they are now. */
import * as vscode from 'vscode';
import type { IpcObject } from '../../protocol/kinds';
import { KINDS, type Kind, type Ref } from '../../protocol/ref';
import { grouped, pidText } from '../format';
import type { Inventory } from '../inventory';
import { kindViews } from '../kinds';
import { familiesOf } from './families';
import { type Filter, filterText } from './filter';
import { hiddenRow } from './hidden';
import { holderNodes, holderOf, holderRow, moreHolders, roleNodes, roleRow } from './holderRows';
import type { ObjectsNode } from './nodes';
import { makeRow, noteRow, type Now, type Row, rowOf } from './rows';
import { type Measure, objectIn } from './scope';

/** At most so many rows a group; the rest is a table. */
const MOST_ROWS = 1000;

/** A row that only tells of what has none. */
export type NoteNode = ObjectsNode & { is: 'more' | 'filtered' | 'hidden' | 'moreHolders' };

export class ObjectTree {
  private readonly nodes = new Map<string, ObjectsNode>();
  /** The family under which an object stands, as of the last look at its kind. */
  private readonly families = new Map<Ref, ObjectsNode>();
  /** The row of each kind, as long as it has members. */
  readonly groups = KINDS.map((kind) => this.make({ is: 'group', id: `${kind}:group`, kind }));

  constructor(
    private readonly inventory: Inventory,
    private readonly filter: Filter,
    private readonly measure: () => Measure,
  ) {}

  get(id: string): ObjectsNode | undefined {
    return this.nodes.get(id);
  }

  /** The nodes of all objects that have one. */
  objects(): (ObjectsNode & { is: 'object' })[] {
    return [...this.nodes.values()].filter((node) => node.is === 'object');
  }

  /** A row is gone. */
  drop({ id }: ObjectsNode): void {
    this.nodes.delete(id);
  }

  parentOf(node: ObjectsNode): ObjectsNode | undefined {
    switch (node.is) {
      case 'group':
      case 'empty':
        return undefined;
      case 'role':
        return this.nodes.get(node.ref);
      case 'object':
        return this.families.get(node.ref) ?? this.groupOf(node.kind);
      case 'holder':
      case 'moreHolders':
        return this.nodes.get(`${node.ref}/${node.role}`) ?? this.nodes.get(node.ref);
      default:
        return this.groups.find(({ kind }) => kind === node.kind);
    }
  }

  private make(node: ObjectsNode): ObjectsNode {
    const known = this.nodes.get(node.id);
    if (known) return known;
    this.nodes.set(node.id, node);
    return node;
  }

  /** The row of a kind that has members. */
  groupOf(kind: Kind): ObjectsNode {
    return this.groups[KINDS.indexOf(kind)] as ObjectsNode;
  }

  /** A row for each kind. */
  rootsNow(): ObjectsNode[] {
    const { counts, blind } = this.inventory;
    return KINDS.map((kind) => {
      // Where something may be hidden, nobody can say that there is none.
      const none =
        counts[kind] === 0 && !(kindViews[kind].throughProcesses && hiddenRow(blind, kind) !== undefined);
      return none ? this.make({ is: 'empty', id: `${kind}:empty`, kind }) : this.groupOf(kind);
    });
  }

  /** What stands under a node at this moment. */
  childrenNow(node: ObjectsNode): ObjectsNode[] {
    const make = (made: ObjectsNode) => this.make(made);
    if (node.is === 'group') return this.membersNow(node.kind);
    if (node.is === 'family') return this.familyNow(node);
    const object = 'ref' in node ? this.inventory.get(node.ref) : undefined;
    if (!object) return [];
    if (node.is === 'object') return holderNodes(object, make);
    return node.is === 'role' ? roleNodes(object, node, make) : [];
  }

  private membersNow(kind: Kind): ObjectsNode[] {
    const all = this.inventory.ofKind(kind) ?? [];
    const objects = this.matching(kind);
    const families = this.familiesNow(kind, objects);
    const single = families.length === 0 ? objects : objects.filter(({ ref }) => !this.families.has(ref));
    const nodes = [...single.slice(0, MOST_ROWS).map((object) => this.objectNode(object)), ...families];
    if (single.length > MOST_ROWS) nodes.push(this.make({ is: 'more', id: `${kind}:more`, kind }));
    if (objects.length < all.length) nodes.push(this.make({ is: 'filtered', id: `${kind}:filtered`, kind }));
    if (hiddenRow(this.inventory.blind, kind))
      nodes.push(this.make({ is: 'hidden', id: `${kind}:hidden`, kind }));
    return nodes;
  }

  private objectNode({ kind, ref }: IpcObject): ObjectsNode {
    return this.make({ is: 'object', id: ref, kind, ref });
  }

  /** A row for each family that has many; notes which objects stand under them. */
  private familiesNow(kind: Kind, objects: readonly IpcObject[]): ObjectsNode[] {
    for (const [ref, node] of this.families) if (node.kind === kind) this.families.delete(ref);
    return familiesOf(objects).map(({ key, pid, startTime, objects: members }) => {
      const node = this.make({ is: 'family', id: `${kind}:family:${key}`, kind, key, pid, startTime });
      for (const { ref } of members) this.families.set(ref, node);
      return node;
    });
  }

  private familyNow({ id, kind, key }: ObjectsNode & { is: 'family' }): ObjectsNode[] {
    const objects = this.membersOf(kind, key);
    const nodes = objects.slice(0, MOST_ROWS).map((object) => this.objectNode(object));
    return objects.length > MOST_ROWS
      ? [...nodes, this.make({ is: 'more', id: `${id}:more`, kind, family: key })]
      : nodes;
  }

  /** How many objects a row for the rest belongs to. */
  private countOf({ kind, family }: ObjectsNode & { is: 'more' }): number {
    if (family !== undefined) return this.membersOf(kind, family).length;
    return this.matching(kind).filter(({ ref }) => !this.families.has(ref)).length;
  }

  private membersOf(kind: Kind, key: string): IpcObject[] {
    return familiesOf(this.matching(kind)).find((family) => family.key === key)?.objects ?? [];
  }

  /** The objects of a kind that the filter lets through. */
  private matching(kind: Kind): IpcObject[] {
    const all = this.inventory.ofKind(kind) ?? [];
    return this.filter.active ? all.filter((object) => this.matches(object)) : all;
  }

  /** Whether the filter lets an object through. */
  matches(object: IpcObject): boolean {
    return objectIn(object, this.filter.state.scope, this.measure(), this.inventory.process);
  }

  /** What the row of a group says. */
  usageOf(kind: Kind): string {
    const { counts, host } = this.inventory;
    const count = counts[kind];
    if (!host) return '';
    if (this.inventory.hidden(kind)) return vscode.l10n.t('hidden: /proc/sysvipc cannot be read');
    if (count === undefined) return '';
    if (count > 0) return kindViews[kind].usage(host, count);
    return this.rootsNow()[KINDS.indexOf(kind)]?.is === 'empty'
      ? vscode.l10n.t('none')
      : vscode.l10n.t('none seen');
  }

  /** The row of an object, of a process that has it or of a group of these, as it is now. */
  now(node: ObjectsNode): Now | undefined {
    const { host, process } = this.inventory;
    if (isNote(node)) return { row: noteRow(this.noteText(node)), of: undefined };
    if (node.is === 'family') return { row: this.familyRow(node), of: undefined };
    const object = 'ref' in node ? this.inventory.get(node.ref) : undefined;
    if (!object || !host) return undefined;
    if (node.is === 'object') return { row: rowOf(object, host, process), of: object };
    if (node.is === 'role') return { row: roleRow(object, node), of: object };
    const holder = node.is === 'holder' ? holderOf(object, node) : undefined;
    return holder && { row: holderRow(holder, host, process), of: object };
  }

  private familyRow({ kind, key, pid }: ObjectsNode & { is: 'family' }): Row {
    const many = this.membersOf(kind, key).length;
    return makeRow({
      label: vscode.l10n.t('{0} and its descendants', pidText(pid, this.inventory.process)),
      steady: [],
      counters: [vscode.l10n.t('{0} unlinked', grouped(many))],
      ...{ icon: 'organization', contextValue: 'family', collapsible: true },
    });
  }

  /** What a note says. */
  noteText(node: NoteNode): string {
    const { t } = vscode.l10n;
    switch (node.is) {
      case 'more':
        return t('{0} more: open all as a table', grouped(this.countOf(node) - MOST_ROWS));
      case 'filtered': {
        const away = (this.inventory.ofKind(node.kind) ?? []).length - this.matching(node.kind).length;
        return t('{0} not shown (filter: {1})', grouped(away), filterText(this.filter.state));
      }
      case 'hidden':
        return hiddenRow(this.inventory.blind, node.kind)?.label ?? '';
      case 'moreHolders': {
        const object = this.inventory.get(node.ref);
        return t('{0} more: open the panel', grouped(object ? moreHolders(object, node) : 0));
      }
    }
  }
}

/** Whether a row only tells of what has none. */
export function isNote(node: ObjectsNode): node is NoteNode {
  return node.is === 'more' || node.is === 'filtered' || node.is === 'hidden' || node.is === 'moreHolders';
}
