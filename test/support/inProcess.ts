/** Acts of the helper run in the test's own process: thousands of them in a second. What waits needs the real helper. */
import { act } from '../../src/native/act';
import { Census } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { asFailure, type Failure, IpcFailure } from '../../src/protocol/errors';
import type { AbilityOf, ParametersOf, ResultOf } from '../../src/protocol/kinds';
import { type Kind, type Ref, type SysvKind, sysvRef } from '../../src/protocol/ref';
import { withoutSubject } from './failures';

/** The acts, and the refs of objects of this namespace. */
export interface InProcess {
  act<K extends Kind, A extends AbilityOf<K>>(
    kind: K,
    ability: A,
    parameters: ParametersOf<K, A>,
  ): Promise<ResultOf<K, A>>;
  failure<K extends Kind, A extends AbilityOf<K>>(
    kind: K,
    ability: A,
    parameters: ParametersOf<K, A>,
  ): Promise<Failure>;
  ref(kind: SysvKind, id: number): Ref;
}

export async function inProcess(): Promise<InProcess> {
  await prepare();
  const census = new Census(makeMechanisms());
  const look = census.lookOnce();
  const caller = {
    cancelled: () => false,
    wait: () => Promise.reject(new IpcFailure({ code: 'unsupported' })),
  };
  const run: InProcess['act'] = async (kind, ability, parameters) =>
    await act(census, kind, ability, parameters, caller);
  return {
    act: run,
    failure: (kind, ability, parameters) =>
      run(kind, ability, parameters).then(
        (result) => {
          throw new Error(`no failure but ${JSON.stringify(result)}`);
        },
        (error: unknown) => withoutSubject(asFailure(error)),
      ),
    ref: (kind, id) => sysvRef(kind, look.ipcNamespace, id),
  };
}

/** A generator of numbers that gives the same ones for the same seed (mulberry32). Answers whole numbers from 0 to below `most`. */
export function random(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % most;
  };
}
