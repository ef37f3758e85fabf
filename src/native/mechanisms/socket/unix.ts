/** Unix domain sockets (unix(7)). */
import { IpcFailure } from '../../../protocol/errors';
import type { Ref } from '../../../protocol/ref';
import type { Look } from '../../census/look';
import { foundBy } from '../common/finding';
import { whyKept } from '../common/kept';
import type { Mechanism } from '../../census/mechanism';
import { begin } from './begin';
import { peekSocket } from './peek';
import { destroySocketFile } from './file';
import { UnixReader, type Unix } from './unixReader';
import { pathOf, placeOf } from './unixTarget';

const KIND = 'unix';

/** The socket at this moment. Throws `gone`. */
const present = (ref: Ref, look: Look): Promise<Unix> => foundBy(new UnixReader().one(ref, look));

export function makeUnix(): Mechanism<typeof KIND> {
  const reader = new UnixReader();

  return {
    kind: KIND,
    read: (look, wanted) => reader.read(look, wanted),
    abilities: {
      async inspect({ ref }, { look }) {
        const found = await present(ref, look());
        const { file, fileOwner } = found.object;
        const kept = file && fileOwner ? whyKept(pathOf(found), fileOwner.uid) : undefined;
        return { ...found.object, ...(kept && { kept }) };
      },

      async peek({ ref, length }, { look }) {
        const { record, ends } = await present(ref, look());
        if (!record) throw new IpcFailure({ code: 'disturbs', detail: { why: 'noHolder' } });
        const { inode, state, type } = record;
        return peekSocket(
          { inode, listening: state === 'listening', packets: type !== 'stream', ends },
          length,
        );
      },

      async talk({ target, type }, context) {
        const ref = target.is === 'ref' ? target.ref : undefined;
        const place = await placeOf(target, (one) => present(one, context.look()));
        const parameters = { ...place, type: type ?? place.type };
        return begin({ kind: KIND, ability: 'talk', ref, parameters }, context);
      },

      listen({ name, type, echo }, context) {
        return begin({ kind: KIND, ability: 'listen', parameters: { name, type, echo } }, context);
      },

      async destroy({ ref, identity }, { look }) {
        destroySocketFile(identity, pathOf(await present(ref, look())));
        return {};
      },
    },
  };
}
