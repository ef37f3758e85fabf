/** What stands in the view Objects: its nodes, and their rows as they are now. */
import type { IpcObject } from '../../protocol/kinds';
import { KINDS, kindOf, type Kind, type Ref } from '../../protocol/ref';
import type { Finding } from '../../protocol/findings';
import { type Mark, markOf, markOfAll, markOfMany } from '../../presentation/findings/marks';
import { grouped, pendingText, pidText } from '../../presentation/values';
import type { Inventory } from '../model/inventory';
import { kindViews } from '../../presentation/kinds';
import { type Counted, type Filter, filterRowText, filterText } from './filter';
import { absenceOfObjects } from '../../presentation/absence';
import { hiddenFromObjects, hiddenRow } from '../../presentation/hidden';
import { hasHolders } from '../../presentation/holders';
import { holderNodes, holderOf, holderRow, moreHolders, roleNodes, roleRow } from './holderRows';
import { type Layout, layoutOf, partsOf } from './layout';
import { ROOT } from './given';
import type { ObjectsNode } from './nodes';
import type { Now } from './rowKeeper';
import { makeRow, noteRow, type Row, rowOf } from './rows';
import { objectsMeant } from '../../presentation/filter/meant';
import { type Measure, objectIn } from '../../presentation/filter/scope';
import { noneText } from '../../presentation/nobody';
import { t } from '../../presentation/translate';

/** At most so many rows a group; the rest is a table. */
const MOST_ROWS = 1000;

/** A row that only tells of what has none. */
export type NoteNode = ObjectsNode & {
  is: 'more' | 'filter' | 'filtered' | 'hidden' | 'machine' | 'moreHolders';
};

export class ObjectTree {
  private readonly nodes = new Map<string, ObjectsNode>();
  /** Until the inventory has read again. */
  private readonly layouts = new Map<Kind, { of: unknown; layout: Layout }>();
  /** The row of each kind, as long as it has members. */
  readonly groups = KINDS.map((kind) => this.make({ is: 'group', id: groupId(kind), kind }));

  constructor(
    private readonly inventory: Inventory,
    private readonly filter: Filter,
    private readonly measure: () => Measure,
  ) {}

  get(id: string): ObjectsNode | undefined {
    return this.nodes.get(id);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.nodes.size;
  }

  /** Forgets all but these; the rows of groups stay. */
  keepOnly(has: (id: string) => boolean): void {
    for (const [id, { is }] of this.nodes) if (is !== 'group' && !has(id)) this.nodes.delete(id);
  }

  parentOf(node: ObjectsNode): ObjectsNode | undefined {
    switch (node.is) {
      case 'group':
      case 'empty':
      case 'filter':
      case 'machine':
        return undefined;
      case 'role':
        return this.nodes.get(this.front(node.ref));
      case 'holder':
      case 'moreHolders':
        return this.nodes.get(`${node.ref}/${node.role}`) ?? this.nodes.get(this.front(node.ref));
      case 'object':
        return this.nodes.get(this.parentId(node.ref, node.kind));
      case 'more':
        return this.nodes.get(node.under);
      default:
        return this.groupOf(node.kind);
    }
  }

  /** How the objects of a kind are laid out now. */
  private layout(kind: Kind): Layout {
    // Whoever looks at other rows gets another answer.
    const of = this.inventory.hasRows(kind) ? this.inventory.readAt : undefined;
    const known = this.layouts.get(kind);
    if (known && known.of === of) return known.layout;
    const layout = layoutOf(this.inventory.ofKind(kind) ?? [], this.find);
    this.layouts.set(kind, { of, layout });
    return layout;
  }

  private readonly find = (ref: Ref) => this.inventory.get(ref);

  /** The object whose row speaks of this one too. */
  front(ref: Ref): Ref {
    const kind = kindOf(ref);
    return kind === undefined ? ref : this.layout(kind).front(ref);
  }

