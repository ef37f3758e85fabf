/** The panel of a semaphore set: facts only, so far. */
import { html } from 'lit';
import { factTable } from '../parts/factTable';
import { number, t } from '../strings';
import { commonFacts, timeFact } from './common';
import type { KindPanel } from './plug';

export const setPanel: KindPanel<'sysv.sem'> = {
  icon: 'lock',
  kindName: () => t('System V semaphore set'),
  title: (object) => t('System V semaphore set #{0}', object.id),
  destroy: () => t('Destroy Semaphore Set'),
  command: (object) => `ipcrm -s ${object.id}`,
  otherBoot: () => t('This semaphore set belonged to an earlier start of the machine; it is gone.'),
  figures: (object) => [
    html`${object.semaphores === 1 ? t('1 semaphore') : t('{0} semaphores', number(object.semaphores))}`,
  ],
  facts: (object) => [
    { name: t('Semaphores'), value: number(object.semaphores), field: 'sem_nsems' },
    { name: t('Last operation'), value: timeFact(object.lastOperationAt), field: 'sem_otime' },
    ...commonFacts(object, 'sem'),
    { name: t('Values, who waits'), value: t('not looked at yet') },
  ],
  body: (object, panel) => factTable(setPanel.facts(object, panel)),
};
