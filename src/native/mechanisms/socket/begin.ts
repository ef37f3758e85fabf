/** Begins a session: a child of the helper that has a socket open until it is told to end. */
import { IpcFailure } from '../../../protocol/errors';
import type { Ref } from '../../../protocol/ref';
import type { ActContext } from '../../census/mechanism';

interface Begun {
  kind: 'unix' | 'inet';
  ability: 'talk' | 'listen';
  ref?: Ref | undefined;
  parameters: Record<string, unknown>;
}

/** Resolves when it is connected, or can be connected to. Rejects as `ActContext.wait`. */
export async function begin(
  { kind, ability, ref, parameters }: Begun,
  { wait }: ActContext,
): Promise<{ act: number; port?: number }> {
  const ended = await wait({ kind, ability, ref, id: 0, parameters });
  if (ended.is !== 'held') throw new IpcFailure({ code: 'internal', text: 'a session goes on' });
  return { act: ended.act, ...(ended.port !== undefined && { port: ended.port }) };
}
