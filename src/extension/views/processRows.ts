/** The rows of the view Processes, and what they tell. */
import type { Endpoint } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import { refusalOf } from '../../protocol/mayAct';
import type { Kind, Ref } from '../../protocol/ref';
import { type Host, type Process, waitsOf } from '../../protocol/snapshot';
import { type Mark, markOfAll } from '../../presentation/findings/marks';
import { type Find, grouped, pidText } from '../../presentation/values';
import { kindViews, labelOf, viewOf } from '../../presentation/kinds';
import type { Wrong } from '../model/wrong';
import { actorOf } from '../model/actor';
import { copyWords } from '../../presentation/copying';
import { isOthers } from '../../presentation/kinds/owner';
import type { Peer } from './holdings';
import type { ProcessFact } from './nodes';
import { processStateText } from '../../presentation/processes';
import { userName } from '../model/userNames';
import { heldText, processRowParts } from '../../presentation/processRow';
import { allRoleParts, haltedParts, waitText } from '../../presentation/roles';
import { makeRow, type Row } from './rows';
import { t } from '../../presentation/translate';
import { stateLabel, threadsTitle } from '../../presentation/shared';

/** Waits told in one row. */
const MOST_WAITS = 2;

/** `python3 worker.py (4312)`, `waits to receive · queue x2, pipe x3`: what it does, then what it holds. */
export function processRow(
  pid: number,
  process: Process | undefined,
  kinds: Iterable<Kind>,
  host: Host,
  find: Find,
  { own, mark }: { own: boolean; mark?: Mark | undefined },
): Row {
  const foreign = process?.uid !== undefined && process.uid !== host.uid;
  const { label, halted, waits, held } = processRowParts(pid, process, kinds, find);
  return makeRow({
    label,
    mark,
    steady: [...(own ? [t('you')] : []), ...halted],
    counters: [...waits, held, ...(foreign ? [userName(process.uid ?? 0)] : [])],
    icon: 'server-process',
    contextValue: 'process',
    foreign,
    collapsible: true,
  });
}

/** What a process holds of one kind. */
export function mechanismRow(kind: Kind, refs: readonly Ref[], wrong: Pick<Wrong, 'of'>): Row {
  const { labels, icon } = kindViews[kind];
  return makeRow({
    mark: markOfAll(refs.map((ref) => wrong.of(ref))),
    ...{ label: labels.group, steady: [], counters: [grouped(refs.length)], icon },
    ...{ contextValue: 'mechanism', collapsible: true },
  });
}

/** An object under a process that has it. */
export function heldRow(
  object: IpcObject,
  ends: readonly Endpoint[],
  host: Host,
  find: Find,
  mark?: Mark,
): Row {
  const { icon } = viewOf(object);
  const { attention } = viewOf(object).row(object, host, find);
  return makeRow({
    label: labelOf(object, find),
    steady: allRoleParts(ends),
    icon,
    attention: attention === true,
    mark,
    // The words that name what can be done with it from here.
    contextValue: [
      'held',
      viewOf(object).word,
      ...(refusalOf(object, 'destroy', actorOf(host)) ? [] : ['destroy']),
      ...copyWords(object),
    ].join(' '),
    foreign: isOthers(object, host),
  });
}

export function peersRow(): Row {
  return makeRow({
    ...{ label: t('Talks To'), steady: [], icon: 'comment-discussion', contextValue: 'peers' },
    collapsible: true,
  });
}

/** `uniq (42)`, `reads from it · pipe`. */
export function peerRow(
  { pid, reads, writes }: Peer,
  kinds: Iterable<Kind>,
  host: Host,
  find: Find,
  mark?: Mark,
): Row {
  const uid = find(pid)?.uid;
  return makeRow({
    mark,
    label: pidText(pid, find),
    steady: [
      ...haltedParts(find(pid), find),
      reads && writes
        ? t('reads from it and writes to it')
        : reads
          ? t('reads from it')
          : writes
            ? t('writes to it')
            : t('shares'),
    ],
    counters: [heldText(kinds)],
    icon: 'server-process',
    contextValue: 'peer',
    foreign: uid !== undefined && uid !== host.uid,
  });
}

/** The facts of a process that have a row of their own; none of what is not known. */
export function factsOf(process: Process | undefined): ProcessFact[] {
  if (!process) return [];
  return [
    ...(process.command === undefined || process.command === '' ? [] : ['command' as const]),
    ...(waitsOf(process)?.length ? ['waits' as const] : []),
    'state',
    ...(process.threadCount === undefined ? [] : ['threads' as const]),
  ];
}

export function factRow(process: Process, fact: ProcessFact, find: Find): Row {
  const row = (label: string, value: string, icon: string, steady = false) =>
    makeRow({
      ...{ label, icon, contextValue: 'fact' },
      steady: steady ? [value] : [],
      counters: steady ? [] : [value],
    });
  switch (fact) {
    case 'command':
      return row(t('Command'), process.command ?? '', 'terminal', true);
    case 'waits':
      return row(t('Waits'), waitsText(process), 'watch');
    case 'state':
      // Between running and sleeping it goes to and fro all the time.
      return row(stateLabel(), processStateText(process, find), 'pulse', !/^[RSD]$/.test(process.state));
    case 'threads':
      return row(threadsTitle(), grouped(process.threadCount ?? 0), 'list-tree');
  }
}

function waitsText(process: Process): string {
  const waits = waitsOf(process) ?? [];
  if (waits.length === 0) return t('in no call that is known');
  const named = waits.slice(0, MOST_WAITS).map(waitText);
  return waits.length > MOST_WAITS
    ? t('{0} and {1} more', named.join('; '), grouped(waits.length - MOST_WAITS))
    : named.join('; ');
}
