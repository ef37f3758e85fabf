/** What stands in the view Processes: its nodes, and their rows as they are now. */
import { KINDS, kindOf, type Kind, processRef, type Ref } from '../../protocol/ref';
import type { Process } from '../../protocol/snapshot';
import { grouped } from '../../presentation/values';
import { type Mark, markOf } from '../../presentation/findings/marks';
import type { Inventory, InventoryChange } from '../model/inventory';
import { orderOf } from '../../presentation/kinds';
import { type Counted, type Filter, filterRowText, filterText } from './filter';
import { hiddenRow, type HiddenRow } from '../../presentation/hidden';
import { ROOT } from './given';
import { processKey } from '../../presentation/holders';
import { Holdings } from './holdings';
import type { ProcessesNode } from './nodes';
import { factRow, factsOf, heldRow, mechanismRow, peerRow, peersRow, processRow } from './processRows';
import type { Now } from './rowKeeper';
import { noteRow, type Row } from './rows';
import { processMeant } from '../../presentation/filter/meant';
import { type Measure, processIn } from '../../presentation/filter/scope';
import { t } from '../../presentation/translate';

/** At most so many processes, objects of one kind under a process, and peers. */
const MOST_PROCESSES = 1000;
const MOST_HELD = 200;
const MOST_PEERS = 50;

export type Parent = ProcessesNode | typeof ROOT;
/** A row that only tells of what has none. */
export type NoteNode = ProcessesNode & { is: 'rest' | 'filter' | 'unmatched' | 'blind' };

export class ProcessTree {
  readonly holdings = new Holdings();
  /** Whether `holdings` has everything. */
  built = false;
  private readonly nodes = new Map<string, ProcessesNode>();
  /** Processes that are shown at once, fewer in tests. */
  most = MOST_PROCESSES;

  constructor(
    private readonly inventory: Inventory,
    private readonly filter: Filter,
    private readonly measure: () => Measure,
  ) {}

  /** Notes everything, if the inventory has it; `anew` also where that was done before. */
  build(anew: boolean): void {
    if ((this.built && !anew) || !this.inventory.everything) return;
    this.holdings.clear();
    for (const object of this.inventory.all()) this.holdings.set(object);
    this.built = true;
  }

  /** Nobody keeps it true any more. */
  clear(): void {
    this.built = false;
    this.holdings.clear();
  }

  /** Notes what changed. */
  apply({ added, changed, removed }: InventoryChange): void {
    for (const ref of removed) this.holdings.delete(ref);
    for (const object of [...added, ...changed]) this.holdings.set(object);
  }

  get(id: string): ProcessesNode | undefined {
    return this.nodes.get(id);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.nodes.size;
  }

  /** Forgets all but these. */
  keepOnly(has: (id: string) => boolean): void {
    for (const id of this.nodes.keys()) if (!has(id)) this.nodes.delete(id);
  }

  /** The key of a process; undefined where it has nothing. */
  keyOf(pid: number): string | undefined {
    return [...this.holdings.keys()].find((key) => pidOf(key) === pid);
  }

  parentOf(node: ProcessesNode): ProcessesNode | undefined {
    switch (node.is) {
      case 'process':
      case 'filter':
      case 'unmatched':
      case 'blind':
        return undefined;
      case 'held':
        return this.nodes.get(`${node.key}/${node.kind}`);
      case 'peer':
        return this.nodes.get(`${node.of}/peers`);
      case 'rest':
        return this.nodes.get(node.under);
      default:
        return this.nodes.get(node.key);
    }
  }

  private make<N extends ProcessesNode>(node: N): ProcessesNode {
    const known = this.nodes.get(node.id);
    if (known) return known;
    this.nodes.set(node.id, node);
    return node;
  }

  /** What stands under a node at this moment. */
  childrenNow(node: Parent): ProcessesNode[] {
    if (node === ROOT) return this.rootsNow();
    switch (node.is) {
      case 'process':
        return this.partsOf(node);
      case 'mechanism':
        return this.heldNodes(node);
      case 'peers':
        return this.peerNodes(node);
      default:
        return [];
    }
  }

