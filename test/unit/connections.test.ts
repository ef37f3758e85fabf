/** Which sockets are one row, where it stands, and who talks to whom through them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frontOf, placeOf, type Socket } from '../../src/presentation/kinds/connections';
import { processKey } from '../../src/presentation/holders';
import { Holdings } from '../../src/extension/views/holdings';
import { layoutOf } from '../../src/extension/views/layout';
import type { IpcObject } from '../../src/protocol/kinds';
import { type Ref, unixRef } from '../../src/protocol/ref';

type Given = Partial<Socket> & { path?: string; pids?: number[] };

/** A socket with this inode. */
function socket(inode: number, { path, pids = [], ...more }: Given = {}): Socket {
  return {
    ...{ kind: 'unix', ref: ref(inode), inode: String(inode), flags: [], peer: null },
    name: path === undefined ? { is: 'unnamed' } : { is: 'path', text: path },
    endpoints: pids.map((pid) => ({ pid, startTime: '1', role: 'connected' as const })),
    ...more,
  } as Socket;
}
const ref = (inode: number): Ref => unixRef(String(inode), '0');

/** Finds among these. */
function finder(sockets: readonly Socket[]) {
  const byRef = new Map<Ref, IpcObject>(sockets.map((one) => [one.ref, one]));
  return (wanted: Ref) => byRef.get(wanted);
}

describe('one row for two sockets', () => {
  test('the accepted one stands for both, under its listener', () => {
    const listener = socket(1, { path: '/x', flags: ['listening'] });
    const client = socket(2, { peer: ref(3), flags: ['connected'] });
    const accepted = socket(3, { path: '/x', peer: ref(2), listener: ref(1), flags: ['connected'] });
    const all = [listener, client, accepted];
    const get = finder(all);
    expect([frontOf(client, get), frontOf(accepted, get)]).toEqual([accepted, accepted]);
    expect(placeOf(accepted, get)).toEqual({ in: 'object', ref: ref(1) });
    const { top, pairs, under, rows, front } = layoutOf(all, get);
    expect([top, pairs, under.get(ref(1)), rows]).toEqual([[listener], [], [accepted], 2]);
    expect(front(ref(2))).toBe(ref(3));
  });

  test('a pair stands among the pairs, and a listener that is gone leaves its connections in the group', () => {
    const [one, two] = [
      socket(9, { peer: ref(10), flags: ['pair'] }),
      socket(10, { peer: ref(9), flags: ['pair'] }),
    ];
    const [accepted, client] = [
      socket(3, { path: '/x', peer: ref(2), flags: ['connected'] }),
      socket(2, { peer: ref(3), flags: ['connected'] }),
    ];
    const all = [one, two, accepted, client];
    const { top, pairs } = layoutOf(all, finder(all));
    // 9 is older than 10, though it is not before it as text.
    expect([top, pairs]).toEqual([[accepted], [one]]);
  });

  test("those that send to one receiver stand under it; one that has a receiver of its own is nobody's child", () => {
    const receiver = socket(1, { path: '/log', type: 'dgram' });
    const senders = [2, 3].map((inode) =>
      socket(inode, { peer: ref(1), type: 'dgram', flags: ['connected'] }),
    );
    const circle = [
      socket(4, { peer: ref(5), type: 'dgram' }),
      socket(5, { peer: ref(6), type: 'dgram' }),
      socket(6, { peer: ref(4), type: 'dgram' }),
    ];
    const all = [receiver, ...senders, ...circle];
    const { top, under } = layoutOf(all, finder(all));
    expect(under.get(ref(1))).toEqual(senders);
    expect(top).toEqual([receiver, ...circle]);
  });

  test('whatever names whatever: each socket is in exactly one row, and each row stands somewhere once', () => {
    const COUNT = 8;
    const any = fc.record({
      peer: fc.option(fc.integer({ min: 0, max: COUNT }), { nil: undefined }),
      listener: fc.option(fc.integer({ min: 0, max: COUNT }), { nil: undefined }),
      path: fc.option(fc.constant('/x'), { nil: undefined }),
      flags: fc.subarray(['pair', 'connected', 'listening', 'peerClosed']),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: COUNT, maxLength: COUNT }), (given) => {
        const all = given.map(({ peer, listener, path, flags }, at) =>
          socket(at, {
            flags,
            peer: peer === undefined ? null : ref(peer),
            ...(listener !== undefined && listener !== at && { listener: ref(listener) }),
            ...(path !== undefined && { path }),
          }),
        );
        const { top, pairs, under, front, rows } = layoutOf(all, finder(all));
        const shown = [...top, ...pairs, ...[...under.values()].flat()].map((one) => one.ref);
        expect(new Set(shown).size).toBe(shown.length);
        expect(shown.length).toBe(rows);
        for (const parent of under.keys()) expect(top.map((one) => one.ref)).toContain(parent);
        for (const one of all) expect(shown).toContain(front(one.ref));
      }),
    );
  });
});

test('who talks to whom: both ends of a connection, a sender and its receiver', () => {
  const holdings = new Holdings();
  const key = (pid: number) => processKey({ pid, startTime: '1' });
  const talks = (pid: number) =>
    holdings.peersOf(key(pid)).map(({ pid: other, reads, writes }) => [other, reads, writes]);
  holdings.set(socket(1, { peer: ref(2), pids: [10] }));
  holdings.set(socket(2, { peer: ref(1), pids: [20] }));
  holdings.set(socket(3, { pids: [30] }));
  holdings.set(socket(4, { peer: ref(3), pids: [10] }));
  expect(talks(10)).toEqual([
    [20, true, true],
    [30, true, false],
  ]);
  expect(talks(20)).toEqual([[10, true, true]]);
  expect(talks(30)).toEqual([[10, false, true]]);
  holdings.delete(ref(2));
  expect(talks(10)).toEqual([[30, true, false]]);
  expect([holdings.hasPeers(key(20)), holdings.hasPeers(key(30))]).toEqual([false, true]);
});
