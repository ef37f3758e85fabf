/** Reads TCP and UDP sockets with both ends on this host again and again. */
import type { Endpoint } from '../../../protocol/facts';
import type { InetObject } from '../../../protocol/kinds/inet';
import type { Ref } from '../../../protocol/ref';
import type { Blind } from '../../../protocol/snapshot';
import { InetRelations, type InetRelation } from './inetRelations';
import type { Look } from '../../census/look';
import { socketEnds } from '../../census/sockets/socketEnds';
import { inetSockets, unixSockets } from '../../census/sockets/sockets';
import { errorWaits } from '../../libc/socket';
import { inetRefOf, isAny, type InetRecord } from '../../sockdiag/inetDiag';
import { users } from '../../proc/users';
import { isCount, type Reading, type Wanted } from '../../census/mechanism';
import { SocketCache, type SocketPass } from './cache';
import { detailsBlind, detailsThrough } from './descriptorCopy';
import { withFlags } from '../common/flags';
import { hiddenHolders } from '../common/holders';

const KIND = 'inet';
const BREATH = 200;
const NOBODY: readonly Endpoint[] = [];
/** On its way out; a process may still have it in some of these. */
const ENDING: ReadonlySet<InetRecord['state']> = new Set([
  'finWait1',
  'finWait2',
  'closing',
  'lastAck',
  'timeWait',
  'closed',
]);
/** Known to the kernel, and to no process yet. */
const WAITING: ReadonlySet<InetRecord['state']> = new Set(['synReceived', 'established', 'closeWait']);

export class InetReader {
  private readonly cache = new SocketCache<InetRecord, InetObject>(inetRefOf);
  private relations = new InetRelations([]);

  *read(look: Look, wanted: Wanted): Generator<undefined, Reading<typeof KIND>> {
    const { records, network, fallback, others, nameless, unreadable } = yield* look.get(inetSockets);
    if (this.relations.all !== records) this.relations = new InetRelations(records);
    const { relations } = this;
    const { here } = relations;
    const blind: Blind[] = [
      ...(unreadable ? [{ kind: KIND, code: 'failed' } as const] : []),
      ...(nameless > 0 ? [{ kind: KIND, field: 'inode', code: 'noSockDiag', count: nameless } as const] : []),
      ...(relations.elsewhere > 0
        ? [{ kind: KIND, field: 'remote', code: 'otherTraffic', count: relations.elsewhere } as const]
        : []),
      ...(others > 0 ? [{ kind: KIND, field: 'network', code: 'otherNetwork', count: others } as const] : []),
      ...(fallback ? [{ kind: KIND, field: 'backlog', code: 'noSockDiag' } as const] : []),
    ];
    const count = unreadable ? {} : { count: here.length };
    if (isCount(wanted)) return { ...count, objects: [], blind };
    const { byInode, denied } = yield* look.get(socketEnds);
    const objects: InetObject[] = [];
    const pass = this.cache.begin(look);
    let breath = 0;
    for (const record of here) {
      if (++breath % BREATH === 0) yield;
      const closely =
        wanted.allDetails === true || (wanted.details.size > 0 && wanted.details.has(inetRefOf(record)));
      if (!wanted.rows && !closely) continue;
      const ends = byInode.get(record.inode) ?? NOBODY;
      objects.push(objectOf(pass, record, relations.of(record), ends, network, closely, blind));
    }
    pass.end();
    const left = yield* leftOut(records, byInode, look);
    return {
      ...{ ...count, objects },
      blind: [
        ...blind,
        ...hiddenHolders(KIND, { denied }, look),
        ...(left > 0 ? [{ kind: KIND, field: 'sockets', code: 'notShown', count: left } as const] : []),
      ],
    };
  }

  /** One of them at this moment, closely; undefined where there is none. With a reader of its own, that nothing is remembered. */
  *one(ref: Ref, look: Look): Generator<undefined, Inet | undefined> {
    const { records, network } = yield* look.get(inetSockets);
    const relations = new InetRelations(records);
    const record = relations.here.find((one) => inetRefOf(one) === ref);
    if (!record) return undefined;
    const ends = (yield* look.get(socketEnds)).byInode.get(record.inode) ?? NOBODY;
    const pass = this.cache.begin(look);
    return { object: objectOf(pass, record, relations.of(record), ends, network, true, []), record, ends };
  }
}

