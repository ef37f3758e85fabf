/** The page of a pipe. */
import { html } from 'lit';
import { pipe } from '../../../presentation/kinds/pipe';
import { objectPage } from '../../panel/main';
import { t } from '../../strings';
import { streamContent, streamSides } from '../shared/stream/plug';
import '../shared/stream/capacity';

objectPage({
  view: pipe,
  sides: streamSides(pipe),
  otherBoot: () => t('This pipe belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) =>
    html`${streamContent(object, panel)}
      <div class="acts single">
        <ipc-capacity .panel=${panel} .state=${panel.state} .object=${object}></ipc-capacity>
      </div>`,
});
