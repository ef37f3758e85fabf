/** The acts on a FIFO. */
import { fromBytes } from '../../../protocol/bytes';
import type { ObjectOf, ParametersOf, ResultOf } from '../../../protocol/kinds';
import { parseStreamRef } from '../../../protocol/ref';
import { t } from '../../../presentation/translate';
import { size } from '../../../presentation/values';
import { waitersSentence } from '../../../presentation/waits';
import { showReceived } from '../../ui/documents';
import { openersText } from '../consequences';
import type { ActContext } from '../context';
import { take } from '../take';
import { alteringCapacity, creating, looking, originOf, whichFile } from './common';
import type { KindActs, KindDone, Outcome } from './kindActs';

export const fifo: KindActs<'fifo'> = {
  identity({ ref }) {
    const named = parseStreamRef(ref);
    if (named?.kind !== 'fifo') return undefined;
    const { device, inode, birth } = named;
    return { device, inode, birth };
  },
  // Bytes go to the end, behind what others wrote meanwhile.
  giveBack: ({ content }) => ({ ability: 'write', given: { content } }),
  acts: {
    create: creating('fifo'),
    peek: looking,
    alterCapacity: alteringCapacity,
    write: {
      page: true,
      report: ({ ask }, { name, outcome, after }) =>
        ask.tellBriefly(
          after === undefined
            ? t('Wrote to {0}.', name)
            : t('Wrote {0} to {1} after {2}.', size(outcome.result.bytes), name, after),
        ),
    },
    read: { page: true, run: read, report: reportRead },
    destroy: {
      which: whichFile,
      consequences: (object, { find }) => [...openersText(object, find), ...waitersSentence(object, find)],
    },
  },
};

/** What came while nobody had it open cannot be copied beforehand, nor what is waited for; the helper keeps that until it is stored. */
async function read(
  context: ActContext,
  object: ObjectOf<'fifo'>,
  { length, wait }: ParametersOf<'fifo', 'read'>,
): Promise<Outcome<ResultOf<'fifo', 'read'>>> {
  const { helper } = context;
  const { ref } = object;
  const { unacknowledged: result, entry } = await take(context, {
    kind: 'fifo',
    origin: originOf(context, object, object.path),
    ...(wait !== true && { copy: (recovery) => helper.act('fifo', 'copy', { ref, length, recovery }) }),
    content: ({ content }) => (fromBytes(content).length > 0 ? { content } : undefined),
    release: ({ copied }) => helper.act('fifo', 'release', { copied }),
    take: (recovery, copy) =>
      helper.act('fifo', 'read', {
        ...{ ref, length, recovery },
        ...(copy ? { copied: copy.copied } : { wait: true }),
      }),
  });
  return { result, entry };
}

async function reportRead(
  { ask, panels, documents }: ActContext,
  { object, name, outcome: { result, entry }, after }: KindDone<'fifo', 'read'>,
): Promise<void> {
  if (!entry) {
    ask.tellBriefly(
      after === undefined
        ? t('{0}: nothing to read, and nobody has it open for writing.', name)
        : t('{0}: end of file, nobody has it open for writing any more.', name),
    );
    return;
  }
  // Its panel shows what was taken.
  const shown = panels.shows(object.ref);
  if (after === undefined) {
    if (!shown) await showReceived(documents, entry);
    if (result.unread > 0) ask.tellBriefly(t('{0}: {1} more are unread.', name, size(result.unread)));
  } else if (!shown) {
    const show = t('Show');
    const many = size(fromBytes(entry.content).length);
    // Nobody waits for the answer.
    void ask.tell('info', t('Read {0} from {1} after {2}.', many, name, after), show).then((answer) => {
      if (answer === show) void showReceived(documents, entry);
    });
  }
}
