/** What a row says; when it may say something new `rowKeeper.ts` decides. */
import { contracts, type IpcObject } from '../../protocol/kinds';
import type { Host } from '../../protocol/snapshot';
import type { Severity } from '../../protocol/findings';
import type { Mark } from '../../presentation/findings/marks';
import { gravest } from '../../presentation/findings/severity';
import type { Find } from '../../presentation/values';
import { OWN_WORDS, WAITED_WORD } from '../ids';
import { refusalOf } from '../../protocol/mayAct';
import { labelOf, viewOf } from '../../presentation/kinds';
import { actorOf } from '../model/actor';
import { ownActs } from '../../presentation/ownActs';
import { copyWords } from '../../presentation/copying';
import { isOthers } from '../../presentation/kinds/owner';
import { hasHolders } from '../../presentation/holders';

/** At most so many parts in a description. */
const PARTS = 4;

export interface Row {
  label: string;
  description: string;
  icon: string;
  /** How grave what is wrong here is: the icon has the colour of it. */
  severity?: Severity | undefined;
  contextValue: string;
  /** Another user's is dimmed. */
  foreign: boolean;
  /** Something stands under it. */
  collapsible: boolean;
  /** What changes at once; the rest is held back. */
  urgent: string;
}

/** What a row is made of. `steady` parts change at once, counters are held back. */
interface Parts {
  label: string;
  steady: readonly string[];
  counters?: readonly string[];
  last?: readonly string[];
  icon: string;
  contextValue: string;
  /** The words say that something is wrong. */
  attention?: boolean;
  /** What was found wrong here. */
  mark?: Mark | undefined;
  foreign?: boolean;
  collapsible?: boolean;
}

/** A row of its parts. */
export function makeRow(parts: Parts): Row {
  const { label, counters = [], last = [], icon, contextValue, mark } = parts;
  const { attention = false, foreign = false, collapsible = false } = parts;
  const steady = [...(mark?.words === undefined ? [] : [mark.words]), ...parts.steady];
  const severity = gravest([
    ...(mark ? [mark] : []),
    ...(attention ? [{ severity: 'warning' as const }] : []),
  ]);
  return {
    ...{ label, icon, severity, contextValue, foreign, collapsible },
    description: [...steady, ...counters, ...last].slice(0, PARTS).join(' · '),
    urgent: JSON.stringify([label, steady, icon, severity, contextValue, foreign, collapsible]),
  };
}

/** A row that only tells something: its text has a count, which is held back as all counts are. */
export function noteRow(text: string): Row {
  return makeRow({ label: '', steady: [], counters: [text], icon: '', contextValue: '' });
}

/** The row of an object. `mark`: what was found wrong with it. */
export function rowOf(
  object: IpcObject,
  host: Host,
  find: Find,
  { collapsible = hasHolders(object), mark }: { collapsible?: boolean; mark?: Mark | undefined } = {},
): Row {
  const view = viewOf(object);
  const { steady, counters, owner = [], last = [], attention } = view.row(object, host, find);
  const own = ownActs(object);
  const actor = actorOf(host);
  return makeRow({
    label: labelOf(object, find),
    steady,
    counters: [...counters, ...owner],
    last,
    icon: view.icon,
    attention: attention === true,
    mark,
    contextValue: [
      view.word,
      ...Object.keys(contracts[object.kind].abilities).filter(
        (ability) => !refusalOf(object, ability, actor),
      ),
      ...object.flags,
      ...copyWords(object),
      ...(isWaitedFor(object) ? [WAITED_WORD] : []),
      ...(own.some(({ holds }) => !holds) ? [OWN_WORDS.waiting] : []),
      ...(own.some(({ holds }) => holds) ? [OWN_WORDS.holding] : []),
    ].join(' '),
    foreign: isOthers(object, host),
    collapsible,
  });
}

/** Whether a thread is blocked on it. */
function isWaitedFor({ endpoints = [] }: Pick<IpcObject, 'endpoints'>): boolean {
  return endpoints.some(({ waits = [] }) => waits.length > 0);
}
