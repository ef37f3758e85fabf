/** What stands in the view Findings: its nodes, and their rows as they are now. */
import { findingAbout, type FindingText, findingText, findingTitle } from '../../presentation/findings';
import { subjectName } from '../../presentation/findings/names';
import { hiddenRow, type HiddenRow } from '../../presentation/hidden';
import { kindViews } from '../../presentation/kinds';
import { t } from '../../presentation/translate';
import { cureParts, curesOf } from '../../presentation/findings/cures';
import type { Cure, Finding, Severity } from '../../protocol/findings';
import { kindOf, parseProcessRef, type Ref } from '../../protocol/ref';
import type { Wrong } from '../model/wrong';
import { ROOT } from './given';
import type { FindingsNode } from './nodes';
import type { Now } from './rowKeeper';
import { makeRow, noteRow, type Row } from './rows';

type Parent = FindingsNode | typeof ROOT;

/** What each sentence of a finding does. */
const SENTENCES = { says: 'comment', matters: 'info', doubt: 'eye' } as const;
/** Codicons. */
const SEVERITY_ICONS: Readonly<Record<Severity, string>> = {
  ...{ error: 'error', warning: 'warning', note: 'info' },
};
const CURE_ICONS: Readonly<Record<Cure['is'], string>> = {
  ...{ enlarge: 'arrow-both', continue: 'debug-continue', debug: 'bug', add: 'add', openOther: 'link' },
  ...{ send: 'send', end: 'debug-stop', destroy: 'trash' },
};

export class FindingTree {
  private readonly nodes = new Map<string, FindingsNode>();

  /** By the ids of their nodes, for as long as nothing else is told. */
  private named: { of: readonly Finding[]; byId: ReadonlyMap<string, Finding> } | undefined;

  constructor(private readonly wrong: Pick<Wrong, 'findings' | 'around' | 'blind'>) {}

  get(id: string): FindingsNode | undefined {
    return this.nodes.get(id);
  }

  get size(): number {
    return this.nodes.size;
  }

  keepOnly(has: (id: string) => boolean): void {
    for (const id of this.nodes.keys()) if (!has(id)) this.nodes.delete(id);
  }

  parentOf(node: FindingsNode): FindingsNode | undefined {
    return 'of' in node ? this.nodes.get(node.of) : undefined;
  }

  /** The findings, the gravest first, by the ids of their nodes. */
  findings(): ReadonlyMap<string, Finding> {
    const { findings } = this.wrong;
    if (this.named?.of !== findings) this.named = { of: findings, byId: byId(findings) };
    return this.named.byId;
  }

  /** The finding of a node, or that it stands under. */
  findingOf(node: FindingsNode): Finding | undefined {
    return this.findings().get('of' in node ? node.of : node.id);
  }

  textOf(finding: Finding): FindingText {
    return findingText(finding, this.wrong.around);
  }

  /** What could not be looked at. */
  hidden(): HiddenRow | undefined {
    return hiddenRow([...this.wrong.blind], undefined);
  }

  childrenNow(parent: Parent): FindingsNode[] {
    if (parent === ROOT) {
      const found = [...this.findings().keys()].map((id) => this.make({ is: 'finding', id }));
      // Beside findings their own doubts say it.
      return found.length === 0 && this.hidden() ? [this.make({ is: 'hidden', id: 'hidden' })] : found;
    }
    const finding = parent.is === 'finding' ? this.findingOf(parent) : undefined;
    if (!finding) return [];
    const { id: of } = parent;
    const text = this.textOf(finding);
    return [
      ...(['says', 'matters', 'doubt'] as const)
        .filter((which) => text[which] !== '')
        .map((which) => this.make({ is: 'sentence', id: `${of}/${which}`, of, which })),
      ...[...new Set(finding.subjects)].map((ref) =>
        this.make({ is: 'subject', id: `${of}/of/${ref}`, of, ref }),
      ),
      ...finding.cures.map((_, at) => this.make({ is: 'cure', id: `${of}/cure/${at}`, of, at })),
    ];
  }

  now(node: FindingsNode): Now | undefined {
    if (node.is === 'hidden') {
      const hidden = this.hidden();
      return hidden && { row: noteRow(hidden.label), of: hidden.help.join('\n') };
    }
    const finding = this.findingOf(node);
    const row = finding && this.rowOf(node, finding);
    return row && { row, of: finding };
  }

  private rowOf(node: Exclude<FindingsNode, { is: 'hidden' }>, finding: Finding): Row | undefined {
    const { around } = this.wrong;
    switch (node.is) {
      case 'finding':
        return makeRow({
          label: findingTitle(finding),
          steady: findingAbout(finding, around),
          last: finding.proof === 'likely' ? [t('as far as can be seen')] : [],
          icon: SEVERITY_ICONS[finding.severity],
          mark: { severity: finding.severity },
          contextValue: 'finding',
          collapsible: true,
        });
      case 'sentence':
        return part(this.textOf(finding)[node.which], SENTENCES[node.which], 'sentence');
      case 'subject':
        return finding.subjects.includes(node.ref) ? this.subjectRow(node.ref) : undefined;
      case 'cure': {
        const cure = curesOf(finding)[node.at];
        if (!cure) return undefined;
        const { act, effect } = cureParts(cure, around);
        return part(act, CURE_ICONS[cure.is], 'cure', effect);
      }
    }
  }

  private subjectRow(ref: Ref): Row {
    const kind = kindOf(ref);
    const name = subjectName(ref, this.wrong.around);
    if (kind === undefined || parseProcessRef(ref)) return part(name, 'server-process', 'party');
    return part(name, kindViews[kind].icon, 'subject', kindViews[kind].labels.one);
  }

  private make(node: FindingsNode): FindingsNode {
    const known = this.nodes.get(node.id);
    if (known) return known;
    this.nodes.set(node.id, node);
    return node;
  }
}

function part(label: string, icon: string, contextValue: string, description?: string): Row {
  return makeRow({ label, steady: description === undefined ? [] : [description], icon, contextValue });
}

function byId(findings: readonly Finding[]): Map<string, Finding> {
  const found = new Map<string, Finding>();
  for (const finding of findings) {
    const name = `${finding.rule} ${finding.subjects[0] ?? ''}`;
    // What one rule says twice of the same stands twice.
    let id = name;
    for (let number = 2; found.has(id); number++) id = `${name} ${number}`;
    found.set(id, finding);
  }
  return found;
}
