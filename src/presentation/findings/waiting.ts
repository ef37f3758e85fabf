/** What a thread waits for, as a clause behind its name: `waits to write to pipe 171916, which is full`. */
import type { Waiter } from '../../protocol/findings';
import type { Ref } from '../../protocol/ref';
import { type DescriptorType, refOfWait, type Wait, type WaitOnOf } from '../../protocol/waits';
import { visible } from '../text';
import { t } from '../translate';
import { grouped, durationText } from '../values';
import { lockAskedText } from '../locks';
import { waitWords } from '../waits';
import { labelOf } from '../kinds';
import { type Around, objectName, who } from './names';

/** Who waits and for what: `worker (46) waits to lower [0] of semaphore set 0x7a000001, which is 0`. */
export function waitingText(waiter: Waiter, around: Around): string {
  return t('{0} {1}', who(waiter, around), waitingClause(waiter, around));
}

/** The same with since when. */
export function waitingSince(waiter: Waiter, around: Around): string {
  const { since, atLeast } = waiter.wait;
  const said = waitingText(waiter, around);
  if (since === undefined) return said;
  const span = durationText(since, around.now);
  return atLeast ? t('{0}, {1} at least', said, span) : t('{0}, {1}', said, span);
}

/** No text of anybody has it: a noncharacter. */
const MARK = '\u{10ffff}';

/** The same with the name of its object by itself, to be opened. */
export function waitingPieces(wait: Wait, around: Around): readonly (string | { text: string; ref: Ref })[] {
  const ref = refOfWait(wait);
  const said = waitingClause({ wait }, around, (name) => `${MARK}${name}${MARK}`);
  const [from, to] = [said.indexOf(MARK), said.lastIndexOf(MARK)];
  if (ref === undefined || from === to) return [said.replaceAll(MARK, '')];
  const text = said.slice(from, to).replaceAll(MARK, '');
  return [said.slice(0, from), { text, ref }, said.slice(to + MARK.length)].filter((piece) => piece !== '');
}

/** `waits to ...`; `named`: what is made of the name of its object. */
export function waitingClause(
  { wait }: Pick<Waiter, 'wait'>,
  around: Around,
  named: (name: string) => string = (name) => name,
): string {
  const ref = refOfWait(wait);
  const object = ref === undefined ? undefined : named(objectName(ref, around.find));
  const { on } = wait;
  switch (on.is) {
    case 'descriptors':
      return descriptorsClause(wait, on, around, named);
    case 'path':
      return on.direction === 'write'
        ? t('waits to open {0} to write, until somebody opens it to read', object ?? t('a FIFO'))
        : t('waits to open {0} to read, until somebody opens it to write', object ?? t('a FIFO'));
    case 'connect':
      return t('waits to connect');
    case 'operations':
      return operationsClause(on, around, named);
    case 'receive':
      return t('waits for a message ({0}) in {1}', waitWords(wait).join(', '), object ?? t('a queue'));
    case 'send':
      return t('waits for room in {0}', object ?? t('a queue'));
    case 'word':
      if (!on.shared) return t('waits for another thread of its own');
      return object === undefined
        ? t('waits for a lock in shared memory')
        : t('waits for a lock in {0}', object);
    case 'thread':
      return t('waits for its thread {0} to end', on.number);
    case 'children':
      return on.who === 'pid' && on.number !== undefined
        ? t('waits for its child {0}', who({ pid: on.number }, around))
        : t('waits for a child');
    case 'vfork':
      return t('waits until the child that it just made runs a program or ends');
    case 'lock':
      return ref === undefined
        ? t('waits to lock a file (fd {0})', on.fd)
        : t('waits to lock {0} ({1})', named(lockedName(ref, around)), lockAskedText(on));
    case 'signals':
      return t('waits for a signal');
    case 'time':
      return t('sleeps for a time');
    case 'unknown':
      // Without the right to trace nothing else is known of an open than that it is of a FIFO.
      return wait.call === 'open' ? t('waits to open a FIFO') : t('waits in {0}', wait.call);
  }
}

/** The file alone: that it has locks goes without saying. */
function lockedName(ref: Ref, { find }: Around): string {
  const file = find.object?.(ref);
  return file ? labelOf(file, find) : objectName(ref, find);
}

/** What says by itself what is waited for; an end of a pipe or a socket is told by its object, where that is known. */
const TELLING: ReadonlySet<DescriptorType> = new Set(['signalfd', 'timerfd', 'inotify', 'pidfd', 'terminal']);

function descriptorsClause(
  { call }: Wait,
  { of, more = 0, to }: WaitOnOf<'descriptors'>,
  { find }: Around,
  named: (name: string) => string,
): string {
  const [first] = of;
  if (!first || of.length + more > 1)
    return t('watches {0} descriptors in {1}', grouped(of.length + more), call);
  const { ref, fd, direction, type } = first;
  const plain = type !== undefined && TELLING.has(type) ? t('fd {0} ({1})', fd, type) : t('fd {0}', fd);
  const name = ref === undefined ? plain : named(objectName(ref, find));
  if (call.startsWith('accept')) return t('waits for clients at {0}', name);
  if (/poll|select/.test(call)) return t('watches {0} in {1}', name, call);
  if (direction === 'read') return t('waits to read {0}', name);
  if (to !== undefined) return t('waits to send to {0}', visible(to));
  return isFull(ref, find)
    ? t('waits to write to {0}, which is full', name)
    : t('waits to write to {0}', name);
}

function isFull(ref: Ref | undefined, find: Around['find']): boolean {
  const flags = ref === undefined ? undefined : find.object?.(ref)?.flags;
  return flags?.some((flag) => flag === 'full' || flag === 'outputFull') === true;
}

function operationsClause(
  { of = [], ref }: WaitOnOf<'operations'>,
  { find }: Around,
  named: (name: string) => string,
): string {
  const set = ref === undefined ? undefined : find.object?.(ref);
  const name = ref === undefined ? t('a semaphore set') : named(objectName(ref, find));
  const values = set?.kind === 'sysv.sem' ? (set.details?.values ?? set.values) : undefined;
  // Of several operations the one that holds the call up.
  const held = of.find(({ number, change }) =>
    change === 0 ? values?.[number] !== 0 : (values?.[number] ?? 0) < -change,
  );
  if (!held) return t('waits for {0}', name);
  const { number, change } = held;
  const value = values?.[number];
  const said =
    change === 0
      ? t('waits until [{0}] of {1} is 0', number, name)
      : t('waits to lower [{0}] of {1}', number, name);
  return value === undefined ? said : t('{0}, which is {1}', said, value);
}
