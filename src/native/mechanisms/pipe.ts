/** Anonymous pipes. */
import { IpcFailure } from '../../protocol/errors';
import type { Ref } from '../../protocol/ref';
import type { OpenStream } from '../census/streams';
import { runSliced } from '../slices';
import type { Look, Mechanism } from './mechanism';
import { setCapacity } from './streamActs';
import { peekStream } from './streamPeek';
import { StreamReader } from './streams';

const KIND = 'pipe';
const reader = new StreamReader(KIND, (facts) => ({ kind: KIND, ...facts }));

/** The pipe at this moment. Throws `gone`. */
async function present(ref: Ref, look: Look): Promise<OpenStream> {
  const stream = (await runSliced(look.streams()))?.pipes.get(ref);
  if (!stream) throw new IpcFailure({ code: 'gone' });
  return stream;
}

export const pipe: Mechanism<typeof KIND> = {
  kind: KIND,
  read: (look, wanted) => reader.read(look, wanted),
  abilities: {
    async inspect({ ref }, { look }) {
      const now = look();
      const object = await runSliced(reader.one(await present(ref, now), now));
      if (!object) throw new IpcFailure({ code: 'gone' });
      return object;
    },

    async peek({ ref, length }, { look }) {
      const stream = await present(ref, look());
      return peekStream(stream, stream.ends, length);
    },

    async alterCapacity({ ref, capacity }, { look }) {
      const stream = await present(ref, look());
      return { capacity: setCapacity(stream, stream.ends, capacity) };
    },
  },
};
