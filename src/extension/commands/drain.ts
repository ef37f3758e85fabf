/** Looking into a POSIX queue by taking every message and sending all back. */
import { attemptOf } from '../../presentation/abilities';
import { originOf } from '../acts/messages';
import { attempt } from '../attempt';
import { type Documents, textTable } from '../documents';
import { drainAsked } from '../draining';
import { visible } from '../foreign';
import { grouped, timeText } from '../../presentation/values';
import { decodeText, fromBytes } from '../../protocol/bytes';
import type { DrainResult } from '../../protocol/kinds/posixMq';
import { COMMANDS } from '../ids';
import { labelOf, nameOf } from '../../presentation/kinds';
import { mayAsk, mayBegin } from '../may';
import { type Command, oneOf } from './command';
import { t } from '../../presentation/translate';
import { othersBetween } from '../../presentation/shared';

export const drainCommand: Command = {
  id: COMMANDS.drainAndRestore,
  async run(parts, node) {
    if (!mayAsk(parts, 'drainAndRestore', node)) return;
    const queue = await oneOf(parts, t('Drain and Restore Queue'), 'posix.mq', node, 'drainAndRestore');
    if (!queue || !mayBegin(parts, queue, 'drainAndRestore')) return;
    const { process } = parts.inventory;
    const name = nameOf(queue, process);
    const origin = originOf(queue, parts.helper.bootId, labelOf(queue, process));
    const drained = await attempt(parts, attemptOf('drainAndRestore', name), () =>
      drainAsked(parts, queue, origin),
    );
    if (drained) await showMessages(parts.documents, origin.name, drained);
  },
};

/** The messages as a text, in the order in which they would be received. */
async function showMessages(documents: Documents, name: string, { messages, readAt, moved }: DrainResult) {
  const title = t('Messages of {0}, {1}', visible(name), timeText(readAt));
  const rows = messages.map(({ index, priority, content }) => {
    const bytes = fromBytes(content);
    return [String(index), String(priority), grouped(bytes.length), visible(textOf(bytes))];
  });
  const head = ['#', t('priority'), t('bytes'), t('content')];
  const note = moved ? `${othersBetween()}\n\n` : '';
  // A slash would make a folder of the name of its tab.
  const file = `${title.replaceAll('/', '')}.txt`;
  await documents.show(file, `${title}: ${messages.length}\n\n${note}${textTable(head, rows)}`);
}

function textOf(bytes: Uint8Array): string {
  return decodeText(bytes) ?? Buffer.from(bytes).toString('hex');
}
