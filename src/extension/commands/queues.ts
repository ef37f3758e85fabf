/** What can be done with a System V queue: create, send, peek, receive. */
import * as vscode from 'vscode';
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { ObjectOf } from '../../protocol/kinds';
import { type Bytes, toBytes } from '../../protocol/bytes';
import { type ContentProblem, type Encoding, isProblem, parseContent } from '../../protocol/content';
import { type MessageType, parseMessageType, type ReceiveRule } from '../../protocol/kinds/sysvMsg';
import { originOf, readMessageFile, receive, send } from '../acts';
import { type Answer, askSteps, BACK } from '../ask';
import { exactMode, pastText } from '../format';
import { COMMANDS } from '../ids';
import { nameOf, viewOf } from '../kinds';
import { attempt } from '../attempt';
import { type Command, type CommandParts, oneQueue } from './command';

const { t } = vscode.l10n;

/** Modes that people give a queue, with the reason in one line. */
const MODES: [mode: number, why: string][] = [
  [0o600, t('only you may send and receive')],
  [0o660, t('you and your group')],
  [0o666, t('everybody on this machine')],
  [0o622, t('everybody may send, only you receive')],
];

/** What was answered last, offered again. */
const last: { type: string; encoding: Encoding; content: string } = {
  type: '1',
  encoding: 'text',
  content: '',
};

/** Turns an answer into the named field of a step. */
function field<T, K extends keyof T>(name: K, answer: Answer<T[K]>): Answer<Partial<T>> {
  // A computed name widens to an index signature; it is this field all the same.
  return answer === undefined || answer === BACK ? (answer as undefined) : ({ [name]: answer } as Partial<T>);
}

/** A key as typed: a number, decimal or hexadecimal; undefined where it is none. */
export function parseKey(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (!/^(0x[0-9a-f]{1,8}|\d{1,10})$/.test(trimmed)) return undefined;
  const key = Number(trimmed);
  return key <= 0xffffffff ? key : undefined;
}

interface NewQueue {
  key: number;
  mode: number;
}

export const createQueue: Command = {
  id: COMMANDS.createQueue,
  async run(parts) {
    const title = t('Create System V Queue');
    const answers = await askSteps<NewQueue>([
      async (_answers, place) => {
        const text = await parts.ask.input({
          title,
          ...place,
          prompt: t('Key: a number such as 0x1234, or "private" for a queue that no key finds'),
          value: 'private',
          problem: (value) =>
            value.trim() === 'private' || parseKey(value)
              ? undefined
              : t('A key is a number from 1 to 0xffffffff, or the word "private".'),
        });
        return field<NewQueue, 'key'>('key', typeof text === 'string' ? (parseKey(text) ?? 0) : text);
      },
      async (_answers, place) =>
        field<NewQueue, 'mode'>(
          'mode',
          await parts.ask.pick({
            title,
            ...place,
            placeholder: t('Who may use it?'),
            items: MODES.map(([mode, why]) => ({ label: exactMode(mode), description: why, value: mode })),
          }),
        ),
    ]);
    if (!answers) return;
    const created = await attempt(parts, t('create a queue'), () =>
      parts.helper.act('sysv.msg', 'create', { ...answers, exclusive: true }),
    );
    if (!created) return;
    parts.inventory.refresh();
    const object = await parts.helper.act('sysv.msg', 'inspect', { ref: created.ref }).catch(() => undefined);
    if (object) parts.panels.show(object, { keep: false, preserveFocus: false });
  },
};

interface NewMessage {
  type: MessageType;
  encoding: Encoding | 'file';
  content: Bytes;
}

export const sendCommand: Command = {
  id: COMMANDS.send,
  async run(parts, node) {
    const queue = await oneQueue(parts, t('Send to Queue'), node);
    if (!queue) return;
    const message = await askSteps<NewMessage>([
      (_answers, place) => askType(parts, t('Send to {0}', nameOf(queue)), place),
      (_answers, place) => askEncoding(parts, t('Send to {0}', nameOf(queue)), place),
      ({ encoding = 'text' }, place) => askContent(parts, t('Send to {0}', nameOf(queue)), encoding, place),
    ]);
    if (!message) return;
    const { type, content } = message;
    const sent = await attempt(parts, t('send to {0}', nameOf(queue)), () =>
      send(parts, origin(parts, queue), { type, content }),
    );
    if (sent) parts.ask.tellBriefly(t('Sent {0} bytes to {1}.', sent.bytes, nameOf(queue)));
  },
};

type Place = { step: number; of: number };

async function askType(
  parts: CommandParts,
  title: string,
  place: Place,
): Promise<Answer<Partial<NewMessage>>> {
  const text = await parts.ask.input({
    title,
    ...place,
    prompt: t('Type: a whole number above 0, by which receivers choose'),
    value: last.type,
    problem: typeProblem,
  });
  if (typeof text !== 'string') return text;
  last.type = text;
  return field<NewMessage, 'type'>('type', parseMessageType(text));
}

