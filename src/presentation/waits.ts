/** Who waits on an object, and what for, in words: threads that the kernel shows blocked in a call on it. Our own acts have words of their own. */
import type { Endpoint } from '../protocol/facts';
import type { IpcObject } from '../protocol/kinds';
import type { Wait, WaitedDescriptor, WaitedOperation, WaitOnOf } from '../protocol/waits';
import { amount, type FactRecord, type Line } from './facts';
import { lockAskedText } from './locks';
import { signalText } from './signals';
import { visible } from './text';
import { type Find, grouped, pidText } from './values';
import { t } from './translate';

/** Threads named one by one; of more only the number. */
const MOST_NAMED = 8;
/** Descriptors that may be meant. */
const CANDIDATES_NAMED = 4;

/** The calls that wait for a message, and for room; mq_receive(3) and mq_send(3) are the timed ones to the kernel. */
const RECEIVING: ReadonlySet<string> = new Set(['msgrcv', 'mq_timedreceive']);
const SENDING: ReadonlySet<string> = new Set(['msgsnd', 'mq_timedsend']);

/** What a thread waits for in its call, in the notation of the man pages (`type 7`, `[0] -1`, `fd 3`): the one place where a wait is worded. */
export function waitWords({ call, on }: Pick<Wait, 'call' | 'on'>): string[] {
  switch (on.is) {
    case 'descriptors':
      return [
        ...on.of.map((one) => descriptorText(one, call)),
        ...(on.to === undefined ? [] : [t('to {0}', visible(on.to))]),
        ...moreText(on),
      ];
    case 'path':
      return [on.direction === 'write' ? t('to write') : t('to read')];
    case 'connect':
      return [on.address === undefined ? t('fd {0}', on.fd) : t('fd {0} to {1}', on.fd, visible(on.address))];
    case 'operations':
      return [...(on.of ?? []).map(operationText), ...moreText(on)];
    case 'receive':
      return [typeText(on.type)];
    case 'send':
      return [...(on.type === undefined ? [] : [t('type {0}', on.type)]), t('{0} bytes', on.bytes)];
    case 'word':
      // Within an object it is the place there that tells something.
      return [
        on.ref === undefined && on.offset !== undefined ? t('at {0}', on.offset) : on.address,
        ...(on.shared ? [] : [t('of its own threads')]),
        ...(on.or === undefined ? [] : [t('or {0} more', on.or)]),
      ];
    case 'thread':
      return [t('thread {0}', on.number)];
    case 'children':
      return [childrenText(on)];
    case 'lock': {
      const asked = lockAskedText(on);
      return [t('fd {0}', on.fd), ...(asked === '' ? [] : [asked])];
    }
    case 'signals':
      return (on.signals ?? []).map((one) => signalText(one));
    case 'unknown':
      return on.candidates ? [candidatesText(on.candidates, on.more)] : [];
    case 'vfork':
    case 'time':
      return [];
  }
}

/** Calls that say by their name that they write. */
const WRITES = /write|^send(?!file)|^vmsplice|_timedsend$/;

function descriptorText({ fd, direction, moved }: WaitedDescriptor, call: string): string {
  const writes = direction === 'write' && !WRITES.test(call);
  if (moved) return writes ? t('what was fd {0} to write', fd) : t('what was fd {0}', fd);
  return writes ? t('fd {0} to write', fd) : t('fd {0}', fd);
}

/** The call is hidden, and each of these may be meant. */
function candidatesText(candidates: NonNullable<WaitOnOf<'unknown'>['candidates']>, more = 0): string {
  const named = candidates
    .slice(0, CANDIDATES_NAMED)
    .map(({ fd }) => t('fd {0}', fd))
    .join(', ');
  const others = candidates.length - CANDIDATES_NAMED + more;
  return others > 0 ? t('one of {0} and {1} more', named, others) : t('one of {0}', named);
}

function moreText({ more = 0, moreAtLeast }: { more?: number | undefined; moreAtLeast?: true | undefined }) {
  if (moreAtLeast) return [t('and at least {0} more', more)];
  return more > 0 ? [t('and {0} more', more)] : [];
}

function operationText({ number, change, undo }: WaitedOperation): string {
  const done = `[${number}] ${change > 0 ? '+' : ''}${change}`;
  return undo ? t('{0} undo', done) : done;
}

function typeText(type: WaitOnOf<'receive'>['type']): string {
  switch (type.is) {
    case 'any':
      return t('any type');
    case 'type':
      return t('type {0}', type.type);
    case 'upTo':
      return t('type <= {0}', type.type);
    case 'except':
      return t('type not {0}', type.type);
  }
}

function childrenText({ who, number = 0 }: WaitOnOf<'children'>): string {
  switch (who) {
    case 'any':
      return t('any child');
    case 'ownGroup':
      return t('own group');
    case 'pid':
      return t('pid {0}', number);
    case 'group':
      return t('group {0}', number);
    case 'pidfd':
      return t('pidfd {0}', number);
  }
}

