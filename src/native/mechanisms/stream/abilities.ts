/** What can be done with pipes and FIFOs alike. */
import type { ObjectOf, ParametersOf, ResultOf } from '../../../protocol/kinds';
import type { Ref } from '../../../protocol/ref';
import { type OpenStream, streams } from '../../census/streams/streams';
import { someHidden } from '../../census/processes/hidden';
import type { Look } from '../../census/look';
import { foundBy } from '../common/finding';
import { runNow } from '../../slices';
import type { ActContext } from '../../census/mechanism';
import { setCapacity } from './numbers';
import { peekStream } from './peek';
import type { StreamReader } from './reader';

type StreamKind = 'pipe' | 'fifo';

/** The stream at this moment. Throws `gone`. */
export function streamNow(kind: StreamKind, ref: Ref, look: Look): Promise<OpenStream> {
  return foundBy(find(kind, ref, look));
}

function* find(kind: StreamKind, ref: Ref, look: Look): Generator<undefined, OpenStream | undefined> {
  const { pipes, fifos } = yield* look.get(streams);
  return (kind === 'pipe' ? pipes : fifos).get(ref);
}

/** The abilities that both kinds declare. */
export function streamAbilities<K extends StreamKind>(kind: K, reader: StreamReader<K>) {
  return {
    async inspect({ ref }: ParametersOf<'pipe', 'inspect'>, { look }: ActContext): Promise<ObjectOf<K>> {
      const now = look();
      return foundBy(reader.one(await streamNow(kind, ref, now), now));
    },

    async peek(
      { ref, length }: ParametersOf<'pipe', 'peek'>,
      { look }: ActContext,
    ): Promise<ResultOf<'pipe', 'peek'>> {
      const now = look();
      const stream = await streamNow(kind, ref, now);
      return peekStream(stream, stream.ends, length, runNow(someHidden(now)));
    },

    async alterCapacity(
      { ref, capacity }: ParametersOf<'pipe', 'alterCapacity'>,
      { look }: ActContext,
    ): Promise<ResultOf<'pipe', 'alterCapacity'>> {
      const now = look();
      const stream = await streamNow(kind, ref, now);
      return { capacity: setCapacity(stream, stream.ends, capacity, runNow(someHidden(now))) };
    },
  };
}