function typeProblem(text: string): string | undefined {
  return parseMessageType(text) === undefined ? t('A type is a whole number from 1 to 2^63 - 1.') : undefined;
}

async function askEncoding(
  parts: CommandParts,
  title: string,
  place: Place,
): Promise<Answer<Partial<NewMessage>>> {
  const answer = await parts.ask.pick<Encoding | 'file'>({
    title,
    ...place,
    placeholder: t('How do you write the content?'),
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
  });
  return field<NewMessage, 'encoding'>('encoding', answer);
}

async function askContent(
  parts: CommandParts,
  title: string,
  encoding: Encoding | 'file',
  place: Place,
): Promise<Answer<Partial<NewMessage>>> {
  if (encoding === 'file') {
    const uri = await parts.ask.file(title);
    if (!uri) return undefined;
    const limit = parts.inventory.host?.limits['sysv.msg']?.messageBytes;
    const content = await attempt(parts, t('read the file'), () => readMessageFile(uri, limit));
    return content === undefined ? undefined : { content };
  }
  const text = await parts.ask.input({
    title,
    ...place,
    prompt: t('Content; may be empty'),
    value: last.encoding === encoding ? last.content : '',
    problem: (value) => contentProblem(value, encoding),
  });
  if (typeof text !== 'string') return text;
  Object.assign(last, { encoding, content: text });
  const parsed = parseContent(text, encoding);
  return isProblem(parsed) ? undefined : { content: toBytes(parsed) };
}

function contentProblem(value: string, encoding: Encoding): string | undefined {
  const parsed = parseContent(value, encoding);
  if (!isProblem(parsed)) return undefined;
  const where: Record<ContentProblem['code'], string> = {
    badEscape: t('Character {0}: a backslash starts \\n \\r \\t \\0 \\\\ or \\xNN.', parsed.at + 1),
    oddHex: t('Half a byte is missing at the end.'),
    badHex: t('Character {0} is no hexadecimal digit.', parsed.at + 1),
    badBase64: t('This is not base64.'),
  };
  return where[parsed.code];
}

export const peekCommand: Command = {
  id: COMMANDS.peek,
  async run(parts, node) {
    const queue = await oneQueue(parts, t('Peek at Queue'), node);
    // The panel peeks by itself and shows what it finds.
    if (queue) parts.panels.show(queue, { keep: false, preserveFocus: false });
  },
};

export const receiveCommand: Command = {
  id: COMMANDS.receive,
  async run(parts, node) {
    const queue = await oneQueue(parts, t('Receive from Queue'), node);
    if (!queue) return;
    const rule = await askRule(parts, t('Receive from {0}', nameOf(queue)));
    if (!rule) return;
    const received = await attempt(parts, t('receive from {0}', nameOf(queue)), async () => {
      try {
        return await receive(parts, origin(parts, queue), rule);
      } catch (error) {
        throw await withLastReceiver(parts, queue, error);
      }
    });
    // The history in its panel shows what was taken.
    if (received) parts.panels.show(queue, { keep: false, preserveFocus: false });
  },
};

/** Where nothing was there to receive, people ask who took it: the failure gets the name of the last receiver. */
async function withLastReceiver(
  parts: CommandParts,
  queue: ObjectOf<'sysv.msg'>,
  error: unknown,
): Promise<unknown> {
  const failure = asFailure(error);
  if (failure.code !== 'nothing') return error;
  const snapshot = await parts.helper.request('snapshot', {}).catch(() => undefined);
  const now = snapshot?.objects.find(({ ref }) => ref === queue.ref);
  if (now?.kind !== 'sysv.msg' || !now.lastReceive) return error;
  const find = (pid: number) => snapshot?.processes.find((process) => process.pid === pid);
  const detail = { receiver: pastText(now.lastReceive, find), at: now.lastReceive.at };
  return new IpcFailure({ ...failure, detail });
}

async function askRule(parts: CommandParts, title: string): Promise<ReceiveRule | undefined> {
  interface Rule {
    rule: 'oldest' | 'type';
    type: MessageType;
  }
  const choice = await parts.ask.pick<Rule['rule']>({
    title,
    placeholder: t('Which message?'),
    items: [
      { label: t('The Oldest'), description: t('whatever its type'), value: 'oldest' },
      { label: t('The Oldest of One Type...'), description: t('others stay in the queue'), value: 'type' },
    ],
  });
  if (choice === undefined || choice === BACK) return undefined;
  if (choice === 'oldest') return { rule: 'oldest' };
  const text = await parts.ask.input({
    title,
    prompt: t('Type: a whole number above 0'),
    value: last.type,
    problem: typeProblem,
  });
  const type = typeof text === 'string' ? parseMessageType(text) : undefined;
  return type === undefined ? undefined : { rule: 'type', type };
}

function origin(parts: CommandParts, queue: Parameters<typeof originOf>[0]) {
  return originOf(queue, parts.helper.bootId, viewOf(queue).label(queue));
}
