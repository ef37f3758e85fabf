/** Why a process waits, in sentences: what it does, then the chain from it to where the trouble begins. */
import type { Answer, ChainEnd, Link, State } from '../../protocol/findings';
import { stoppedByText } from '../processes';
import { t } from '../translate';
import { grouped } from '../values';
import { doubtText } from './doubts';
import { allWho, type Around, who } from './names';
import { waitingSince, waitingText } from './waiting';

/** The first sentence says how it stands with the process, the others why. `troubled`: something was found about it, so it does not say that nothing is wrong. */
export function answerSentences(answer: Answer, around: Around, troubled = false): string[] {
  return [
    headline(answer, around, troubled),
    ...answer.chain.map((link) => linkSentence(link, around)),
    ...(answer.chain.length === 0 ? aloneSentence(answer, around) : []),
    ...(answer.end ? endSentence(answer, answer.end, around) : []),
    ...threadSentence(answer),
    ...doubtSentence(answer),
  ];
}

function headline(answer: Answer, around: Around, troubled: boolean): string {
  const name = who(answer, around);
  if (answer.amongItself && answer.state !== 'stuck') return amongSentence(answer, name);
  if (answer.state === 'idle' && troubled) return t('{0} waits until somebody comes.', name);
  if (answer.state === 'stopped') return stoppedHeadline(answer, name, around);
  if (answer.state !== 'stuck') return stateSentence(answer.state, name);
  return answer.proof === 'proven'
    ? t('{0} is stuck: only a signal or a debugger can end it.', name)
    : t('{0} waits, and as far as can be seen nobody who could end it goes on.', name);
}

/** Nobody can see whether they rest so on purpose. */
function amongSentence({ threads }: Answer, name: string): string {
  const count = Object.values(threads).reduce((sum, some) => sum + some, 0);
  return count === 1
    ? t(
        '{0} waits for itself: it has no other thread that could wake it. Only a signal can, for which it may wait so on purpose.',
        name,
      )
    : t(
        'All {0} threads of {1} wait for each other: only a signal can wake one. They may rest so on purpose until one comes, or have locked each other out, which cannot be seen.',
        grouped(count),
        name,
      );
}

/** Who holds it up, as far as that is known. */
function stoppedHeadline(answer: Answer, name: string, around: Around): string {
  const { stoppedBy, tracer, frozen } = around.find(answer.pid) ?? {};
  if (frozen === true)
    return t('{0} is held by a freezer: it does nothing before its cgroup is thawed.', name);
  if (typeof tracer === 'number' && tracer > 0)
    return t(
      '{0} is held by {1}, which traces it: it goes on when that lets it.',
      name,
      who({ pid: tracer }, around),
    );
  if (stoppedBy === undefined) return stateSentence('stopped', name);
  return t(
    '{0} is stopped {1}. It does nothing before somebody continues it.',
    name,
    stoppedByText(stoppedBy),
  );
}

/** Of one with several threads where the others may do something else. */
function threadSentence({ pid, waiter, chain, threads }: Answer): string[] {
  const first = chain[0]?.waiter ?? waiter;
  const count = Object.values(threads).reduce((sum, some) => sum + some, 0);
  if (chain.length === 0 || count < 2 || !first || first.tid === pid) return [];
  return [t('That is its thread {0} of {1}.', first.tid, grouped(count))];
}

function stateSentence(state: Exclude<State, 'stuck'>, name: string): string {
  switch (state) {
    case 'runs':
      return t('{0} runs: it does not wait.', name);
    case 'idle':
      return t('{0} is idle, and nothing is wrong: it waits for work, for clients or for a person.', name);
    case 'ends':
      return t('{0} waits for a time, which ends by itself.', name);
    case 'waits':
      return t('{0} waits for others.', name);
    case 'stopped':
      return t('{0} is stopped: it does nothing before somebody continues it.', name);
    case 'ended':
      return t('{0} has ended, and its parent has not collected it yet.', name);
    case 'unknown':
      return t('What {0} waits for is not known.', name);
  }
}

function stoppedSentence(one: { pid: number }, around: Around): string {
  const signal = around.find(one.pid)?.stoppedBy;
  return signal === undefined
    ? t('{0} is stopped.', who(one, around))
    : t('{0} is stopped {1}.', who(one, around), stoppedByText(signal));
}

/** Of one that waits for nobody in particular: what it does. */
function aloneSentence({ waiter, threads }: Answer, around: Around): string[] {
  const count = Object.values(threads).reduce((sum, some) => sum + some, 0);
  const others = count > 1 ? [t('It has {0} threads.', grouped(count))] : [];
  return waiter ? [t('{0}.', waitingSince(waiter, around)), ...others] : others;
}

function linkSentence({ waiter, ways, need, only }: Link, around: Around): string {
  const said = waitingSince(waiter, around);
  const living = ways.filter(({ is }) => is !== 'ended');
  const gone = ways.filter(({ is }) => is === 'ended');
  if (living.length === 0)
    return gone.length === 0
      ? t('{0}. Who could end that is not known.', said)
      : t('{0}. {1} would have ended that, and is gone.', said, allWho(gone, around));
  const names = allWho(living, around);
  if (living.every(({ ifHolds }) => ifHolds)) return t('{0}. {1} changed it last.', said, names);
  if (living.every(({ pid }) => pid === waiter.pid))
    return t('{0}. Only {1} itself could end that.', said, names);
  if (need === 'all' && living.length > 1)
    return t('{0}. That ends when all of these let it: {1}.', said, names);
  return only ? t('{0}. Only {1} can end that.', said, names) : t('{0}. {1} can end that.', said, names);
}

function endSentence({ chain }: Answer, end: ChainEnd, around: Around): string[] {
  switch (end.is) {
    case 'ring': {
      const ring = chain.slice(end.from);
      const [first] = ring;
      if (!first || ring.length < 2) return [];
      return [
        t(
          'That is {0} again: {1} wait for each other in a ring.',
          who(first.waiter, around),
          grouped(ring.length),
        ),
      ];
    }
    case 'ended':
      return chain.at(-1)?.ways.every(({ is }) => is === 'ended')
        ? []
        : [t('{0} has ended.', who(end, around))];
    case 'stopped':
      return [stoppedSentence(end, around)];
    case 'acts':
      return [actingSentence(end, around)];
    case 'unknown':
      return end.pid === undefined
        ? []
        : [t('What {0} waits for is not known.', who({ pid: end.pid }, around))];
  }
}

function actingSentence(end: Extract<ChainEnd, { is: 'acts' }>, around: Around): string {
  if (end.state === 'runs') return t('{0} runs.', who(end, around));
  return end.waiter ? t('{0}.', waitingText(end.waiter, around)) : t('{0} can go on.', who(end, around));
}

/** What makes a chain of stuck ones less than proven. */
function doubtSentence({ chain, state }: Answer): string[] {
  if (state !== 'stuck') return [];
  const said = doubtText([...new Set(chain.flatMap(({ doubts }) => doubts))]);
  return said === '' ? [] : [said];
}
