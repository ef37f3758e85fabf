/** The acts on a process: signals, which go to what was opened before anything was asked. */
import { IpcFailure } from '../../../protocol/errors';
import type { ParametersOf, ProcessSubject, ResultOf } from '../../../protocol/kinds';
import { effectOf, isGrave, SIGNALS } from '../../../protocol/signals';
import { signalLosses } from '../../../presentation/processLosses';
import { effectText } from '../../../presentation/signalEffects';
import { signalText } from '../../../presentation/signals';
import { t } from '../../../presentation/translate';
import { findIn, grouped, processText } from '../../../presentation/values';
import type { ActContext, Given } from '../context';
import type { Begun, KindActs, Question } from './kindActs';

type Pinned = ResultOf<'process', 'pin'>;
type Sent = ParametersOf<'process', 'signal'>;

/** Members of a group that are named one by one. */
const NAMED_MOST = 10;

export const process: KindActs<'process'> = {
  acts: {
    signal: {
      page: true,
      begin: (context, { ref }, given) => pinning(context, { ref, ...threadOf(given) }, given, question),
      report({ ask }, { name, parameters, outcome }) {
        const signal = signalText(parameters.signal);
        const { merged } = outcome.result;
        ask.tellBriefly(
          merged
            ? t('Sent {0} to {1}; it was pending already, and comes once.', signal, name)
            : t('Sent {0} to {1}.', signal, name),
        );
      },
    },
    signalGroup: {
      begin: (context, { ref }, given) => pinning(context, { ref, group: true }, given, groupQuestion),
      report({ ask }, { parameters, outcome }) {
        const { sent, ended, refused } = outcome.result;
        const signal = signalText(parameters.signal);
        if (refused > 0)
          void ask.tell(
            'warning',
            t(
              'Sent {0} to {1} of {2} processes: the others belong to somebody else.',
              signal,
              grouped(sent),
              grouped(sent + ended + refused),
            ),
          );
        else ask.tellBriefly(t('Sent {0} to {1} processes.', signal, grouped(sent)));
      },
    },
  },
};

function threadOf({ tid }: Given): { tid?: number } {
  return typeof tid === 'number' ? { tid } : {};
}

/** Opens what gets the signal. Throws EPERM where the kernel lets us send it none. */
async function pinning<P extends Pick<Sent, 'signal'>>(
  context: ActContext,
  asked: ParametersOf<'process', 'pin'>,
  given: Given,
  ask: (context: ActContext, pinned: Pinned, parameters: P) => Promise<Question | undefined>,
): Promise<Begun<ProcessSubject, P>> {
  const { helper } = context;
  const { ref } = asked;
  const pinned = await helper.act('process', 'pin', asked);
  const end = () => {
    void helper.act('process', 'release', { ref, pinned: pinned.pinned }).catch(() => undefined);
  };
  try {
    mayBeSent(pinned, given.signal);
  } catch (error) {
    end();
    throw error;
  }
  return {
    object: pinned.process,
    given: { pinned: pinned.pinned },
    confirm(parameters) {
      mayBeSent(pinned, parameters.signal);
      return ask(context, pinned, parameters);
    },
    end,
  };
}

/** Only SIGCONT may be sent to others, within one session. */
function mayBeSent({ allowed, mayContinue, members }: Pinned, signal: unknown): void {
  const some = members ? members.some((one) => one.allowed) : allowed;
  if (some || (mayContinue && (signal === undefined || signal === SIGNALS.SIGCONT))) return;
  throw new IpcFailure({ code: 'errno', subject: 'process', call: 'pidfd_send_signal', errno: 'EPERM' });
}

async function question(
  context: ActContext,
  { process }: Pinned,
  { signal, tid }: Sent,
): Promise<Question | undefined> {
  const effect = effectOf(process, signal, tid);
  if (!isGrave(effect, signal)) return undefined;
  const name = processText(process);
  const [snapshot, text] = [
    await context.inventory.snapshot(),
    signalText(signal, process.details?.realTime),
  ];
  const losses = signalLosses(process, effect, snapshot.objects, findIn(snapshot));
  return {
    question:
      tid === undefined
        ? t('Send {0} to {1}?', text, name)
        : t('Send {0} to thread {2} of {1}?', text, name, tid),
    detail: [t('What it does: {0}.', effectText(process, signal, tid)), ...losses],
    verb: verbOf(effect.is, signal),
  };
}

function verbOf(effect: ReturnType<typeof effectOf>['is'], signal: number): string {
  if (effect === 'ends' || effect === 'dumps') return t('End Process');
  if (effect === 'stops') return t('Stop Process');
  return t('Send {0}', signalText(signal));
}

/** A group is never signalled unasked: who is in it, few people know. */
function groupQuestion(
  _context: ActContext,
  { process, members = [] }: Pinned,
  { signal }: ParametersOf<'process', 'signalGroup'>,
): Promise<Question | undefined> {
  const known = new Map((process.details?.relatives ?? []).map((one) => [one.pid, one]));
  const names = members.map(({ pid }) => {
    const found = pid === process.pid ? process : known.get(pid);
    return found ? processText(found) : String(pid);
  });
  const refusing = members.filter((one) => !one.allowed).length;
  const named = names.slice(0, NAMED_MOST).join(', ');
  const more = names.length - NAMED_MOST;
  return Promise.resolve({
    question: t('Send {0} to each of {1} processes?', signalText(signal), grouped(members.length)),
    detail: [
      more > 0 ? t('They are: {0} and {1} more.', named, grouped(more)) : t('They are: {0}.', named),
      t('What it does to each depends on what that one has said about it.'),
      ...(refusing > 0 ? [t('{0} of them belong to others, and get nothing.', grouped(refusing))] : []),
      ...(members.some(({ pid }) => OURS.includes(pid)) ? [t('This window of VS Code is among them.')] : []),
    ],
    verb: t('Send {0}', signalText(signal)),
  });
}

/** The extension host and who started it. */
const OURS: readonly number[] = [globalThis.process.pid, globalThis.process.ppid];