  private rootsNow(): ProcessesNode[] {
    if (!this.built) return [];
    const all = [...this.holdings.keys()];
    const keys = this.filter.active ? all.filter((key) => this.lets(key)) : all;
    const nodes = keys
      .map((key) => ({ key, pid: pidOf(key) }))
      .sort((a, b) => a.pid - b.pid)
      .slice(0, this.most)
      .map(({ key, pid }) => this.make({ is: 'process', id: key, key, pid }));
    if (this.filter.active) nodes.unshift(this.make({ is: 'filter', id: 'filter' }));
    if (keys.length > this.most)
      nodes.push(this.make({ is: 'rest', id: 'rest', key: undefined, under: ROOT }));
    if (keys.length < all.length) nodes.push(this.make({ is: 'unmatched', id: 'unmatched' }));
    if (this.hidden()) nodes.push(this.make({ is: 'blind', id: 'blind' }));
    return nodes;
  }

  private partsOf({ key, pid }: ProcessesNode & { is: 'process' }): ProcessesNode[] {
    const kinds = new Set(this.kindsOf(key));
    return [
      ...KINDS.filter((kind) => kinds.has(kind)).map((kind) =>
        this.make({ is: 'mechanism', id: `${key}/${kind}`, key, pid, kind }),
      ),
      ...(this.holdings.hasPeers(key) ? [this.make({ is: 'peers', id: `${key}/peers`, key, pid })] : []),
      ...factsOf(this.processAt(key)).map((fact) =>
        this.make({ is: 'fact', id: `${key}/${fact}`, key, pid, fact }),
      ),
    ];
  }

  private heldNodes({ id, key, pid, kind }: ProcessesNode & { is: 'mechanism' }): ProcessesNode[] {
    const refs = this.refsOf(key, kind);
    const nodes = refs
      .slice(0, MOST_HELD)
      .map((ref) => this.make({ is: 'held', id: `${key}/${ref}`, key, pid, kind, ref }));
    if (refs.length > MOST_HELD) nodes.push(this.make({ is: 'rest', id: `${id}/rest`, key, under: id }));
    return nodes;
  }

  private peerNodes({ id, key }: ProcessesNode & { is: 'peers' }): ProcessesNode[] {
    const peers = this.holdings.peersOf(key);
    const nodes = peers
      .slice(0, MOST_PEERS)
      .map((peer) =>
        this.make({ is: 'peer', id: `${key}/peer/${peer.key}`, key: peer.key, pid: peer.pid, of: key }),
      );
    if (peers.length > MOST_PEERS) nodes.push(this.make({ is: 'rest', id: `${id}/rest`, key, under: id }));
    return nodes;
  }

  private refsOf(key: string, kind: Kind): Ref[] {
    return [...this.holdings.of(key).keys()]
      .map((ref) => this.inventory.get(ref))
      .filter((object) => object !== undefined)
      .filter((object) => object.kind === kind)
      .sort(orderOf(kind))
      .map(({ ref }) => ref);
  }

  /** The kind of each object that a process has. */
  kindsOf(key: string): Kind[] {
    return [...this.holdings.of(key).keys()].map(kindOf).filter((kind) => kind !== undefined);
  }

  /** A process by its key; another one that has its pid by now is not it. */
  processAt(key: string): Process | undefined {
    const process = this.inventory.process(pidOf(key));
    return process && processKey(process) === key ? process : undefined;
  }

  /** Whether the filter lets a process through. */
  lets(key: string): boolean {
    const { scope } = this.filter.state;
    const process = this.processAt(key);
    const own = this.isOwn(key);
    const measure = this.measure();
    if (!(own && scope === 'mine') && !processIn(process, scope, measure)) return false;
    const { wrong, process: find } = this.inventory;
    const holding = {
      ...{ pid: pidOf(key), process, ref: refOfKey(key), own, kinds: this.kindsOf(key) },
      objects: () => [...this.holdings.of(key).keys()].flatMap((ref) => this.inventory.get(ref) ?? []),
    };
    return processMeant(holding, this.filter.asked, {
      find,
      measure,
      isWrong: (ref) => wrong.of(ref).length > 0,
    });
  }

