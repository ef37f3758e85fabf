/** What can be done with a pipe or FIFO besides acts of one call: peek, read. */
import { attemptOf, titleOf } from '../../presentation/abilities';
import { readFifo } from '../acts/streams';
import { attempt } from '../attempt';
import { showReceived } from '../documents';
import { size } from '../../presentation/values';
import { COMMANDS } from '../ids';
import { askParameters } from '../inputs';
import { nameOf } from '../../presentation/kinds';
import { mayAsk, mayBegin } from '../may';
import { type Command, oneOf, targets } from './command';
import { waitFor } from './waits';
import { t } from '../../presentation/translate';

export const peekStream: Command = {
  id: COMMANDS.peekStream,
  async run(parts, node) {
    const [object] = await targets(parts, t('Peek at Pipe or FIFO'), ['pipe', 'fifo'], node, undefined);
    // The panel peeks by itself and shows what it finds.
    if (object) parts.panels.show(object, { keep: false, preserveFocus: false });
  },
};

export const readFifoCommand: Command = {
  id: COMMANDS.readFifo,
  async run(parts, node) {
    if (!mayAsk(parts, 'read', node)) return;
    const fifo = await oneOf(parts, t('Read from FIFO'), 'fifo', node, 'read');
    if (!fifo || !mayBegin(parts, fifo, 'read')) return;
    const name = nameOf(fifo, parts.inventory.process);
    const given = await askParameters(parts.ask, 'fifo', 'read', {
      ...{ title: titleOf('read', name), object: fifo, host: parts.inventory.actingHost },
    });
    if (!given) return;
    if (given.wait) return waitFor(parts, fifo, 'read', given);
    const done = await attempt(parts, attemptOf('read', name), () => readFifo(parts, fifo, given));
    if (!done) return;
    // Its panel shows what was taken.
    if (done.entry && !parts.panels.shows(fifo.ref)) await showReceived(parts.documents, done.entry);
    if (!done.entry)
      parts.ask.tellBriefly(t('{0}: nothing to read, and nobody has it open for writing.', name));
    else if (done.unread > 0) parts.ask.tellBriefly(t('{0}: {1} more are unread.', name, size(done.unread)));
  },
};