/** A list of those who wait: its title, and the calls that belong to it. */
interface WaiterList {
  title: string;
  /** `rest`: those that belong to no other list. */
  calls: ReadonlySet<string> | 'rest' | 'all';
}

/** The lists of a kind; none of those that show each holder with what it waits for, and of memory, on which nobody waits. */
function listsOf(kind: IpcObject['kind']): WaiterList[] {
  const send = { title: t('Wait to send'), calls: SENDING };
  const receive = { title: t('Wait to receive'), calls: RECEIVING };
  switch (kind) {
    case 'sysv.msg':
      return [send, receive];
    case 'posix.mq':
      return [send, receive, { title: t('Wait in another call'), calls: 'rest' }];
    case 'sysv.sem':
    case 'posix.sem':
      return [{ title: t('Wait'), calls: 'all' }];
    default:
      return [];
  }
}

/** The waits of other processes on an object, in the lists of its kind. */
export function waiterLists({
  kind,
  endpoints = [],
}: Pick<IpcObject, 'kind' | 'endpoints'>): { title: string; waits: { end: Endpoint; wait: Wait }[] }[] {
  const lists = listsOf(kind);
  const told = (call: string) => lists.some(({ calls }) => typeof calls !== 'string' && calls.has(call));
  const all = endpoints
    .filter(({ own }) => own !== true)
    .flatMap((end) => (end.waits ?? []).map((wait) => ({ end, wait })));
  return lists.map(({ title, calls }) => ({
    title,
    waits: all.filter(({ wait: { call } }) =>
      typeof calls !== 'string' ? calls.has(call) : calls === 'all' || !told(call),
    ),
  }));
}

/** A thread that waits, and what for. */
interface Waiter {
  pid: number;
  call: string;
  what: string;
  /** The kernel showed the call. */
  certain: boolean;
}

/** The threads of other processes that wait on an object. */
export function waitersOf({ endpoints = [] }: Pick<IpcObject, 'endpoints'>): Waiter[] {
  return endpoints
    .filter(({ own }) => own !== true)
    .flatMap(({ pid, waits = [] }) =>
      waits.map((wait) => ({
        ...{ pid, call: wait.call, what: waitWords(wait).join(', ') },
        certain: wait.certain,
      })),
    );
}

/** What a queue's row says: `1 waits to receive`. */
export function queueWaitPart(object: Pick<IpcObject, 'endpoints'>): string[] {
  const waiters = waitersOf(object);
  const receive = waiters.filter(({ call }) => RECEIVING.has(call)).length;
  const send = waiters.filter(({ call }) => SENDING.has(call)).length;
  return [
    ...(receive > 0
      ? [receive === 1 ? t('1 waits to receive') : t('{0} wait to receive', grouped(receive))]
      : []),
    ...(send > 0 ? [send === 1 ? t('1 waits to send') : t('{0} wait to send', grouped(send))] : []),
  ];
}

/** Each, who and what for. */
export const waiterFacts: FactRecord<Pick<IpcObject, 'endpoints'>> = {
  key: 'waits',
  label: () => t('Waits'),
  ...amount('count', (object) => waitersOf(object).length),
  value(object, { process }) {
    const waiters = waitersOf(object);
    const more = waiters.length - MOST_NAMED;
    return [
      ...waiters.slice(0, MOST_NAMED).map((waiter) => ({
        ...{ label: waitWord(waiter.call), kernelName: waiter.call, text: waiterText(waiter, process) },
      })),
      ...(more > 0 ? [t('{0} more', grouped(more))] : []),
      ...operationLegend(waiters),
    ];
  },
};

/** What the notation of operations on semaphores means, where it is used. */
export function operationLegend(waits: readonly { call: string }[]): Line[] {
  if (!waits.some(({ call }) => call.startsWith('semop') || call.startsWith('semtimedop'))) return [];
  return [{ label: t('Notation'), kernelName: 'sembuf', text: notationText() }];
}

/** How operations on semaphores are written. */
export function notationText(): string {
  return t(
    '[2] -1: take 1 from semaphore 2; [2] 0: until it is zero; undo: given back when the process ends',
  );
}

/** The same as one sentence; empty where nobody waits. */
export function waitersSentence(object: Pick<IpcObject, 'endpoints'>, find: Find): string[] {
  const waiters = waitersOf(object);
  if (waiters.length === 0) return [];
  const named = waiters
    .slice(0, MOST_NAMED)
    .map((waiter) => t('{0} in {1}', waiterText(waiter, find), waiter.call));
  if (waiters.length > MOST_NAMED) named.push(t('{0} more', grouped(waiters.length - MOST_NAMED)));
  return [t('Waiting: {0}.', named.join('; '))];
}

function waiterText({ pid, what, certain }: Waiter, find: Find): string {
  const who = pidText(pid, find);
  const said = what === '' ? who : `${who}: ${what}`;
  return certain ? said : t('{0}, probably', said);
}

function waitWord(call: string): string {
  switch (call) {
    case 'msgrcv':
    case 'mq_timedreceive':
      return t('Waits to receive');
    case 'msgsnd':
    case 'mq_timedsend':
      return t('Waits to send');
    default:
      return t('Waits');
  }
}