  /** How many processes the filter lets through. */
  counted(): Counted {
    const all = [...this.holdings.keys()];
    return { shown: all.filter((key) => this.lets(key)).length, all: all.length };
  }

  /** A waiting or holding act of ours. */
  private isOwn(key: string): boolean {
    for (const ends of this.holdings.of(key).values()) if (ends.some(({ own }) => own === true)) return true;
    return false;
  }

  /** What the kernel hides of processes. */
  hidden(): HiddenRow | undefined {
    return hiddenRow(this.inventory.blind, undefined);
  }

  /** A row as it is now. */
  now(node: ProcessesNode): Now | undefined {
    const { host, process: find, wrong } = this.inventory;
    if (!host) return undefined;
    switch (node.is) {
      case 'process': {
        const kinds = this.kindsOf(node.key);
        if (kinds.length === 0) return undefined;
        const process = this.processAt(node.key);
        return {
          row: processRow(node.pid, process, kinds, host, find, {
            own: this.isOwn(node.key),
            mark: this.markOf(node),
          }),
          of: process,
        };
      }
      case 'mechanism':
        return told(mechanismRow(node.kind, this.refsOf(node.key, node.kind), wrong));
      case 'held': {
        const object = this.inventory.get(node.ref);
        const ends = this.holdings.of(node.key).get(node.ref);
        return (
          object && ends && { row: heldRow(object, ends, host, find, markOf(wrong.of(node.ref))), of: object }
        );
      }
      case 'peers':
        return told(peersRow());
      case 'peer': {
        const peer = this.holdings.peersOf(node.of).find(({ key }) => key === node.key);
        if (!peer) return undefined;
        const kinds = peer.refs.map(kindOf).filter((kind) => kind !== undefined);
        return { row: peerRow(peer, kinds, host, find, this.markOf(node)), of: this.processAt(node.key) };
      }
      case 'fact': {
        const process = this.processAt(node.key);
        return process && { row: factRow(process, node.fact, find), of: process };
      }
      default:
        return told(noteRow(this.noteText(node)));
    }
  }

  /** What was found wrong with a process. */
  private markOf({ key }: { key: string }): Mark | undefined {
    return markOf(this.inventory.wrong.of(refOfKey(key)));
  }

  /** What a note says. */
  noteText(node: NoteNode): string {
    const all = [...this.holdings.keys()];
    switch (node.is) {
      case 'blind':
        return this.hidden()?.label ?? '';
      case 'filter':
        return filterRowText(this.filter.state, this.counted());
      case 'unmatched': {
        const away = all.filter((key) => !this.lets(key)).length;
        const words = filterText(this.filter.state);
        return away === 1
          ? t('1 process not shown (filter: {0})', words)
          : t('{0} processes not shown (filter: {1})', grouped(away), words);
      }
      case 'rest': {
        if (node.key === undefined)
          return t('{0} more: filter them', grouped(all.filter((key) => this.lets(key)).length - this.most));
        const under = this.nodes.get(node.under);
        const count =
          under?.is === 'mechanism'
            ? this.refsOf(under.key, under.kind).length - MOST_HELD
            : this.holdings.peersOf(node.key).length - MOST_PEERS;
        return t('{0} more', grouped(count));
      }
    }
  }
}

/** A row whose tooltip never changes. */
function told(row: Row): Now {
  return { row, of: undefined };
}

function pidOf(key: string): number {
  return Number(key.slice(0, key.indexOf(':')));
}

/** The process that a key of `processKey` names. */
export function refOfKey(key: string): Ref {
  const pid = pidOf(key);
  return processRef(pid, key.slice(String(pid).length + 1));
}
