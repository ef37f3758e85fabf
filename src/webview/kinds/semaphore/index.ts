/** The panel of a POSIX semaphore. */
import { type TemplateResult, html } from 'lit';
import type { NamedSemaphoreObject } from '../../../protocol/kinds/posixSem';
import { isRemovable } from '../../../protocol/removable';
import type { PanelModel } from '../../panel/model';
import { allFacts } from '../../parts/factTable';
import { holderProcess } from '../../parts/past';
import { sparkline } from '../../parts/sparkline';
import { fill, number, t } from '../../strings';
import type { KindPanel } from '../plug';
import { makerText, posixFacts, posixName } from '../posix';
import '../segment/holdersTable';
import './acts';

export const semaphorePanel: KindPanel<'posix.sem'> = {
  icon: 'lock',
  name: posixName,
  kindName: () => t('POSIX semaphore'),
  title: () => t('POSIX semaphore'),
  destroy: (object) => (object && !isRemovable(object) ? undefined : t('Destroy Semaphore')),
  otherBoot: () => t('This semaphore belonged to an earlier start of the machine; it is gone.'),
  figures,
  facts: (object, panel) => {
    const { value, waiters, maker, family, layout, flags } = object;
    const hidden = t('hidden');
    return [
      { name: t('Value'), value: value === undefined ? hidden : number(value), field: 'sem_getvalue' },
      {
        name: t('Waits, by its own count'),
        value: waiters === undefined ? hidden : number(waiters),
        field: 'nwaiters',
      },
      {
        name: t('Layout'),
        value: flags.includes('guessed') ? t('{0}, a guess by its size and words', layout) : layout,
      },
      ...(maker ? [{ name: t('Made by, as its name tells'), value: makerText(maker) }] : []),
      ...(family
        ? [
            {
              name: t('Nearest common ancestor'),
              value: holderProcess(family, panel.state?.processes ?? []),
            },
          ]
        : []),
      ...posixFacts(object),
    ];
  },
  body: (object, panel) => html`
    <ipc-holders
      class="holders-pane"
      tabindex="0"
      role="group"
      aria-label=${t('Processes')}
      .object=${object}
      .processes=${panel.state?.processes ?? []}
    ></ipc-holders>
    <div class="acts single">
      <ipc-semaphore .panel=${panel} .state=${panel.state} .object=${object}></ipc-semaphore>
    </div>
    ${allFacts(semaphorePanel.facts(object, panel))}
  `,
};

/** Its value, how many wait, and whose family has it. */
function figures(object: NamedSemaphoreObject, panel: PanelModel): TemplateResult[] {
  const { value, waiters, family, maker } = object;
  const samples = panel.samples.flatMap((sample) => (sample.kind === 'posix.sem' ? [sample] : []));
  return [
    value === undefined
      ? html`<span class="dim">${t('value hidden')}</span>`
      : html`<span class="value">${t('value {0}', number(value))}</span> ${sparkline(
            samples.map((sample) => sample.value ?? 0),
            t('Its value, since this panel was opened'),
          )}`,
    ...(waiters === undefined
      ? []
      : [
          html`<span class="value">${waiters === 1 ? t('1 waits') : t('{0} wait', number(waiters))}</span>
            ${sparkline(
              samples.map((sample) => sample.waiters ?? 0),
              t('How many wait, since this panel was opened'),
            )}`,
        ]),
    ...(maker ? [html`<span>${makerText(maker)}</span>`] : []),
    ...(family && family.pid !== 1
      ? [
          html`<span title=${t('The nearest process from which all who have it descend, itself included.')}
            >${fill('family of {0}', holderProcess(family, panel.state?.processes ?? []))}</span
          >`,
        ]
      : []),
  ];
}
