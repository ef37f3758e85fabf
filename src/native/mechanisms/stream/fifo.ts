/** FIFOs: those that processes have open, or wait to open. */
import * as v from 'valibot';
import { fromBytes, toBytes } from '../../../protocol/bytes';
import { IpcFailure } from '../../../protocol/errors';
import type { ResultOf } from '../../../protocol/kinds';
import { fifo as fifoContract } from '../../../protocol/kinds/fifo';
import { fifoRef, parseStreamRef, type Ref } from '../../../protocol/ref';
import { fifoFolders } from '../../census/streams/fifoFiles';
import type { Look } from '../../census/look';
import { streams } from '../../census/streams/streams';
import { kernelName } from '../../proc/names';
import { readFifo, writeFifo } from './fifoReadWrite';
import { FifoCopies } from './fifoCopies';
import { destroyFifo } from './fifoDestroy';
import { createFifo, type FifoIdentity } from './fifoFile';
import type { LastRead as Read } from './fifoLeaving';
import { foundBy } from '../common/finding';
import { whyKept } from '../common/kept';
import type { Mechanism } from '../../census/mechanism';
import { streamAbilities, streamNow } from './abilities';
import { StreamReader } from './reader';
import { type Recovery, Unacknowledged } from '../common/unacknowledged';

const KIND = 'fifo';
function pathFacts(path: Buffer) {
  const name = kernelName(path);
  return { path: name.text, ...(name.bytes !== undefined && { pathBytes: name.bytes }) };
}

function identityOf(ref: Ref): FifoIdentity {
  const parts = parseStreamRef(ref);
  if (parts?.kind !== KIND) throw new IpcFailure({ code: 'invalid', detail: { field: 'ref' } });
  const { device, inode, birth } = parts;
  return { device, inode, birth };
}

/** Where its name leads, as the kernel gives it. Throws `gone` where it has none any more, and `unsupported` (`why`: `noPath`) where that is not known. */
async function pathOf(ref: Ref, look: Look): Promise<Buffer> {
  const { file } = await streamNow(KIND, ref, look);
  if (!file || file.unlinked) throw new IpcFailure({ code: 'gone' });
  if (file.path.length === 0) throw new IpcFailure({ code: 'unsupported', detail: { why: 'noPath' } });
  return file.path;
}

/** What a read took, kept until the caller has stored it. */
function kept(
  unacknowledged: Unacknowledged,
  read: Read,
  recovery: Recovery | undefined,
): ResultOf<typeof KIND, 'read'> {
  const { end, unread } = read;
  const fields = { content: toBytes(read.content), takenAt: Date.now() };
  const token = read.content.length > 0 ? unacknowledged.keep({ content: fields, recovery }) : undefined;
  return { ...fields, end, unread, ...(token !== undefined && { token }) };
}

export function makeFifo(): Mechanism<typeof KIND> {
  const unacknowledged = new Unacknowledged();
  const copies = new FifoCopies();
  const reader = new StreamReader(
    KIND,
    (facts, { file }) => ({
      kind: KIND,
      ...facts,
      flags: [...facts.flags, ...(file?.unlinked ? ['unlinked'] : [])],
      device: file?.device ?? '',
      ...pathFacts(file?.path ?? Buffer.alloc(0)),
    }),
    (facts, path) => ({ kind: KIND, ...facts, ...pathFacts(path) }),
  );

  return {
    kind: KIND,
    *read(look, wanted) {
      const reading = yield* reader.read(look, wanted);
      // The file of one that a panel shows stays an object when it is closed.
      for (const ref of wanted.details) {
        const file = (yield* look.get(streams)).fifos.get(ref)?.file;
        if (file && !file.unlinked && file.path.length > 0) look.kept(fifoFolders).keep(ref, file.path);
      }
      return reading;
    },
    abilities: {
      ...streamAbilities(KIND, reader),

      async inspect({ ref }, { look }) {
        const now = look();
        const stream = await streamNow(KIND, ref, now);
        const object = await foundBy(reader.one(stream, now));
        const { file } = stream;
        const kept =
          file && !file.unlinked && file.path.length > 0 ? whyKept(file.path, stream.uid) : undefined;
        return { ...object, ...(kept && { kept }) };
      },

      create({ path, mode }, { look }) {
        const { device, inode, birth } = createFifo(path, mode);
        const ref = fifoRef(device, inode, birth);
        // Who makes one wants to see it wherever it lies.
        look().kept(fifoFolders).keep(ref, Buffer.from(path));
        return { ref };
      },

      async write({ ref, content, wait }, { look, wait: waitFor }) {
        const identity = identityOf(ref);
        const path = await pathOf(ref, look());
        const data = Buffer.from(fromBytes(content));
        if (!wait) return writeFifo(identity, path, data);
        const parameters = { path: toBytes(path), identity, content, bytes: data.length };
        await waitFor({ kind: KIND, ability: 'write', ref, id: 0, parameters });
        return { bytes: data.length };
      },

      async copy({ ref, length, recovery }, { look }) {
        return copies.copy(identityOf(ref), await pathOf(ref, look()), length, recovery);
      },

      release({ copied }) {
        copies.release(copied);
        return {};
      },

      async read({ ref, length, wait, copied, recovery }, { look, wait: waitFor }) {
        if (copied !== undefined) return kept(unacknowledged, copies.take(copied, length), recovery);
        const identity = identityOf(ref);
        const path = await pathOf(ref, look());
        if (!wait) return kept(unacknowledged, await readFifo(identity, path, length), recovery);
        const parameters = { path: toBytes(path), identity, length, ...(recovery && { recovery }) };
        const ended = await waitFor({ kind: KIND, ability: 'read', ref, id: 0, parameters });
        if (ended.is === 'held') throw new IpcFailure({ code: 'internal', text: 'a read holds nothing' });
        const read = v.parse(fifoContract.abilities.read.result, ended.result);
        // A child that took nothing is not waiting for our word.
        if (fromBytes(read.content).length === 0) return read;
        return { ...read, token: unacknowledged.keep({ acknowledge: ended.acknowledge }) };
      },

      acknowledge({ token }) {
        unacknowledged.acknowledge(token);
        return {};
      },

      async destroy({ ref, identity }, { look }) {
        destroyFifo(identity, await pathOf(ref, look()));
        return {};
      },
    },

    end: () => {
      copies.end();
      unacknowledged.rescue();
    },
  };
}
