/** The panels of pipes and FIFOs. */
import { type TemplateResult, html, nothing } from 'lit';
import { encodeText, fromBytes } from '../../../protocol/bytes';
import type { FifoObject } from '../../../protocol/kinds/fifo';
import { isRemovable } from '../../../protocol/removable';
import { shownName } from '../../bytes/visible';
import { shellWord } from '../../format/shell';
import type { PanelModel } from '../../panel/model';
import { factTable } from '../../parts/factTable';
import { icon } from '../../parts/icon';
import { t } from '../../strings';
import type { KindCopy, KindPanel } from '../plug';
import { streamFacts } from './facts';
import { streamFigures } from './figures';
import { streamName } from './name';
import type { StreamKind, StreamObject } from './object';
import { stateLines } from './states';
import './capacity';
import './content';
import './fifo';
import './sides';

const shared = {
  icon: 'arrow-right',
  name: streamName,
  figures: streamFigures,
  facts: streamFacts,
  sides: (object, state) => html`${states(object)}<ipc-sides .object=${object} .state=${state}></ipc-sides>`,
} satisfies Partial<KindPanel<StreamKind>>;

export const pipePanel: KindPanel<'pipe'> = {
  ...shared,
  kindName: () => t('pipe'),
  title: (object) => t('pipe {0}', object.inode),
  copies: (object) => [{ label: t('Copy Inode'), text: object.inode }],
  otherBoot: () => t('This pipe belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) =>
    html`${content(object, panel)}
      <div class="acts single">${capacity(object, panel)}</div>
      ${allFacts(object, panel)}`,
};

export const fifoPanel: KindPanel<'fifo'> = {
  ...shared,
  kindName: () => t('FIFO'),
  title: () => t('FIFO'),
  destroy: (object) => (object && !isRemovable(object) ? undefined : t('Destroy FIFO')),
  copies: fifoCopies,
  otherBoot: () => t('This FIFO was seen before the machine was started anew. Its file may still be there.'),
  body: (object, panel) =>
    html`${content(object, panel)}
      <ipc-fifo .panel=${panel} .object=${object} .state=${panel.state} .history=${panel.history}></ipc-fifo>
      ${allFacts(object, panel)}`,
};

function states(object: StreamObject): TemplateResult | typeof nothing {
  const lines = stateLines(object);
  if (lines.length === 0) return nothing;
  return html`<ul class="states" aria-label=${t('State')}>
    ${lines.map(
      ({ icon: name, text, warns }) =>
        html`<li class=${warns ? 'warns' : ''}>${icon(name)}<span>${text}</span></li>`,
    )}
  </ul>`;
}

function content(object: StreamObject, panel: PanelModel): TemplateResult {
  return html`<ipc-stream
    .panel=${panel}
    .object=${object}
    .state=${panel.state}
    .refreshes=${panel.refreshes}
  ></ipc-stream>`;
}

function capacity(object: StreamObject, panel: PanelModel): TemplateResult {
  return html`<ipc-capacity .panel=${panel} .state=${panel.state} .object=${object}></ipc-capacity>`;
}

function allFacts(object: StreamObject, panel: PanelModel): TemplateResult {
  return html`<details class="all-facts">
    <summary>${t('All facts')}</summary>
    ${factTable(streamFacts(object, panel))}
  </details>`;
}

/** Path, inode, and the shell command that destroys it. */
function fifoCopies(object: FifoObject): KindCopy[] {
  const { path, pathBytes, inode } = object;
  const word = shellWord(pathBytes === undefined ? encodeText(path) : fromBytes(pathBytes));
  const command = `rm -- ${word}`;
  return [
    // What is no text can only be copied as the shell writes it.
    { label: t('Copy Path'), text: pathBytes === undefined ? path : word },
    { label: t('Copy Inode'), text: inode },
    ...(isRemovable(object) ? [{ label: t('Copy Command "{0}"', shownName(command)), text: command }] : []),
  ];
}