  /** The id of the node under which the row of an object stands. */
  private parentId(ref: Ref, kind: Kind): string {
    const { pairs, under, families } = this.layout(kind);
    const family = families.find(({ objects }) => objects.some((object) => object.ref === ref));
    if (family) return familyId(kind, family.key);
    if (pairs.some((object) => object.ref === ref)) return pairsId(kind);
    for (const [parent, children] of under) if (children.some((object) => object.ref === ref)) return parent;
    return groupId(kind);
  }

  /** The way to the row of an object, from its group on; undefined where it is beyond the rows. */
  wayTo(ref: Ref): ObjectsNode[] | undefined {
    const kind = kindOf(ref);
    if (kind === undefined) return undefined;
    const front = this.front(ref);
    const parent = this.parentId(front, kind);
    const group = this.groupOf(kind);
    const way = [group];
    if (parent !== group.id) {
      const above = this.childrenNow(group).find(({ id }) => id === parent);
      if (!above) return undefined;
      way.push(above);
    }
    const node = this.childrenNow(way.at(-1) as ObjectsNode).find(({ id }) => id === front);
    return node && [...way, node];
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

  /** A row for each kind, and behind them one for what is hidden of the whole machine. */
  rootsNow(): ObjectsNode[] {
    const { blind } = this.inventory;
    const groups = KINDS.filter((kind) => this.groupStands(kind)).map((kind) => {
      // What could not be looked at of a kind stands in its group.
      const none = this.inventory.isEmpty(kind) && hiddenRow(blind, kind) === undefined;
      return none ? this.make({ is: 'empty', id: `${kind}:empty`, kind }) : this.groupOf(kind);
    });
    return [
      ...(this.filter.active ? [this.make({ is: 'filter', id: 'filter' })] : []),
      ...groups,
      ...(hiddenFromObjects(blind) ? [this.make({ is: 'machine', id: 'machine:hidden' })] : []),
    ];
  }

  /** Of what was typed only groups tell in which something fits, or something is hidden that might. */
  private groupStands(kind: Kind): boolean {
    if (this.filter.state.text === '' || !this.inventory.hasRows(kind)) return true;
    return this.shownOf(kind) > 0 || hiddenRow(this.inventory.blind, kind) !== undefined;
  }

  private shownOf(kind: Kind): number {
    return this.layout(kind).rows - this.filteredOf(kind);
  }

  /** How many rows the filter lets through; undefined until the rows of all kinds were read. */
  counted(): Counted | undefined {
    if (!KINDS.every((kind) => this.inventory.hasRows(kind))) return undefined;
    const rows = KINDS.map((kind) => ({ shown: this.shownOf(kind), all: this.layout(kind).rows }));
    return rows.reduce((sum, { shown, all }) => ({ shown: sum.shown + shown, all: sum.all + all }));
  }

  /** What stands under a node at this moment. */
  childrenNow(node: ObjectsNode | typeof ROOT): ObjectsNode[] {
    if (node === ROOT) return this.rootsNow();
    const make = (made: ObjectsNode) => this.make(made);
    if (node.is === 'group') return this.membersNow(node.kind);
    if (node.is === 'pairs') return this.rowNodes(node.kind, this.layout(node.kind).pairs, node.id);
    if (node.is === 'family') return this.rowNodes(node.kind, this.relatives(node), node.id);
    const object = 'ref' in node ? this.inventory.get(node.ref) : undefined;
    if (!object) return [];
    if (node.is === 'object')
      return [
        ...partsOf(object, this.find).flatMap((part) => holderNodes(part, make)),
        ...this.rowNodes(node.kind, this.layout(node.kind).under.get(node.ref) ?? [], node.id),
      ];
    return node.is === 'role' ? roleNodes(object, node, make) : [];
  }

  private membersNow(kind: Kind): ObjectsNode[] {
    const { top, pairs, families } = this.layout(kind);
    const nodes = this.rowNodes(kind, top, groupId(kind));
    for (const { key, pid, startTime, objects } of families)
      if (objects.some((object) => this.stands(object)))
        nodes.push(this.make({ is: 'family', id: familyId(kind, key), kind, key, pid, startTime }));
    if (pairs.some((object) => this.stands(object)))
      nodes.push(this.make({ is: 'pairs', id: pairsId(kind), kind }));
    if (this.filteredOf(kind) > 0) nodes.push(this.make({ is: 'filtered', id: `${kind}:filtered`, kind }));
    if (hiddenRow(this.inventory.blind, kind))
      nodes.push(this.make({ is: 'hidden', id: `${kind}:hidden`, kind }));
    return nodes;
  }

  /** The rows of those that the filter lets through. */
  private rowNodes(kind: Kind, objects: readonly IpcObject[], under: string): ObjectsNode[] {
    const shown = this.filter.active ? objects.filter((object) => this.stands(object)) : objects;
    const nodes = shown.slice(0, MOST_ROWS).map(({ ref }) => this.make({ is: 'object', id: ref, kind, ref }));
    if (shown.length > MOST_ROWS) nodes.push(this.make({ is: 'more', id: `${under}/more`, kind, under }));
    return nodes;
  }

  /** Whether the filter lets an object through, or the other end of its connection. */
  matches(object: IpcObject): boolean {
    const { scope } = this.filter.state;
    const parts = partsOf(object, this.find);
    const { process: find, wrong } = this.inventory;
    const measure = this.measure();
    return (
      parts.some((part) => objectIn(part, scope, measure, find)) &&
      objectsMeant(parts, this.filter.asked, { find, measure, isWrong: (ref) => wrong.of(ref).length > 0 })
    );
  }

  /** Whether an object has a row: one under which something stands that the filter lets through has one too. */
  private stands(object: IpcObject): boolean {
    if (!this.filter.active || this.matches(object)) return true;
    return (this.layout(object.kind).under.get(object.ref) ?? []).some((child) => this.matches(child));
  }

  /** How many rows the filter keeps away. */
  private filteredOf(kind: Kind): number {
    if (!this.filter.active) return 0;
    const { top, pairs, under, families } = this.layout(kind);
    const away = (objects: readonly IpcObject[]) => objects.filter((object) => !this.stands(object)).length;
    const lists = [top, pairs, ...under.values(), ...families.map(({ objects }) => objects)];
    return lists.reduce((sum, objects) => sum + away(objects), 0);
  }

  /** What the row of a group says. */
  private usageOf(kind: Kind): string {
    const { counts, host } = this.inventory;
    const count = counts[kind];
    if (!host) return '';
    if (this.inventory.hidden(kind)) return t('hidden: /proc/sysvipc cannot be read');
    if (this.inventory.pending.has(kind)) return pendingText(this.inventory.asOf(kind));
    if (count === undefined) return '';
    if (count > 0) return kindViews[kind].usage(host, count);
    return noneText(absenceOfObjects(this.inventory.blind, kind));
  }

  /** The row of an object, of a process that has it or of a group of these, as it is now. */
  now(node: ObjectsNode): Now | undefined {
    const { host, process } = this.inventory;
    if (node.is === 'group' || node.is === 'empty') return { row: this.groupRow(node), of: undefined };
    if (isNote(node)) return { row: noteRow(this.noteText(node)), of: undefined };
    if (node.is === 'pairs') return { row: this.pairsRow(node.kind), of: undefined };
    if (node.is === 'family') return { row: this.familyRow(node), of: undefined };
    const object = 'ref' in node ? this.inventory.get(node.ref) : undefined;
    if (!object || !host) return undefined;
    if (node.is === 'object') {
      const more = partsOf(object, this.find).some(hasHolders);
      const under = this.layout(node.kind).under.get(node.ref) ?? [];
      const mark = markOf(this.wrongWith(object)) ?? this.markUnder(under);
      return {
        row: rowOf(object, host, process, { collapsible: more || under.length > 0, mark }),
        of: object,
      };
    }
    const { wrong } = this.inventory;
    if (node.is === 'role') return { row: roleRow(object, node, wrong), of: object };
    const holder = node.is === 'holder' ? holderOf(object, node) : undefined;
    return holder && { row: holderRow(holder, host, process, wrong), of: object };
  }

  /** The object of a row, and the other end of its connection. */
  refsOf(object: IpcObject): Ref[] {
    return partsOf(object, this.find).map(({ ref }) => ref);
  }

  /** What was found wrong with an object and the other end of its connection. */
  private wrongWith(object: IpcObject): Finding[] {
    const { wrong } = this.inventory;
    if (wrong.findings.length === 0) return [];
    return [...new Set(this.refsOf(object).flatMap((ref) => wrong.of(ref)))];
  }

  /** The mark of a row by what stands under it. */
  private markUnder(objects: readonly IpcObject[]): Mark | undefined {
    if (this.inventory.wrong.findings.length === 0) return undefined;
    return markOfAll(objects.map((object) => this.wrongWith(object)));
  }

  /** The row of a kind. */
  groupRow({ is, kind }: ObjectsNode & { is: 'group' | 'empty' }): Row {
    const { icon, word, labels } = kindViews[kind];
    const wrong = this.inventory.wrong.ofKind(kind);
    return makeRow({
      label: labels.group,
      mark: wrong && markOfMany(wrong.severity, wrong),
      steady: [this.usageOf(kind)].filter((usage) => usage !== ''),
      ...{ icon, contextValue: `group ${word}Group`, collapsible: is === 'group' },
    });
  }

  /** The objects of a family. */
  private relatives({ kind, key }: ObjectsNode & { is: 'family' }): readonly IpcObject[] {
    return this.layout(kind).families.find((family) => family.key === key)?.objects ?? [];
  }

  private familyRow(node: ObjectsNode & { is: 'family' }): Row {
    const relatives = this.relatives(node).filter((object) => this.stands(object));
    const many = relatives.length;
    return makeRow({
      mark: this.markUnder(relatives),
      label: t('{0} and its descendants', pidText(node.pid, this.inventory.process)),
      steady: [],
      counters: [t('{0} unlinked', grouped(many))],
      ...{ icon: 'organization', contextValue: 'family', collapsible: true },
    });
  }

  private pairsRow(kind: Kind): Row {
    const pairs = this.layout(kind).pairs.filter((object) => this.stands(object));
    const many = pairs.length;
    return makeRow({
      mark: this.markUnder(pairs),
      label: t('Unnamed pairs'),
      steady: [],
      counters: [grouped(many)],
      icon: 'link',
      contextValue: 'pairs',
      collapsible: true,
    });
  }

  /** How many rows would stand under a node, were there no bound. */
  private rowsUnder({ kind, under }: ObjectsNode & { is: 'more' }): number {
    const layout = this.layout(kind);
    const family = layout.families.find(({ key }) => familyId(kind, key) === under);
    const objects =
      family?.objects ??
      (under === groupId(kind)
        ? layout.top
        : under === pairsId(kind)
          ? layout.pairs
          : (layout.under.get(under as Ref) ?? []));
    return objects.filter((object) => this.stands(object)).length;
  }

  /** What a note says. */
  noteText(node: NoteNode): string {
    switch (node.is) {
      case 'filter':
        return filterRowText(this.filter.state, this.counted());
      case 'more':
        return t('{0} more: open all as a table', grouped(this.rowsUnder(node) - MOST_ROWS));
      case 'filtered':
        return t(
          '{0} not shown (filter: {1})',
          grouped(this.filteredOf(node.kind)),
          filterText(this.filter.state),
        );
      case 'hidden':
        return hiddenRow(this.inventory.blind, node.kind)?.label ?? '';
      case 'machine':
        return hiddenFromObjects(this.inventory.blind)?.label ?? '';
      case 'moreHolders': {
        const object = this.inventory.get(node.ref);
        return t('{0} more: open the panel', grouped(object ? moreHolders(object, node) : 0));
      }
    }
  }
}

const groupId = (kind: Kind) => `${kind}:group`;
const familyId = (kind: Kind, key: string) => `${kind}:family:${key}`;
const pairsId = (kind: Kind) => `${kind}:pairs`;

const NOTES: ReadonlySet<ObjectsNode['is']> = new Set<NoteNode['is']>([
  ...(['more', 'filter', 'filtered', 'hidden', 'machine', 'moreHolders'] as const),
]);

/** Whether a row only tells of what has none. */
export function isNote(node: ObjectsNode): node is NoteNode {
  const { is } = node;
  return NOTES.has(is);
}
