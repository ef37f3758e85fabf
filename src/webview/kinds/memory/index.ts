/** The panels of memory that is a file: POSIX shared memory objects, and mappings. */
import { type TemplateResult, html } from 'lit';
import type { MappingObject } from '../../../protocol/kinds/mapping';
import type { ShmObject } from '../../../protocol/kinds/posixShm';
import type { PanelState } from '../../../protocol/panels';
import { modeNumber, modeText, visible } from '../../../presentation/text';
import { isRemovable } from '../../../protocol/removable';
import { ownerText } from '../../format/names';
import { holderText } from '../../format/process';
import type { PanelModel } from '../../panel/model';
import { allFacts, type Fact } from '../../parts/factTable';
import { number, t } from '../../strings';
import { sizeFact, timeFact } from '../common';
import type { KindPanel } from '../plug';
import { makerText, posixFacts, posixName } from '../posix';
import { memoryFigures } from './figures';
import { locksPart } from './locks';
import { recentPart } from './recent';
import '../segment/body';

export const shmPanel: KindPanel<'posix.shm'> = {
  icon: 'circuit-board',
  name: posixName,
  kindName: () => t('POSIX shared memory object'),
  title: ({ type }) => (type === 'file' ? t('POSIX shared memory object') : typeText(type)),
  destroy: (object) => (object && !isRemovable(object) ? undefined : t('Destroy Shared Memory')),
  commands: ({ type }) =>
    type === 'file' ? [{ label: t('Resize...'), icon: 'arrow-both', command: 'resize' }] : [],
  otherBoot: () => t('This shared memory belonged to an earlier start of the machine; it is gone.'),
  figures: memoryFigures,
  facts: (object) => [
    ...(object.type === 'file' ? [] : [{ name: t('What it is'), value: typeText(object.type) }]),
    ...sizeFacts(object),
    ...(object.writtenAt === undefined
      ? []
      : [{ name: t('Written, or first touched'), value: timeFact(object.writtenAt), field: 'st_mtime' }]),
    ...(object.maker ? [{ name: t('Made by, as its name tells'), value: makerText(object.maker) }] : []),
    ...posixFacts(object),
  ],
  body: (object, panel) => html`
    ${locksPart(object.locks, panel.state?.processes ?? [])}
    ${
      object.type === 'file'
        ? content(object, panel)
        : html`<p class="notice">
            ${t('What lies there is no shared memory. It is not opened and not followed.')}
          </p>`
    }
    ${allFacts(shmPanel.facts(object, panel))}
  `,
};

export const mappingPanel: KindPanel<'mapping'> = {
  icon: 'file-binary',
  name: mappingName,
  kindName: () => t('shared mapping'),
  title: ({ what }) => whatText(what),
  otherBoot: () =>
    t('This mapping was seen before the machine was started anew. Its file may still be there.'),
  figures: memoryFigures,
  facts: (object) => [
    { name: t('What it is'), value: whatText(object.what) },
    ...(object.name === undefined
      ? []
      : [{ name: object.what === 'file' ? t('Path') : t('Name'), value: visible(object.name) }]),
    ...(object.flags.includes('unlinked') && object.what === 'file'
      ? [{ name: t('State'), value: t('unlinked: its name is gone, it lives while somebody has it') }]
      : []),
    ...sizeFacts(object),
    ...(object.seals
      ? [
          {
            name: t('Sealed against'),
            value: object.seals.length === 0 ? t('nothing') : visible(object.seals.join(', ')),
            field: 'F_GET_SEALS',
          },
        ]
      : []),
    ...ownerFacts(object),
    { name: t('Device'), value: object.device },
    { name: t('Inode'), value: object.inode },
  ],
  body: (object, panel) => html`
    ${recentPart(object.recent, panel.state?.processes ?? [])}
    ${locksPart(object.locks, panel.state?.processes ?? [])} ${content(object, panel)}
    ${allFacts(mappingPanel.facts(object, panel))}
  `,
};

function content(object: ShmObject | MappingObject, panel: PanelModel): TemplateResult {
  return html`<ipc-segment
    .panel=${panel}
    .object=${object}
    .state=${panel.state}
    .refreshes=${panel.refreshes}
  ></ipc-segment>`;
}

function sizeFacts({ bytes, allocated }: ShmObject | MappingObject): Fact[] {
  return [
    { name: t('Size'), value: bytes === undefined ? t('not known') : sizeFact(bytes), field: 'st_size' },
    ...(allocated === undefined
      ? []
      : [{ name: t('In memory or swap'), value: sizeFact(allocated), field: 'st_blocks' }]),
  ];
}

function ownerFacts({ owner, mode }: MappingObject): Fact[] {
  return [
    { name: t('Owner'), value: owner ? ownerText(owner) : t('hidden'), field: 'st_uid, st_gid' },
    {
      name: t('Mode'),
      value: mode === undefined ? t('hidden') : `${modeText(mode)} (${modeNumber(mode)})`,
      field: 'st_mode',
    },
  ];
}

/** Paths reach 4,096 bytes. The end tells more than the beginning; the whole stands among the facts. */
const PATH_MOST = 240;

function mappingName({ what, name, endpoints = [] }: MappingObject, { processes }: PanelState): string {
  if (name !== undefined) {
    const characters = Array.from(name);
    const shown = visible(characters.slice(-PATH_MOST).join(''));
    const whole = characters.length > PATH_MOST ? `…${shown}` : shown;
    return what === 'memfd' ? `memfd:${whole}` : whole;
  }
  const holders = new Map(endpoints.map((end) => [end.pid, end]));
  const [first, ...more] = [...holders.values()].sort((a, b) => a.pid - b.pid);
  if (!first) return whatText(what);
  const { label } = holderText(first, processes);
  return more.length === 0
    ? t('{0}, {1}', whatText(what), label)
    : t('{0}, {1} and {2} more', whatText(what), label, number(more.length));
}

function whatText(what: MappingObject['what']): string {
  switch (what) {
    case 'file':
      return t('file that is mapped shared');
    case 'memfd':
      return t('memfd that is mapped shared');
    case 'anonymous':
      return t('anonymous shared memory');
  }
}

function typeText(type: ShmObject['type']): string {
  const words: Record<ShmObject['type'], string> = {
    file: t('file'),
    directory: t('folder, no shared memory'),
    fifo: t('FIFO, no shared memory'),
    socket: t('socket, no shared memory'),
    link: t('link, no shared memory'),
    device: t('device, no shared memory'),
    unknown: t('no shared memory'),
  };
  return words[type];
}
