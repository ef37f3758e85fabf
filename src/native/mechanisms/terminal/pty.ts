/** Pseudo-terminals: who has which side, who is in front, and what waits to be read. */
import type { Endpoint } from '../../../protocol/facts';
import { IpcFailure } from '../../../protocol/errors';
import type { PtyObject } from '../../../protocol/kinds/pty';
import { parsePtyRef, type Ref } from '../../../protocol/ref';
import { directionsOf } from '../../../protocol/waits';
import { mention } from '../../census/memory/held';
import { isCount, type Mechanism } from '../../census/mechanism';
import type { Look } from '../../census/look';
import { slaveIndex } from '../../census/terminals/masters';
import { type OpenPty, ptys, ptySides, slaveStatus } from '../../census/terminals/ptys';
import { statusOfPath } from '../../libc/directory';
import { readRecord } from '../../proc/read';
import { parseStat } from '../../proc/stat';
import { ownerOf } from '../../proc/users';
import { runNow } from '../../slices';
import { Unchanged } from '../../unchanged';
import { withFlags } from '../common/flags';
import { hiddenHolders } from '../common/holders';
import { type SideFacts, toldBySides } from './throughSides';

const KIND = 'pty';
const BREATH = 20;
/** Of those in it, how many are asked for their session. */
const ASKED = 64;

function build(pty: OpenPty, look: Look, closely: boolean): PtyObject {
  const { ref, ends, device, index } = pty;
  mention(ends, look.processes);
  const status = slaveStatus(pty);
  // Its name goes with the last who has the master (devpts_pty_kill of fs/devpts/inode.c).
  const hungUp = status?.links === 0;
  const blocked = ends.some(({ role, fd, waits = [] }) =>
    waits.some(({ on }) => role === 'slave' && directionsOf(on, fd).includes('write')),
  );
  const asked = closely || ends.some(isWriting);
  const told: SideFacts = asked && !hungUp ? toldBySides(pty, blocked) : { flags: [] };
  const { flags, foreground: inFront, session: led, ...numbers } = told;
  const seen = seenIn(pty);
  const session = led ?? seen.session ?? led;
  const foreground = frontOf(inFront ?? seen.foreground ?? inFront, seen.groups);
  const here = ourDevice();
  return {
    kind: KIND,
    ref,
    ...(status && { owner: ownerOf(status.uid, status.gid), mode: status.mode & 0o777 }),
    flags: [...(hungUp ? ['hungUp'] : []), ...flags],
    endpoints: closely ? withFlags(ends) : [...ends],
    ...(device !== undefined && { device }),
    index,
    ...(device !== undefined && here !== undefined && device !== here && { elsewhere: true as const }),
    ...(session !== undefined && !hungUp && { session }),
    ...(foreground !== undefined && !hungUp && { foreground }),
    ...numbers,
  };
}

function isWriting({ fd, waits = [] }: Endpoint): boolean {
  return waits.some(({ on }) => directionsOf(on, fd).includes('write'));
}

/** What those tell who have the slave: the session that it controls, the group in front, and the group of each. */
function seenIn({ ends, index }: OpenPty) {
  const groups = new Map<number, number>();
  let session: number | undefined;
  let foreground: number | undefined;
  const pids = new Set(ends.flatMap(({ role, pid }) => (role === 'slave' ? [pid] : [])));
  for (const pid of [...pids].slice(0, ASKED)) {
    const line = readRecord(`/proc/${pid}/stat`);
    const stat = line && parseStat(line);
    if (!stat || slaveIndex(stat.terminal) !== index) continue;
    if (stat.session > 0) session = stat.session;
    if (stat.foreground > 0) foreground = stat.foreground;
    groups.set(pid, stat.group);
  }
  return { session, foreground, groups };
}

function frontOf(
  group: number | null | undefined,
  groups: ReadonlyMap<number, number>,
): PtyObject['foreground'] {
  if (group === undefined || group === null) return group;
  const pids = [...groups].flatMap(([pid, own]) => (own === group ? [pid] : []));
  return { group, pids: pids.sort((a, b) => a - b) };
}

/** The devpts that we have ourselves. */
function ourDevice(): string | undefined {
  return statusOfPath(Buffer.from('/dev/pts'))?.device;
}

/** The pseudo-terminal of a ref at this moment. Throws `gone`. */
function present(ref: Ref, look: Look): OpenPty {
  if (!parsePtyRef(ref)) throw new IpcFailure({ code: 'invalid', detail: { field: 'ref' } });
  const found = runNow(look.get(ptys)).all.get(ref);
  if (!found) throw new IpcFailure({ code: 'gone' });
  return found;
}

export function makePty(): Mechanism<typeof KIND> {
  const unchanged = new Unchanged<PtyObject>();

  return {
    kind: KIND,
    *read(look, wanted) {
      if (isCount(wanted)) {
        const { sides, denied } = yield* look.get(ptySides);
        const all = new Set(
          [...sides.values()].flat().map(({ device, index }) => `${device ?? '0'} ${index}`),
        );
        return { count: all.size, objects: [], blind: hiddenHolders(KIND, { denied }, look) };
      }
      const { all, denied } = yield* look.get(ptys);
      const pass = unchanged.begin(look);
      const objects: PtyObject[] = [];
      for (const [ref, one] of all) {
        const closely = wanted.allDetails === true || wanted.details.has(ref);
        if (!wanted.rows && !closely) continue;
        if (objects.length % BREATH === 0) yield;
        objects.push(pass.keep(build(one, look, closely)));
      }
      pass.end();
      return { count: all.size, objects, blind: hiddenHolders(KIND, { denied }, look) };
    },
    abilities: {
      inspect: ({ ref }, { look }) => {
        const now = look();
        return build(present(ref, now), now, true);
      },
    },
  };
}
