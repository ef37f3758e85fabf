/** TCP and UDP sockets of this host (tcp(7), udp(7)). */
import type { Ref } from '../../../protocol/ref';
import type { Look } from '../../census/look';
import { foundBy } from '../common/finding';
import { type Inet, InetReader } from './inetReader';
import type { Mechanism } from '../../census/mechanism';
import { begin } from './begin';
import { peekSocket } from './peek';

const KIND = 'inet';

/** The socket at this moment. Throws `gone`. */
const present = (ref: Ref, look: Look): Promise<Inet> => foundBy(new InetReader().one(ref, look));

export function makeInet(): Mechanism<typeof KIND> {
  const reader = new InetReader();

  return {
    kind: KIND,
    read: (look, wanted) => reader.read(look, wanted),
    abilities: {
      async inspect({ ref }, { look }) {
        return (await present(ref, look())).object;
      },

      async peek({ ref, length }, { look }) {
        const { record, ends } = await present(ref, look());
        const { inode, state, protocol } = record;
        return peekSocket(
          { inode, listening: state === 'listening', packets: protocol === 'udp', ends },
          length,
        );
      },

      talk({ ref, ...parameters }, context) {
        return begin({ kind: KIND, ability: 'talk', ref, parameters }, context);
      },

      listen(parameters, context) {
        return begin({ kind: KIND, ability: 'listen', parameters }, context);
      },
    },
  };
}
