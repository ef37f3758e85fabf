/** The steps of an answer, from the waiter to where the chain ends, as a drawing shows them: processes, and objects between them. */
import type { Answer, ChainEnd, Link, Way } from '../../protocol/findings';
import type { IpcObject } from '../../protocol/kinds';
import { processRef, type Ref } from '../../protocol/ref';
import type { Host } from '../../protocol/snapshot';
import { type Around, listed, objectName, partyText, who } from '../findings/names';
import { waitingClause } from '../findings/waiting';
import { viewOf } from '../kinds';
import { rowParts } from '../kinds/kindView';
import { t } from '../translate';
import { stoppedByText } from '../processes';
import { grouped, lasted } from '../values';

/** What surrounds an answer while it is drawn. */
export interface WhyAround extends Around {
  host: Host;
}

/** Who can end a wait. `only`: nobody else. `also`: others may. `all`: each of them has to. */
export type Mark = 'only' | 'also' | 'all';

/** Who can end a wait; no mark where nobody is known who could. */
export interface Ways {
  mark?: Mark;
  text: string;
}

/** One node of the drawing, with what stands beside it. */
export interface WhyStep {
  is: 'process' | 'object';
  /** What a click opens. */
  ref?: Ref;
  /** A codicon. */
  icon: string;
  /** Foreign text. */
  name: string;
  /** What it does or how it is, right behind its name. */
  says: string;
  /** Live facts, dim. */
  facts: string[];
  /** For how long it waits. */
  since?: string;
  /** Who can end the wait. */
  ways?: Ways;
  /** It has ended. */
  ended?: boolean;
  /** The chain ends here. */
  root?: boolean;
}

/** An answer as a drawing. */
export interface WhyChain {
  steps: WhyStep[];
  /** The step to which a line returns from the last: a ring. */
  ring?: { to: number; name: string };
  /** What wakes an idle one. */
  watched: Watched[];
}

/** One of what an idle process watches. */
export interface Watched {
  ref?: Ref;
  icon: string;
  name: string;
  /** How it is now. */
  now: string;
  wakes: string;
}

/** The drawing of an answer. */
export function chainOf(answer: Answer, around: WhyAround): WhyChain {
  const steps: WhyStep[] = [];
  /** At which step each link begins. */
  const begins: number[] = [];
  for (const link of answer.chain) {
    begins.push(steps.length);
    const process = waiterStep(link, around);
    const object = link.on === undefined ? undefined : objectStep(link.on, around);
    (object ?? process).ways = waysOf(link, around);
    steps.push(process, ...(object ? [object] : []));
  }
  if (answer.chain.length === 0) steps.push(aloneStep(answer, around));
  const { end } = answer;
  if (end?.is === 'ring') {
    const first = answer.chain[end.from];
    return {
      ...{ steps, watched: [] },
      ...(first && { ring: { to: begins[end.from] ?? 0, name: who(first.waiter, around) } }),
    };
  }
  const last = end && endStep(answer, end, around);
  if (last) steps.push(last);
  else if (steps.length > 0) steps[steps.length - 1] = { ...(steps.at(-1) as WhyStep), root: true };
  return { steps, watched: answer.state === 'idle' ? watchedBy(answer, around) : [] };
}

function waiterStep({ waiter }: Link, around: WhyAround): WhyStep {
  return {
    ...processNode(waiter.pid, around),
    says: waitingClause(waiter, around),
    facts: [
      waiter.wait.call,
      ...(waiter.tid === waiter.pid ? [] : [t('thread {0}', waiter.tid)]),
      ...timeoutFact(waiter.wait.timeout),
    ],
    ...sinceOf(waiter.wait, around),
  };
}

/** A process that waits for nobody in particular, or does not wait. */
function aloneStep({ pid, waiter, state, threads }: Answer, around: WhyAround): WhyStep {
  const count = Object.values(threads).reduce((sum, some) => sum + some, 0);
  return {
    ...processNode(pid, around),
    ...(state === 'ended' && { ended: true }),
    says: waiter ? waitingClause(waiter, around) : '',
    facts: [...(waiter ? [waiter.wait.call] : []), ...(count > 1 ? [t('{0} threads', grouped(count))] : [])],
    ...(waiter && sinceOf(waiter.wait, around)),
    root: true,
  };
}

function objectStep(ref: Ref, around: WhyAround): WhyStep {
  const object = around.find.object?.(ref);
  const name = objectName(ref, around.find);
  if (!object) return { is: 'object', ref, icon: 'question', name, says: '', facts: [] };
  return {
    ...{ is: 'object', ref, name, icon: viewOf(object).icon },
    says: '',
    facts: factsOf(object, around),
  };
}

/** How an object is now, as its row says it. */
function factsOf(object: IpcObject, { find, host }: WhyAround): string[] {
  return rowParts(viewOf(object).row(object, host, find), false);
}

