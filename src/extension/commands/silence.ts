/** Silencing a finding with the reason, and undoing that. */
import { findingTitle } from '../../presentation/findings';
import { subjectName } from '../../presentation/findings/names';
import { t } from '../../presentation/translate';
import { momentText } from '../../presentation/values';
import { COMMANDS } from '../ids';
import type { Silence } from '../model/silences';
import { BACK } from '../ui/ask';
import type { Command } from './command';

export const silence: Command = {
  id: COMMANDS.silence,
  async run({ ask, findings, inventory, silences }, node) {
    const finding = findings.findingOf(node);
    if (!finding) return;
    const title = t('Silence');
    const rule = findingTitle(finding);
    const [ref] = finding.subjects;
    const name = ref === undefined ? '' : subjectName(ref, inventory.wrong.around);
    const what = await ask.pick<'object' | 'rule'>({
      ...{ title, step: 1, of: 2, placeholder: t('What should not be told any more?') },
      items: [
        ...(ref === undefined
          ? []
          : [{ icon: 'circle-slash', label: name, description: rule, value: 'object' as const }]),
        {
          icon: 'list-flat',
          label: t('All findings of this rule'),
          description: rule,
          value: 'rule' as const,
        },
      ],
    });
    if (what === undefined || what === BACK) return;
    const reason = await ask.input({
      ...{ title, step: 2, of: 2, value: '' },
      prompt: t('Why is it no trouble? It is kept beside what is silenced; it may be empty.'),
    });
    if (reason === undefined || reason === BACK) return;
    if (what === 'object') silences.add(finding.rule, ref, t('{0}: {1}', rule, name), reason);
    else silences.add(finding.rule, undefined, rule, reason);
  },
};

/** What is silenced; a choice is told again. */
export const silenced: Command = {
  id: COMMANDS.silenced,
  async run({ ask, silences }) {
    const chosen = await ask.pick<Silence>({
      title: t('Silenced Findings'),
      placeholder: t('Which should be told again?'),
      items: silences.list.map((one) => ({
        icon: 'mute',
        label: one.name,
        description: one.ref === undefined ? t('the whole rule') : t('until the machine is started anew'),
        detail: [one.reason, momentText(one.at)].filter(Boolean).join(' · '),
        value: one,
      })),
      none: t('Nothing is silenced.'),
    });
    if (chosen !== undefined && chosen !== BACK) silences.undo(chosen);
  },
};
