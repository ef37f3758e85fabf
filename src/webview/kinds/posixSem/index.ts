/** The page of a POSIX semaphore. */
import { html } from 'lit';
import { posixSem } from '../../../presentation/kinds/posixSem';
import { objectPage } from '../../panel/main';
import { t } from '../../strings';
import '../shared/holdersTable';
import './acts';
import { processesTitle } from '../../../presentation/shared';

objectPage({
  view: posixSem,
  otherBoot: () => t('This semaphore belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) => html`
    <ipc-holders
      class="holders-pane"
      tabindex="0"
      role="group"
      aria-label=${processesTitle()}
      .object=${object}
      .state=${panel.state}
    ></ipc-holders>
    <div class="acts single">
      <ipc-semaphore .panel=${panel} .state=${panel.state} .object=${object}></ipc-semaphore>
    </div>
  `,
});
