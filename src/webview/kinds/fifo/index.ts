/** The page of a FIFO. */
import { html } from 'lit';
import { fifo } from '../../../presentation/kinds/fifo';
import { objectPage } from '../../panel/main';
import { t } from '../../strings';
import { streamContent, streamSides } from '../shared/stream/plug';
import './body';

objectPage({
  view: fifo,
  sides: streamSides(fifo),
  otherBoot: () => t('This FIFO was seen before the machine was started anew. Its file may still be there.'),
  body: (object, panel) =>
    // What nobody finds has no content and no acts.
    object.flags.includes('deletedOrReplaced')
      ? html``
      : html`${streamContent(object, panel)}
          <ipc-fifo
            .panel=${panel}
            .object=${object}
            .state=${panel.state}
            .history=${panel.history}
          ></ipc-fifo>`,
});