function objectOf(
  pass: SocketPass<InetRecord, InetObject>,
  record: InetRecord,
  relation: InetRelation,
  ends: readonly Endpoint[],
  network: string | undefined,
  closely: boolean,
  blind: Blind[],
): InetObject {
  const { peer, listener, connections } = relation;
  const parts: unknown[] = [peer, listener, connections, closely];
  // What stands in details may change without anything else.
  if (closely) parts.push({});
  const role =
    record.state === 'listening' || record.state === 'unconnected'
      ? 'bound'
      : ENDING.has(record.state)
        ? 'open'
        : 'connected';
  return pass.get({ record, parts, ends, role }, (endpoints) => {
    const object = inetObject(record, relation, endpoints, network);
    return closely ? withDetails(object, record, ends, blind) : object;
  });
}

/** Sockets that processes have, and the kernel lists neither among these nor among Unix sockets: raw ones, those that are not bound, of other families, and of network namespaces of others. */
function* leftOut(
  records: readonly InetRecord[],
  byInode: ReadonlyMap<string, unknown>,
  look: Look,
): Generator<undefined, number> {
  const { own, foreign } = yield* look.get(unixSockets);
  const left = new Set(byInode.keys());
  for (const all of [records, own, ...foreign.map((one) => one.records)])
    for (const { inode } of all) left.delete(inode);
  return left.size;
}

/** One object, with what it was made of. */
export interface Inet {
  object: InetObject;
  record: InetRecord;
  ends: readonly Endpoint[];
}

function inetObject(
  record: InetRecord,
  relation: InetRelation,
  endpoints: Endpoint[],
  network: string | undefined,
): InetObject {
  const { protocol, family, inode, state, local, remote, uid, shutdown, onlyV6, drops } = record;
  return {
    kind: KIND,
    ref: inetRefOf(record),
    ...(uid !== undefined && { owner: { uid, user: users.get(uid) } }),
    mode: null,
    flags: flagsOf(record),
    endpoints,
    inode: inode === '0' ? null : inode,
    ...(network !== undefined && { network }),
    ...relation,
    ...queues(record),
    ...(shutdown && state !== 'timeWait' && { shutdown }),
    protocol,
    family,
    ...(onlyV6 !== undefined && isAny(local.address) && { onlyV6 }),
    ...(drops !== undefined && { drops }),
    local,
    remote: remote ?? null,
    state,
  };
}

function flagsOf({ state, inode, shutdown }: InetRecord): string[] {
  const half =
    state === 'closeWait' || state === 'finWait2' || (shutdown && shutdown.receive !== shutdown.send);
  return [
    ...(state === 'listening' ? ['listening'] : []),
    ...(state === 'established' || state === 'closeWait' || state === 'connected' ? ['connected'] : []),
    ...(inode === '0' && WAITING.has(state) ? ['unaccepted'] : []),
    ...(ENDING.has(state) ? ['ending'] : []),
    ...(half && inode !== '0' ? ['halfClosed'] : []),
  ];
}

/** TCP counts bytes; UDP what its packets occupy. */
function queues({ protocol, state, receive, send }: InetRecord): Partial<InetObject> {
  if (state === 'listening')
    // Without sock_diag the limit is not told.
    return Number.isNaN(send) ? {} : { backlog: { pending: receive, limit: send } };
  if (state === 'timeWait') return {};
  const unit = protocol === 'tcp' ? 'bytes' : 'memory';
  return { receiveQueue: { amount: receive, unit }, sendQueue: { amount: send, unit } };
}

function withDetails(
  { endpoints = [], ...rest }: InetObject,
  { inode }: InetRecord,
  ends: readonly Endpoint[],
  blind: Blind[],
): InetObject {
  const object: InetObject = { ...rest, endpoints: withFlags(endpoints, inode) };
  const looked = detailsThrough(inode, ends, errorWaits);
  blind.push(...detailsBlind(KIND, object.ref, looked));
  return typeof looked === 'object' && looked.seen
    ? { ...object, flags: [...object.flags, 'pendingError'] }
    : object;
}
