/** Two looks at the machine, and what they come to: what `why` and `findings` stand on. */
import { type Diagnosis, step } from '../../diagnosis/step';
import type { Around } from '../../presentation/findings/names';
import { findIn } from '../../presentation/values';
import { EVERY_TRACELESS_DETAIL, type Findings } from '../census/census';
import type { Ref } from '../../protocol/ref';
import type { Thresholds } from '../../protocol/thresholds';
import { UsageError } from './arguments';
import type { Machine } from './machine';

/** Seconds between the two looks, where nothing else is asked for. */
const APART = 0.3;
const LONGEST = 3600;

/** What two looks came to. `found`: the second. */
export interface Looked {
  diagnosis: Diagnosis;
  found: Findings;
  around: Around;
}

/** Looks twice. `wait`: seconds in between, as typed; `asked`: processes that are looked at also where they have no object. Throws UsageError. */
export async function diagnose(
  machine: Machine,
  wait: string | undefined,
  { thresholds, asked = [] }: { thresholds?: Thresholds; asked?: readonly Ref[] } = {},
): Promise<Looked> {
  const seconds = wait === undefined ? APART : Number(wait);
  if (!(seconds >= 0 && seconds <= LONGEST)) throw new UsageError(`--wait takes seconds, up to ${LONGEST}.`);
  const { memory } = step(await machine.look(EVERY_TRACELESS_DETAIL, { asked }), undefined, thresholds);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const found = await machine.look(EVERY_TRACELESS_DETAIL, { asked });
  return {
    diagnosis: step(found, memory, thresholds),
    found,
    around: { find: findIn(found), now: found.endedAt },
  };
}
