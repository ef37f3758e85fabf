/** The panel of a System V shared memory segment. */
import { html } from 'lit';
import { allFacts } from '../../parts/factTable';
import { pastAct, pastProcess } from '../../parts/past';
import { number, t } from '../../strings';
import { alterCommand, commonFacts, sizeFact, timeFact, sysvPanel } from '../common';
import type { KindCommand, KindPanel } from '../plug';
import { locksPart } from '../memory/locks';
import { flagText, segmentFigures } from './figures';
import './body';

export const segmentPanel: KindPanel<'sysv.shm'> = {
  ...sysvPanel,
  icon: 'circuit-board',
  kindName: () => t('System V segment'),
  title: (object) => t('System V segment #{0}', object.id),
  destroy: () => t('Destroy Segment'),
  commands: (object): KindCommand[] => [
    object.flags.includes('locked')
      ? { label: t('Unlock'), icon: 'unlock', command: 'unlock' }
      : { label: t('Lock in Memory'), icon: 'lock', command: 'lock' },
    alterCommand(),
  ],
  otherBoot: () => t('This segment belonged to an earlier start of the machine; it is gone.'),
  figures: segmentFigures,
  facts: (object, panel) => {
    const processes = panel.state?.processes ?? [];
    return [
      { name: t('Size'), value: sizeFact(object.bytes), field: 'shm_segsz' },
      { name: t('Attachments'), value: number(object.attachments), field: 'shm_nattch' },
      { name: t('In memory'), value: sizeFact(object.resident), field: 'rss' },
      { name: t('In swap'), value: sizeFact(object.swapped), field: 'swap' },
      ...(object.flags.length > 0 ? [{ name: t('State'), value: object.flags.map(flagText).join(' ') }] : []),
      { name: t('Created by'), value: pastProcess(object.createdBy, processes), field: 'shm_cpid' },
      {
        name: t('Last attached or detached by'),
        value: pastAct(object.lastUse, processes),
        field: 'shm_lpid',
      },
      { name: t('Last attached'), value: timeFact(object.attachedAt), field: 'shm_atime' },
      { name: t('Last detached'), value: timeFact(object.detachedAt), field: 'shm_dtime' },
      ...commonFacts(object, 'shm'),
    ];
  },
  body: (object, panel) => html`
    ${locksPart(object.locks, panel.state?.processes ?? [])}
    <ipc-segment
      .panel=${panel}
      .object=${object}
      .state=${panel.state}
      .refreshes=${panel.refreshes}
    ></ipc-segment>
    ${allFacts(segmentPanel.facts(object, panel))}
  `,
};
