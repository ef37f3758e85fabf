/** What the models of our views make of a snapshot that they have never seen the like of: nothing of before can stick to them. */
import type { Inventory } from '../../../src/extension/model/inventory';
import { Wrong } from '../../../src/extension/model/wrong';
import { orderOf } from '../../../src/presentation/kinds';
import { oneLine } from '../../../src/presentation/text';
import { findIn } from '../../../src/presentation/values';
import type { Filter } from '../../../src/extension/views/filter';
import { askedBy } from '../../../src/presentation/filter/filterWords';
import { ROOT } from '../../../src/extension/views/given';
import type { Now } from '../../../src/extension/views/rowKeeper';
import type { Measure, Scope } from '../../../src/presentation/filter/scope';
import type { Diagnosis } from '../../../src/protocol/findings';
import { KINDS, type Kind, type Ref } from '../../../src/protocol/ref';
import type { Snapshot } from '../../../src/protocol/snapshot';
import { type Line, seen, under } from './surface';

/** A snapshot as the views ask the inventory; `diagnosis`: what is wrong, undefined where nobody knows. */
export function inventoryOf(snapshot: Snapshot, diagnosis?: Diagnosis): Inventory {
  const find = findIn(snapshot);
  const wrong = new Wrong(find, () => snapshot.endedAt);
  wrong.diagnosis = diagnosis;
  const byRef = new Map(snapshot.objects.map((object) => [object.ref, object]));
  const ofKind = (kind: Kind) =>
    snapshot.objects.filter((object) => object.kind === kind).sort(orderOf(kind));
  const asked = {
    counts: Object.fromEntries(KINDS.map((kind) => [kind, ofKind(kind).length])),
    host: snapshot.host,
    blind: snapshot.blind,
    readAt: { startedAt: snapshot.startedAt, endedAt: snapshot.endedAt },
    process: find,
    wrong,
    get: (ref: Ref) => byRef.get(ref),
    ofKind,
    hasRows: () => true,
    pending: new Set<Kind>(),
    asOf: () => snapshot.endedAt,
    isEmpty: (kind: Kind) => ofKind(kind).length === 0,
    everything: true,
    hidden: (kind: Kind) => snapshot.blind.some((one) => one.kind === kind && one.code === 'noSysvipc'),
    all: () => snapshot.objects,
    everyProcess: () => snapshot.processes,
  };
  // The class has parts that no view asks for.
  return asked as unknown as Inventory;
}

export const filterOf = (state: { scope: Scope; text: string }): Filter =>
  ({
    state,
    active: state.scope !== 'all' || state.text !== '',
    asked: askedBy(state.text),
  }) as unknown as Filter;

export const measureOf = (uid: number): Measure => ({
  uid,
  folders: [],
  debugged: new Set(),
  sessions: 0,
  unknown: [],
});

interface Model<N> {
  childrenNow(parent: N | typeof ROOT): N[];
  now(node: N): Now | undefined;
}

/** The rows of a model, as far as what stands above them is unfolded in what is shown. */
export function linesOf<N>(model: Model<N>, shown: readonly Line[]): Line[] {
  const open = new Set(shown.map(({ path }) => path));
  const lines: Line[] = [];
  const walk = (parent: N | typeof ROOT, path: string) => {
    for (const node of model.childrenNow(parent)) {
      const now = model.now(node);
      if (!now) continue;
      // As a row is given it: in one line, and no more of it than this.
      const [label, description] = [oneLine(now.row.label), oneLine(now.row.description)];
      const name = seen(label === '' ? description : label);
      lines.push({ path, text: seen([label, description].filter(Boolean).join(' | ')) });
      const inside = under(path, name);
      if (open.has(inside)) walk(node, inside);
    }
  };
  walk(ROOT, '');
  return lines;
}
