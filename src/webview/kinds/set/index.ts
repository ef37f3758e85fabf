/** The panel of a System V semaphore set. */
import { html } from 'lit';
import { allFacts } from '../../parts/factTable';
import { number, t } from '../../strings';
import { alterCommand, commonFacts, timeFact, sysvPanel } from '../common';
import type { KindPanel } from '../plug';
import { setFigures } from './figures';
import './body';

export const setPanel: KindPanel<'sysv.sem'> = {
  ...sysvPanel,
  icon: 'lock',
  kindName: () => t('System V semaphore set'),
  title: (object) => t('System V semaphore set #{0}', object.id),
  destroy: () => t('Destroy Semaphore Set'),
  commands: () => [alterCommand()],
  otherBoot: () => t('This semaphore set belonged to an earlier start of the machine; it is gone.'),
  figures: setFigures,
  facts: (object) => [
    { name: t('Semaphores'), value: number(object.semaphores), field: 'sem_nsems' },
    { name: t('Last operation'), value: timeFact(object.lastOperationAt), field: 'sem_otime' },
    ...commonFacts(object, 'sem'),
  ],
  body: (object, panel) => html`
    <ipc-set .panel=${panel} .object=${object} .state=${panel.state} .samples=${panel.samples}></ipc-set>
    ${allFacts(setPanel.facts(object, panel))}
  `,
};
