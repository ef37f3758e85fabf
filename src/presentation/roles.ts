/** How a process has an object, in words: its role, its descriptors, and what it waits for there. */
import type { Endpoint } from '../protocol/facts';
import type { Line } from './facts';
import type { Process } from '../protocol/snapshot';
import { stateText } from './processes';
import { type Find, grouped, pidText } from './values';
import type { Wait } from '../protocol/waits';
import { operationLegend, waitWords } from './waits';
import type { HolderRole } from './holders';
import { t } from './translate';

/** Descriptors and waits that a row names; of more only the number. */
const MOST_NAMED = 3;
/** Lines of a tooltip. */
const MOST_LINES = 20;

/** A role in the singular. */
export function roleText(role: HolderRole): string {
  const words: Record<HolderRole, string> = {
    reader: t('reader'),
    writer: t('writer'),
    both: t('reader and writer'),
    attached: t('attached'),
    mapped: t('mapped'),
    open: t('open'),
    bound: t('bound'),
    connected: t('connected'),
    waiter: t('waits'),
    holder: t('holds'),
    master: t('shows it'),
    slave: t('in it'),
    recent: t('mapped a moment ago'),
  };
  return words[role];
}

/** The title of a group of one role. */
export function roleGroup(role: HolderRole): string {
  const words: Record<HolderRole, string> = {
    reader: t('Readers'),
    writer: t('Writers'),
    both: t('Readers and Writers'),
    attached: t('Attached'),
    mapped: t('Mapped'),
    open: t('Open'),
    bound: t('Bound'),
    connected: t('Connected'),
    waiter: t('Waiting'),
    holder: t('Holding'),
    master: t('Show It'),
    slave: t('In It'),
    recent: t('Mapped a Moment Ago'),
  };
  return words[role];
}

/** What a row says of a process in one role: `writer`, `fd 3`, `blocked in write`. */
export function roleParts(ends: readonly Endpoint[]): string[] {
  const [first] = ends;
  if (!first) return [];
  const waits = ends.flatMap((end) => end.waits ?? []);
  const { role } = first;
  // Who only waits has nothing else to be told.
  if (role === 'waiter') return waits.length > 0 ? [waitingText(waits)] : [roleText(role)];
  return [
    roleText(role),
    ...fdPart(ends),
    ...(first.rights === undefined ? [] : [[...new Set(ends.map(({ rights }) => rights))].join(', ')]),
    ...(waits.length > 0 ? [blockedText(waits)] : []),
  ];
}

/** The same of a process that has an object in several roles. */
export function allRoleParts(ends: readonly Endpoint[]): string[] {
  const roles = [...new Set(ends.map(({ role }) => role))];
  return roles.flatMap((role) => roleParts(ends.filter((end) => end.role === role)));
}

function fdPart(ends: readonly Endpoint[]): string[] {
  const fds = ends.flatMap(({ fd }) => (fd === undefined ? [] : [fd])).sort((a, b) => a - b);
  if (fds.length === 0) return [];
  const named = fds.slice(0, MOST_NAMED).join(', ');
  return [
    fds.length > MOST_NAMED
      ? t('fd {0} and {1} more', named, grouped(fds.length - MOST_NAMED))
      : t('fd {0}', named),
  ];
}

/** `waits: type 7`; where the kernel does not say for what, `waits in msgrcv`. */
function waitingText(waits: readonly Wait[]): string {
  const what = waits.map((wait) => waitWords(wait).join(', ')).filter((text) => text !== '');
  const said =
    what.length > 0
      ? t('waits: {0}', some(what))
      : t('waits in {0}', some([...new Set(waits.map(({ call }) => call))]));
  return probably(said, waits);
}

function blockedText(waits: readonly Wait[]): string {
  return probably(t('blocked in {0}', some([...new Set(waits.map(({ call }) => call))])), waits);
}

/** What threads wait in, for the row of a process: `waits in msgrcv`. */
export function waitsInText(waits: readonly Wait[]): string {
  return probably(t('waits in {0}', some([...new Set(waits.map(({ call }) => call))])), waits);
}

/** What holds a process up whatever it has; nothing of one that may go on. */
export function haltedParts(process: Process | undefined, find: Find): string[] {
  if (!process) return [];
  const { state, frozen, tracer } = process;
  return [
    ...(/^[TtZX]$/.test(state) ? [stateText(state)] : []),
    ...(frozen === true ? [t('held by a freezer')] : []),
    ...(typeof tracer === 'number' ? [t('traced by {0}', pidText(tracer, find))] : []),
  ];
}

function some(texts: readonly string[]): string {
  const named = texts.slice(0, MOST_NAMED).join(', ');
  return texts.length > MOST_NAMED ? t('{0} and {1} more', named, grouped(texts.length - MOST_NAMED)) : named;
}

/** The kernel did not show all of these calls. */
export function probably(said: string, waits: readonly Wait[]): string {
  return waits.every(({ certain }) => certain) ? said : t('{0}, probably', said);
}

/** A wait with everything that is known: `msgrcv: type 7 (thread 43)`. */
export function waitText(wait: Wait): string {
  const what = waitWords(wait).join(', ');
  const said = what === '' ? wait.call : `${wait.call}: ${what}`;
  return probably(t('{0} (thread {1})', said, wait.tid), [wait]);
}

/** Each descriptor, mapping and wait for a tooltip. */
export function endFacts(ends: readonly Endpoint[]): Line[] {
  const facts = ends.flatMap((end): Line[] => {
    const { fd, tid, address, rights, offset, nonblocking, closeOnExec, description, waits = [] } = end;
    const same =
      description === undefined
        ? []
        : ends.filter(
            (other) => other !== end && other.description === description && other.fd !== undefined,
          );
    const parts = [
      ...(fd === undefined ? [] : [t('fd {0}', fd)]),
      ...(tid === undefined ? [] : [t('of thread {0} alone', tid)]),
      ...(address === undefined ? [] : [address]),
      ...(rights === undefined ? [] : [rights]),
      ...(offset === undefined || offset === 0 ? [] : [t('from offset {0} on', grouped(offset))]),
      ...(nonblocking === true ? [t('does not block (O_NONBLOCK)')] : []),
      ...(closeOnExec === true ? [t('closed by exec (O_CLOEXEC)')] : []),
      ...(same.length > 0 ? [t('the same as fd {0}', same.map((other) => other.fd).join(', '))] : []),
    ];
    return [
      ...(parts.length > 0 ? [{ label: roleText(end.role), text: parts.join(', ') }] : []),
      ...waits.map((wait) => ({ label: t('waits in'), text: waitText(wait) })),
    ];
  });
  const legend = operationLegend(ends.flatMap(({ waits = [] }) => waits));
  if (facts.length <= MOST_LINES) return [...facts, ...legend];
  const more = { label: t('more'), text: grouped(facts.length - MOST_LINES) };
  return [...facts.slice(0, MOST_LINES), more, ...legend];
}