function endStep(
  answer: Answer,
  end: Exclude<ChainEnd, { is: 'ring' }>,
  around: WhyAround,
): WhyStep | undefined {
  if (end.pid === undefined) return undefined;
  const ways = answer.chain.at(-1)?.ways ?? [];
  const node = { ...processNode(end.pid, around), facts: [], root: true };
  switch (end.is) {
    case 'ended':
      return {
        ...{ ...node, ended: true, icon: 'circle-slash' },
        says: ways.some(({ pid, ifHolds }) => pid === end.pid && ifHolds)
          ? t('has ended. It changed it last: if it held it, nobody gives it back')
          : t('has ended'),
      };
    case 'stopped':
      return {
        ...node,
        icon: 'debug-pause',
        says: stoppedClause(around.find(end.pid)?.stoppedBy),
      };
    case 'acts':
      if (!end.waiter) return { ...node, says: end.state === 'runs' ? t('runs') : t('can go on') };
      return {
        ...node,
        says: waitingClause(end.waiter, around),
        facts: [end.waiter.wait.call],
        ...sinceOf(end.waiter.wait, around),
      };
    case 'unknown':
      return { ...node, icon: 'eye-closed', says: t('waits for something that is not known') };
  }
}

function processNode(pid: number, around: WhyAround): Pick<WhyStep, 'is' | 'ref' | 'icon' | 'name'> {
  const process = around.find(pid);
  return {
    ...{ is: 'process', icon: 'server-process', name: who({ pid }, around) },
    ...(process && { ref: processRef(pid, process.startTime) }),
  };
}

function sinceOf(
  { since, atLeast }: { since?: number | undefined; atLeast?: true | undefined },
  { now }: Around,
): { since?: string } {
  if (since === undefined) return {};
  const span = lasted(Date.now() - Math.max(0, now - since));
  return { since: atLeast ? t('at least {0}', span) : span };
}

function timeoutFact(timeout: number | true | null | undefined): string[] {
  if (timeout === null) return [t('no time limit')];
  return timeout === undefined ? [] : [t('with a time limit')];
}

/** Who can end a wait, each with the descriptor by which it has the object. */
function waysOf({ waiter, ways, need, only, on }: Link, around: WhyAround): Ways {
  const living = ways.filter(({ is }) => is !== 'ended');
  const gone = ways.filter(({ is }) => is === 'ended');
  const mark = only ? 'only' : need === 'all' && living.length > 1 ? 'all' : 'also';
  if (ways.length === 0) return { text: t('who can end that is not known') };
  const names = listed(living.map((way) => wayText(way, on, around)));
  if (living.length === 0) {
    const ended = listed(gone.map((way) => who(way, around)));
    // Who lowered a semaphore last need not be who was to raise it.
    return waiter.wait.on.is === 'operations'
      ? { text: t('{0} changed it last, and has ended', ended) }
      : { text: t('{0} would have ended that, and is gone', ended) };
  }
  if (living.every(({ ifHolds }) => ifHolds)) return { mark, text: t('{0} changed it last', names) };
  if (mark === 'all') return { mark, text: t('{0} have to let it', names) };
  return {
    mark,
    text: only ? t('{0} can end that', names) : t('{0} can end that, and perhaps others', names),
  };
}

function wayText({ pid }: Way, on: Ref | undefined, around: WhyAround): string {
  const object = on === undefined ? undefined : around.find.object?.(on);
  const fds = new Set(object?.endpoints?.filter((end) => end.pid === pid).flatMap(({ fd }) => fd ?? []));
  const [fd] = fds;
  // Of several descriptors nobody can say which one counts.
  return partyText({ pid, startTime: '', ...(fds.size === 1 && fd !== undefined && { fd }) }, around);
}

/** What an idle process watches, and when that wakes it. */
function watchedBy({ waiter }: Answer, around: WhyAround): Watched[] {
  const on = waiter?.wait.on;
  if (on?.is !== 'descriptors') return [];
  return on.of.map(({ ref, fd, direction, type }) => {
    const object = ref === undefined ? undefined : around.find.object?.(ref);
    return {
      ...(ref !== undefined && object && { ref }),
      icon: object ? viewOf(object).icon : type === 'timerfd' ? 'history' : 'circle-small',
      name: ref === undefined || !object ? t('fd {0}', fd) : objectName(ref, around.find),
      now: object ? factsOf(object, around).join(' · ') : (type ?? ''),
      wakes: wakesWhen(direction, object),
    };
  });
}

function wakesWhen(direction: 'read' | 'write', object: IpcObject | undefined): string {
  const state = object && 'state' in object ? object.state : undefined;
  if (state === 'listening') return t('a client connects');
  return direction === 'read' ? t('there is something to read') : t('there is room to write');
}

function stoppedClause(signal: number | undefined): string {
  return signal === undefined
    ? t('is stopped: it does nothing before somebody continues it')
    : t('is stopped {0}. It does nothing before somebody continues it', stoppedByText(signal));
}
