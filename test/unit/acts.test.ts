/** May this act succeed, and what is lost by it: each one pure function. */
import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/protocol/facts';
import { contracts, type IpcObject } from '../../src/protocol/kinds';
import { lossesOf, worstFirst } from '../../src/protocol/losses';
import { type Actor, refusalOf } from '../../src/protocol/mayAct';
import { refusalText } from '../../src/presentation/refusals';
import { whyUntold } from '../../src/protocol/rights';
import { type Kind, posixRef, sysvRef } from '../../src/protocol/ref';

const root = { uid: 0, gid: 0, user: 'root' };
const plain: Actor = { uid: 1000, groups: [1000], capabilities: '0', trusted: true, stickyMemory: true };

let ids = 0;
function queue(more: object = {}): IpcObject {
  const id = ++ids;
  return {
    ...{ kind: 'sysv.msg', ref: sysvRef('sysv.msg', '1', id), id, key: 0, owner: root, creator: root },
    ...{ mode: 0o600, flags: [], messages: 0, bytes: 0, lastSend: null, lastReceive: null, changedAt: 0 },
    ...more,
  } as unknown as IpcObject;
}
const set = (mode: number): IpcObject =>
  ({ ...queue({ mode }), kind: 'sysv.sem', semaphores: 1, lastOperationAt: null }) as unknown as IpcObject;
const posix = (kind: Kind, more: object): IpcObject =>
  ({
    ...{ kind, ref: posixRef('posix.mq', { device: '1', inode: '2', birth: '0' }), owner: root, mode: 0o600 },
    ...{ flags: [], name: '/a', device: '1', inode: '2', ...more },
  }) as unknown as IpcObject;
const why = (object: IpcObject, ability: string, actor = plain, given?: Record<string, unknown>) => {
  const refusal = refusalOf(object, ability, actor, given);
  return refusal?.why === 'rights' ? refusal.needs : refusal?.why;
};

describe('may this act succeed', () => {
  test('a plain user on the set of root: neither operate, set nor destroy', () => {
    for (const ability of ['operate', 'hold', 'set', 'setAll', 'alter', 'destroy'])
      expect(why(set(0o600), ability), ability).toBeDefined();
    // Who may read may wait for zero, and nothing else: what is to be done is known once it was asked for.
    expect(why(set(0o644), 'operate')).toBeUndefined();
    expect(why(set(0o622), 'operate')).toBeUndefined();
    expect(why(set(0o600), 'operate')).toBe('write');
    expect(why(set(0o644), 'operate', plain, { operations: [{ number: 0, change: 0 }] })).toBeUndefined();
    expect(why(set(0o644), 'operate', plain, { operations: [{ number: 0, change: -1 }] })).toBe('write');
    expect(why(set(0o666), 'operate')).toBeUndefined();
    expect(why(set(0o666), 'destroy')).toBe('own');
  });
  test('root may, but not without the capabilities', () => {
    const bare = { ...plain, uid: 0, capabilities: '0' };
    const other = { uid: 7, gid: 7 };
    const theirs = queue({ owner: other, creator: other });
    for (const ability of ['send', 'take', 'peek', 'alter', 'destroy']) {
      expect(
        why(theirs, ability, { ...plain, uid: 0, capabilities: '1ffffffffff' }),
        ability,
      ).toBeUndefined();
      expect(why(theirs, ability, bare), ability).toBeDefined();
    }
  });
  test('its group, its owner and its creator count as the kernel counts them', () => {
    const me = { uid: 1000, gid: 1000 };
    expect(why(queue({ mode: 0o620, owner: { uid: 0, gid: 1000 } }), 'send')).toBeUndefined();
    expect(why(queue({ mode: 0o602 }), 'send')).toBeUndefined();
    expect(why(queue({ mode: 0o060, creator: me }), 'send')).toBe('write');
    expect(why(queue({ mode: 0o600, creator: me }), 'destroy')).toBeUndefined();
  });
  test('of files: their mode, their sticky folder, and what the helper found out of the folder', () => {
    expect(why(posix('posix.mq', { mode: 0o622 }), 'send')).toBeUndefined();
    expect(why(posix('posix.mq', { mode: 0o622 }), 'drainAndRestore')).toBe('both');
    expect(why(posix('posix.shm', { type: 'file' }), 'destroy')).toBe('own');
    expect(
      why(posix('posix.shm', { type: 'file' }), 'destroy', { ...plain, stickyMemory: false }),
    ).toBeUndefined();
    expect(why(posix('fifo', { path: '/a' }), 'destroy')).toBeUndefined();
    expect(why(posix('fifo', { path: '/a', kept: 'folder' }), 'destroy')).toBe('folder');
    expect(why(posix('posix.shm', { type: 'link', flags: ['notMemory'] }), 'write')).toBe('state');
    expect(why(posix('posix.mq', { flags: ['unlinked'] }), 'destroy')).toBe('state');
  });
  test('in Restricted Mode nothing changes anything, and everything can be looked at', () => {
    const restricted = { ...plain, uid: 0, capabilities: undefined, trusted: false };
    const quiet = new Set(['inspect', 'peek', 'read']);
    for (const kind of Object.keys(contracts) as Kind[])
      for (const ability of Object.keys(contracts[kind].abilities)) {
        const object = { ...posix(kind, {}), name: { is: 'unnamed' }, creator: root } as unknown as IpcObject;
        if (kind === 'fifo' && ability === 'read')
          expect(why(object, ability, restricted)).toBe('restricted');
        else if (quiet.has(ability)) expect(why(object, ability, restricted)).not.toBe('restricted');
        else expect(why(object, ability, restricted), `${kind} ${ability}`).toBe('restricted');
      }
    expect(why(queue(), 'read', restricted, { attach: true })).toBe('restricted');
  });
  test('the sentence says whose it is and what its mode is', () => {
    const refusal = refusalOf(set(0o600), 'set', plain);
    expect(refusal && refusalText(refusal)).toBe(
      'Its mode (rw-------) does not let you do that; it belongs to root. Ask its owner, or run as a user who may.',
    );
  });
});

