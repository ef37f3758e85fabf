/** The page of a System V shared memory segment. */
import { html } from 'lit';
import { sysvShm } from '../../../presentation/kinds/sysvShm';
import { objectPage } from '../../panel/main';
import { icon } from '../../parts/icon';
import { t } from '../../strings';
import { alterCommand } from '../plug';
import { locksPart } from '../shared/memory/locks';
import { segmentPart } from '../shared/memory/segment';

objectPage({
  view: sysvShm,
  changedAt: ({ changedAt }) => changedAt,
  commands: (object) => [
    object.flags.includes('locked')
      ? { label: t('Unlock'), icon: 'unlock', command: 'unlock' }
      : { label: t('Lock in Memory'), icon: 'lock', command: 'lock' },
    alterCommand(),
  ],
  otherBoot: () => t('This segment belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) => html`
    ${locksPart(object.locks, panel.context.process)}
    ${sysvShm
      .states(object)
      .map(({ icon: name, text }) => html`<p class="notice">${icon(name)}<span>${text}</span></p>`)}
    ${segmentPart(object, panel)}
  `,
});
