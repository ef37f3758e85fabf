/** The bytes of a message, or of what is written into a segment. */
import { type Bytes, fromBytes, toBytes } from '../../protocol/bytes';
import { type ContentProblem, type Encoding, isProblem, parseContent } from '../../protocol/content';
import { asFailure } from '../../protocol/errors';
import { FIFO_MOST } from '../../protocol/kinds/fifo';
import { RANGE_MOST } from '../../protocol/kinds/sysvShm';
import { readContentFile } from './files';
import { attemptOf } from '../../presentation/abilities';
import { exactSize, grouped, size } from '../../presentation/values';
import { nameOf } from '../../presentation/kinds';
import { sentence } from '../../presentation/failures';
import type { Asked, Asker } from './asker';
import { memoryEnd } from './numbers';
import { Wrong } from './steps';
import { t } from '../../presentation/translate';
import { nothingToWrite } from '../../presentation/shared';

export const askContent: Asker = async (steps, asked): Promise<Bytes> => {
  const encoding = await steps.pick<Encoding | 'file' | { content: Bytes }>(
    'encoding',
    {
      placeholder: t('How do you write the content?'),
      typed: (text) => {
        const content = text === '' ? new Wrong('') : parsed(asked, text, 'text');
        return content instanceof Wrong
          ? undefined
          : { label: t('Text: {0}', text), description: t('what you typed'), value: { content } };
      },
      items: [
        {
          label: t('Text'),
          description: t('UTF-8, with the escapes \\n \\r \\t \\0 \\\\ \\xNN'),
          value: 'text',
        },
        { label: t('Hex'), description: t('two digits a byte, spaces as you like'), value: 'hex' },
        { label: t('Base64'), description: t('as other programs print it'), value: 'base64' },
        { label: t('File...'), description: t('the bytes of a file'), value: 'file' },
      ],
    },
    1,
  );
  if (typeof encoding === 'object') return encoding.content;
  if (encoding !== 'file')
    return steps.input<Bytes>(encoding, {
      prompt: asked.prompt,
      parse: (text) => parsed(asked, text, encoding),
    });
  return steps.once(async () => {
    const uri = await steps.ask.file(t('A file whose bytes are taken'));
    if (!uri) return undefined;
    try {
      const content = await readContentFile(uri, mostOf(asked));
      const wrong = misfit(asked, fromBytes(content).length);
      if (!wrong) return content;
      void steps.ask.tell('error', wrong.why);
    } catch (error) {
      const { object, ability } = asked;
      const what = attemptOf(ability, object ? nameOf(object, () => undefined) : '');
      void steps.ask.tell('error', sentence(what, asFailure(error)));
    }
    return undefined;
  });
};

function parsed(asked: Asked, text: string, encoding: Encoding): Bytes | Wrong {
  const bytes = parseContent(text, encoding);
  if (isProblem(bytes)) return new Wrong(problemWords(bytes));
  return misfit(asked, bytes.length) ?? toBytes(bytes);
}

/** How many bytes may be given; undefined where that is not known here. */
function mostOf({ kind, host, object }: Asked): number | undefined {
  switch (kind) {
    case 'fifo':
      return FIFO_MOST;
    case 'sysv.msg':
      return host?.limits['sysv.msg']?.messageBytes;
    case 'posix.mq':
      return object?.kind === 'posix.mq' ? object.messageSize : undefined;
    default:
      return RANGE_MOST;
  }
}

/** Why so many bytes do not fit. */
function misfit(asked: Asked, bytes: number): Wrong | undefined {
  const { kind, object, answers } = asked;
  const most = mostOf(asked);
  if (kind === 'sysv.msg')
    return most !== undefined && bytes > most
      ? new Wrong(
          t('{0} bytes; this machine allows {1} a message (msgmax).', grouped(bytes), exactSize(most)),
        )
      : undefined;
  if (kind === 'posix.mq')
    return most !== undefined && bytes > most
      ? new Wrong(t('{0} bytes; this queue takes {1} a message.', grouped(bytes), exactSize(most)))
      : undefined;
  if (bytes === 0) return new Wrong(nothingToWrite());
  if (most !== undefined && bytes > most) return new Wrong(t('At most {0} are written at once.', size(most)));
  const offset = Number(answers.offset ?? 0);
  const end = object && memoryEnd(object);
  const room = end === undefined ? undefined : BigInt(end) - BigInt(offset);
  if (room === undefined || BigInt(bytes) <= room) return undefined;
  return new Wrong(
    kind === 'sysv.shm'
      ? t('{0} bytes; the segment has {1} from there on.', grouped(bytes), String(room))
      : t('{0} bytes; there are {1} from there on.', grouped(bytes), String(room)),
  );
}

function problemWords({ code, at }: ContentProblem): string {
  const words: Record<ContentProblem['code'], string> = {
    badEscape: t('Character {0}: a backslash starts \\n \\r \\t \\0 \\\\ or \\xNN.', at + 1),
    oddHex: t('Half a byte is missing at the end.'),
    badHex: t('Character {0} is no hexadecimal digit.', at + 1),
    badBase64: t('This is not base64.'),
  };
  return words[code];
}