describe('what is not told of a POSIX queue', () => {
  const queueOf = (uid: number, mode: number, messages?: number) => ({
    owner: { uid, gid: uid },
    mode,
    messages,
  });
  test('its owner is never told that a mode does not let them look', () => {
    for (let mode = 0; mode <= 0o777; mode++)
      for (const messages of [undefined, 0, 3])
        expect(whyUntold(queueOf(1000, mode, messages), plain)).not.toBe('mode');
    expect(whyUntold(queueOf(1000, 0o600, 0), plain)).toBe('notLooked');
    expect(whyUntold(queueOf(1000, 0o200, 0), plain)).toBe('owner');
    expect(whyUntold(queueOf(0, 0o600), plain)).toBe('mode');
  });
});

describe('the sum of what is lost', () => {
  const end = (pid: number, waits = 0): Endpoint => ({
    ...{ pid, startTime: '1', role: waits > 0 ? 'waiter' : 'open' },
    waits: Array.from({ length: waits }, (_, tid) => ({
      tid,
      call: 'msgrcv',
      on: { is: 'unknown' },
      certain: true,
    })),
  });
  test('objects, messages, users, waiters', () => {
    const other = { uid: 7, gid: 7 };
    const all = [
      queue({ messages: 20, bytes: 100 }),
      queue({ messages: 3, bytes: 5, owner: other }),
      queue({ endpoints: [end(4, 2)] }),
      posix('posix.mq', { messages: undefined }),
    ];
    const losses = lossesOf(all);
    expect(losses).toMatchObject({
      ...{ objects: 4, messages: 23, hiddenQueues: 1, bytes: 105n, waiters: 2, waited: 1, holders: 1 },
    });
    expect([...losses.kinds]).toEqual([
      ['sysv.msg', 3],
      ['posix.mq', 1],
    ]);
    expect([...losses.owners]).toEqual([0, 7]);
  });
  const segment = (more: object) => ({ ...queue(), kind: 'sysv.shm', bytes: 4096, ...more }) as IpcObject;
  const attached: Endpoint = { pid: 4, startTime: '1', role: 'attached' };
  const listener = (more: object) =>
    posix('unix', { name: { is: 'path', text: '/s' }, flags: ['listening'], endpoints: [end(4)], ...more });

  test('what is hidden is counted as hidden, and not as none', () => {
    const losses = lossesOf([
      set(0o600),
      posix('posix.sem', { waiters: undefined, endpoints: [end(4, 1)] }),
      posix('posix.shm', { bytes: undefined }),
      posix('posix.mq', { messages: 0, bytes: undefined }),
      listener({ connections: undefined }),
      listener({ connections: 2, fileOwner: { uid: 8, gid: 8 } }),
    ]);
    expect(losses).toMatchObject({
      ...{ waiters: 1, waited: 1, hiddenWaiters: 2, bytes: 0n, hiddenBytes: 1, hiddenQueues: 0 },
      ...{ connections: 2, hiddenConnections: 1 },
    });
    // A socket's file is its owner's, whoever is bound to it.
    expect([...losses.owners]).toEqual([0, 8]);
    const known = { waitForIncrease: [0], waitForZero: [2] };
    expect(lossesOf([{ ...set(0o600), ...known }])).toMatchObject({
      ...{ waiters: 2, hiddenWaiters: 0 },
    });
  });
  test('attachments count by the number that the kernel has', () => {
    const [unseen, seen] = [{ attachments: 7 }, { attachments: 2, endpoints: [attached, attached] }];
    expect(lossesOf([segment(unseen), segment(seen)])).toMatchObject({
      ...{ attachments: 9, unseenAttachments: 7, holders: 1 },
    });
    const [used, large] = [segment(unseen), segment({ attachments: 0, bytes: 2 ** 30 })];
    expect(worstFirst([large, segment(seen), used])).toEqual([used, expect.objectContaining(seen), large]);
  });
  test('what is hidden stands before what is known to be none', () => {
    const quiet = { ...set(0o600), waitForIncrease: [0], waitForZero: [0], endpoints: [] } as IpcObject;
    const hidden = { ...set(0o600), endpoints: [] } as IpcObject;
    const waited = { ...hidden, endpoints: [end(4, 1)] } as IpcObject;
    expect(worstFirst([quiet, hidden, waited])).toEqual([waited, hidden, quiet]);
    const [none, unknown] = [0, undefined].map((connections) => listener({ connections, endpoints: [] }));
    expect(worstFirst([none, unknown] as IpcObject[])).toEqual([unknown, none]);
    const [small, sizeless] = [4096, undefined].map((bytes) => posix('posix.shm', { bytes, endpoints: [] }));
    expect(worstFirst([small, sizeless] as IpcObject[])).toEqual([sizeless, small]);
  });
  test('the worst first: who is waited on, who is in use, what holds most', () => {
    const [empty, full, used, waited] = [
      queue(),
      queue({ messages: 9 }),
      queue({ endpoints: [end(4)] }),
      queue({ endpoints: [end(5, 1)] }),
    ];
    expect(worstFirst([empty, full, used, waited])).toEqual([waited, used, full, empty]);
    const hidden = posix('posix.mq', { messages: undefined });
    expect(worstFirst([full, hidden])).toEqual([hidden, full]);
    expect(worstFirst([empty, full, empty])).toEqual([full, empty, empty]);
  });
});
