/** The acts of a kind, asked of the host by their names in the contract, with results checked by it. */
import * as v from 'valibot';
import { type AbilityOf, type ParametersOf, type ResultOf, contracts } from '../../protocol/kinds';
import type { Ability } from '../../protocol/kinds/kind';
import type { Kind } from '../../protocol/ref';
import { RequestFailure, type RequestOptions } from '../bus';
import type { PanelModel } from './model';

/** What a panel says of an act; the host adds which object, and what proves that it is still the same. */
export type Asked<K extends Kind, A extends AbilityOf<K>> = Omit<
  ParametersOf<K, A>,
  'ref' | 'identity' | 'recovery'
>;

/** Carries out an act on the panel's object; `peer`: on the socket at the other end. Rejects with a `RequestFailure`. */
export async function act<K extends Kind, A extends AbilityOf<K>>(
  panel: PanelModel,
  kind: K,
  ability: A,
  parameters: Asked<K, A>,
  { peer, ...options }: RequestOptions & { peer?: boolean } = {},
): Promise<ResultOf<K, A>> {
  const asked = { ability, parameters: { ...parameters }, ...(peer === true && { peer }) };
  const answer = await panel.bus.request('act', asked, options);
  const abilities: Readonly<Record<string, Ability>> = contracts[kind].abilities;
  const parsed = v.safeParse(abilities[ability]?.result ?? v.never(), answer);
  if (parsed.success) return parsed.output;
  console.error(`The result of "${ability}" is refused.`, v.flatten<v.GenericSchema>(parsed.issues));
  throw new RequestFailure({ code: 'internal', text: `refused: result of ${ability}` }, '');
}

/** Starts an act that waits or holds. It goes on when the panel closes; it shows among those of the object that are ours. */
export async function startWaiting<K extends Kind, A extends AbilityOf<K>>(
  panel: PanelModel,
  _kind: K,
  ability: A,
  parameters: Asked<K, A>,
): Promise<void> {
  await panel.bus.request('startWaiting', { ability, parameters: { ...parameters } });
}
