/** The page of a POSIX shared memory object. */
import { html } from 'lit';
import { posixShm } from '../../../presentation/kinds/posixShm';
import { objectPage } from '../../panel/main';
import { t } from '../../strings';
import { locksPart } from '../shared/memory/locks';
import { segmentPart } from '../shared/memory/segment';

objectPage({
  view: posixShm,
  commands: ({ type }) =>
    type === 'file' ? [{ label: t('Resize...'), icon: 'arrow-both', command: 'resize' }] : [],
  otherBoot: () => t('This shared memory belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) => html`
    ${locksPart(object.locks, panel.context.process)}
    ${
      object.type === 'file'
        ? segmentPart(object, panel)
        : html`<p class="notice">
            ${t('What lies there is no shared memory. It is not opened and not followed.')}
          </p>`
    }
  `,
});
