/** `list`: a line for each object. */
import type { IpcObject, ObjectOf } from '../../protocol/kinds';
import { KINDS, type Kind } from '../../protocol/ref';
import { modeText, visible } from '../../presentation/text';
import { parse, UsageError } from './arguments';
import { Machine } from './machine';
import { complain, print, printJson } from './output';
import { blindSentence, hiddenSentences, isWhole } from './sentences';
import { socketState } from './socketWords';
import { table } from './table';
import { counted, HIDDEN, keyText, size, sizeOf, userText, waitTexts } from './words';

export async function list(args: string[]): Promise<number> {
  const { values } = parse(args, { kind: { type: 'string' }, json: { type: 'boolean' } });
  const kinds = KINDS.filter((kind) => values.kind === undefined || values.kind === kind);
  if (kinds.length === 0) throw new UsageError(`--kind takes one of ${KINDS.join(', ')}.`);
  const { objects, blind } = await (await Machine.open()).rows(kinds);
  const found = [...objects];
  if (values.json) await printJson(found);
  else await print(table([['REF', 'KEY', 'OWNER', 'MODE', 'STATE'], ...found.map(row)]));
  // A single fact that may not be read says so in its line; a whole kind that is missing has none.
  const missing = blind.filter(isWhole);
  for (const one of missing) await complain(blindSentence(one));
  for (const line of hiddenSentences(blind, kinds)) await complain(line);
  // Names that nobody lets us list are no failure: what is listed is right, and the line on stderr says what it lacks.
  return missing.some(({ code }) => code !== 'notMounted') ? 1 : 0;
}

function row(object: IpcObject): string[] {
  const { ref, owner, mode } = object;
  return [
    ref,
    'key' in object ? keyText(object.key) : '-',
    owner === undefined ? HIDDEN : userText(owner),
    // Most sockets have no file whose mode that could be.
    mode === undefined ? HIDDEN : mode === null ? '-' : modeText(mode),
    stateOf(object).join(', '),
  ];
}

function stateOf(object: IpcObject): string[] {
  return (states[object.kind] as (object: IpcObject) => string[])(object);
}

/** What matters now, most important first. */
const states: { [K in Kind]: (object: ObjectOf<K>) => string[] } = {
  'sysv.msg': ({ messages, bytes, maxBytes }) => [
    counted(messages, 'message'),
    maxBytes === undefined ? `${size(bytes)} (limit ${HIDDEN})` : sizeOf(bytes, maxBytes),
  ],

  'sysv.sem': ({ semaphores, values, atZero, waitForIncrease, waitForZero }) => {
    const many = counted(semaphores, 'semaphore');
    if (values)
      return [
        `[${values.join(', ')}]`,
        ...waiting(waitForIncrease, 'wait'),
        ...waiting(waitForZero, 'wait for zero'),
      ];
    return [many, atZero === undefined ? `values ${HIDDEN}` : `${atZero} at zero`];
  },

  'sysv.shm': ({ bytes, attachments, endpoints = [], flags }) => {
    // The kernel counts mappings. Where every one of them was seen, people ask how many processes that are.
    const seen = attachments > 0 && endpoints.length === attachments;
    const pids = new Set(endpoints.map(({ pid }) => pid));
    const held = seen ? counted(pids.size, 'process', 'processes') : counted(attachments, 'attachment');
    return [size(bytes), held, ...flags];
  },

  'posix.mq': ({ name, messages, maxMessages, flags, endpoints }) => [
    visible(name ?? HIDDEN),
    messages === undefined ? `messages ${HIDDEN}` : `${messages} of ${counted(maxMessages ?? 0, 'message')}`,
    ...flags,
    ...holders(endpoints),
  ],

  'posix.sem': ({ name, value, waiters = 0, flags, endpoints }) => [
    visible(name ?? HIDDEN),
    value === undefined ? `value ${HIDDEN}` : `value ${value}`,
    ...(waiters > 0 ? [`${waiters} ${waiters === 1 ? 'waits' : 'wait'}`] : []),
    ...flags,
    ...holders(endpoints),
  ],

  'posix.shm': ({ name, type, bytes, flags, endpoints }) => [
    visible(name ?? HIDDEN),
    type === 'file' ? (bytes === undefined ? `size ${HIDDEN}` : size(bytes)) : type,
    ...flags,
    ...holders(endpoints),
  ],

  pipe: (object) => ends(object),

  fifo: (object) => [visible(object.path), ...ends(object)],

  unix: socketState,

  inet: socketState,

  mapping: ({ what, name, bytes, flags, endpoints }) => [
    ...(name === undefined ? [what] : what === 'file' ? [visible(name)] : [`${what} ${visible(name)}`]),
    ...(bytes === undefined ? [] : [size(bytes)]),
    ...flags,
    ...holders(endpoints),
  ],
};

function holders(endpoints: IpcObject['endpoints'] = []): string[] {
  const many = new Set(endpoints.map(({ pid }) => pid)).size;
  return many === 0 ? [] : [counted(many, 'process', 'processes')];
}

/** How many processes hold each end, and what is the matter. */
function ends({ endpoints = [], flags }: ObjectOf<'pipe' | 'fifo'>): string[] {
  const holding = (...roles: string[]) =>
    new Set(endpoints.filter(({ role }) => roles.includes(role)).map(({ pid }) => pid)).size;
  return [`${holding('writer', 'both')} -> ${holding('reader', 'both')}`, ...flags, ...waitTexts(endpoints)];
}

/** `2 wait on [1]` for each semaphore that somebody waits on. */
function waiting(counts: number[] | undefined, verb: string): string[] {
  if (!counts) return [`who waits ${HIDDEN}`];
  return counts.flatMap((count, number) =>
    count === 0 ? [] : [`${count} ${count === 1 ? verb.replace('wait', 'waits') : verb} on [${number}]`],
  );
}
