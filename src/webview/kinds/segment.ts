/** The panel of a shared memory segment: facts only, so far. */
import { html } from 'lit';
import { exactSize, size } from '../format/size';
import { factTable } from '../parts/factTable';
import { pastAct, pastProcess } from '../parts/past';
import { fill, number, t } from '../strings';
import { commonFacts, sizeFact, timeFact } from './common';
import type { KindPanel } from './plug';

export const segmentPanel: KindPanel<'sysv.shm'> = {
  icon: 'circuit-board',
  kindName: () => t('System V segment'),
  title: (object) => t('System V segment #{0}', object.id),
  destroy: () => t('Destroy Segment'),
  command: (object) => `ipcrm -m ${object.id}`,
  otherBoot: () => t('This segment belonged to an earlier start of the machine; it is gone.'),
  figures: (object, panel) => [
    html`<span title=${exactSize(object.bytes)}>${size(object.bytes)}</span>`,
    html`<span
      >${object.attachments === 1 ? t('1 attachment') : t('{0} attachments', number(object.attachments))}</span
    >`,
    ...object.flags.map((flag) => html`<span>${flagText(flag)}</span>`),
    html`<span>${fill('last used {0}', pastAct(object.lastUse, panel.state?.processes ?? []))}</span>`,
  ],
  facts: (object, panel) => {
    const processes = panel.state?.processes ?? [];
    return [
      { name: t('Size'), value: sizeFact(object.bytes), field: 'shm_segsz' },
      { name: t('Attachments'), value: number(object.attachments), field: 'shm_nattch' },
      { name: t('In memory'), value: sizeFact(object.resident), field: 'rss' },
      { name: t('In swap'), value: sizeFact(object.swapped), field: 'swap' },
      ...(object.flags.length > 0
        ? [{ name: t('State'), value: object.flags.map(flagText).join(', ') }]
        : []),
      { name: t('Created by'), value: pastProcess(object.createdBy, processes), field: 'shm_cpid' },
      {
        name: t('Last attached or detached by'),
        value: pastAct(object.lastUse, processes),
        field: 'shm_lpid',
      },
      { name: t('Last attached'), value: timeFact(object.attachedAt), field: 'shm_atime' },
      { name: t('Last detached'), value: timeFact(object.detachedAt), field: 'shm_dtime' },
      ...commonFacts(object, 'shm'),
      { name: t('Who is attached'), value: t('not looked at yet') },
    ];
  },
  body: (object, panel) => factTable(segmentPanel.facts(object, panel)),
};

function flagText(flag: string): string {
  if (flag === 'marked') return t('marked: destroyed when the last process detaches');
  if (flag === 'locked') return t('locked: kept out of swap');
  return flag;
}
