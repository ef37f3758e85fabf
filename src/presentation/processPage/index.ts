/** What the page of a process says, from what is known of it and of the machine around it. */
import type { ProcessSubject } from '../../protocol/kinds';
import type { ProcessPage } from '../../protocol/pages/process';
import { findingText } from '../findings';
import { doubtText } from '../findings/doubts';
import { waitingClause } from '../findings/waiting';
import { beside, factsOfProcess, LIMIT_NAMES, limitLabel, limitText } from '../processFacts';
import { processStateText } from '../processes';
import { t } from '../translate';
import { grouped, processText } from '../values';
import type { PageAround } from './around';
import { familyOf, handedDownOf } from './family';
import { heldBy, holdsOf } from './holds';
import { signalRows } from './signals';
import { threadRows } from './threads';

/** Everything that is said of a process that somebody looks at closely. */
export function processPageOf(process: ProcessSubject, given: PageAround): ProcessPage {
  const around = { ...given, find: beside(process, given.find) };
  const held = heldBy(process, around.objects);
  const { details, uid, workingDirectory, command } = process;
  const facts = factsOfProcess(process, { host: around.host, process: around.find, user: around.user });
  return {
    name: processText(process),
    ...(uid !== undefined && { user: around.user(uid) }),
    ...(workingDirectory !== undefined && { folder: workingDirectory }),
    ...(command !== undefined && command !== '' && { command }),
    verdict: verdictOf(process, held.length, around),
    threads: threadRows(process, around),
    holds: holdsOf(process, held, around),
    family: {
      rows: familyOf(process, held, around),
      facts: facts.filter(({ key }) => key === 'group' || key === 'session' || key === 'terminal'),
    },
    handedDown: handedDownOf(process, held, around),
    signals: signalRows(process, around),
    limits: (details?.limits ?? []).map((limit) => ({
      ...{ label: limitLabel(limit), kernelName: LIMIT_NAMES[limit.limit], text: limitText(limit) },
      ...partOf(limit),
    })),
    facts,
  };
}

function partOf({ use, soft }: NonNullable<NonNullable<ProcessSubject['details']>['limits']>[number]): {
  part?: number;
} {
  if (use === undefined || soft === null || Number(soft) === 0) return {};
  return { part: Math.min(1, Number(use) / Number(soft)) };
}

/** What is wrong with it, else what it does. */
function verdictOf(process: ProcessSubject, held: number, around: PageAround): ProcessPage['verdict'] {
  const [finding] = around.wrong(process.ref);
  const { threads = [], state } = process;
  const waits = threads.flatMap(({ wait }) => (wait === undefined || wait === 'runs' ? [] : [wait]));
  const why = waits.length > 0;
  const counts = countsOf(process, held);
  if (finding) {
    const { says, matters } = findingText(finding, around);
    const doubt = doubtText(finding.doubts);
    return {
      ...{ tone: finding.severity, says, why: true },
      matters: [matters, doubt, counts].filter((line) => line !== '').join(' '),
      ...(finding.proof && { proof: finding.proof }),
    };
  }
  const main = waits.find(({ tid }) => tid === process.pid);
  const says =
    main && /^[SD]$/.test(state) && process.frozen !== true && process.tracer == null
      ? t('It {0}.', waitingClause({ wait: main }, around))
      : t('It is {0}.', processStateText(process, around.find));
  return { says, matters: counts, why };
}

/** `11 threads, 10 of them wait. It has 24 objects.` */
function countsOf({ threads = [], threadCount = threads.length }: ProcessSubject, held: number): string {
  const waiting = threads.filter(({ wait }) => wait !== undefined && wait !== 'runs').length;
  const all =
    threadCount === 1
      ? []
      : [
          waiting === 0
            ? t('{0} threads.', grouped(threadCount))
            : t('{0} threads, {1} of them wait.', grouped(threadCount), grouped(waiting)),
        ];
  return [
    ...all,
    held === 0
      ? t('It has no object that was seen.')
      : held === 1
        ? t('It has 1 object.')
        : t('It has {0} objects.', grouped(held)),
  ].join(' ');
}
