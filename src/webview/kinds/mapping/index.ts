/** The page of a mapping. */
import { html } from 'lit';
import { mapping } from '../../../presentation/kinds/mapping';
import { objectPage } from '../../panel/main';
import { t } from '../../strings';
import { locksPart } from '../shared/memory/locks';
import { segmentPart } from '../shared/memory/segment';
import { recentPart } from './recent';

objectPage({
  view: mapping,
  otherBoot: () =>
    t('This mapping was seen before the machine was started anew. Its file may still be there.'),
  body: (object, panel) => html`
    ${recentPart(object.recent, panel.context.process)} ${locksPart(object.locks, panel.context.process)}
    ${segmentPart(object, panel)}
  `,
});
