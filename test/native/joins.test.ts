/** Who waits for the end of a thread (pthread_join(3)) is told by that thread's number, and nothing that only looks like it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Census, EVERYTHING } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import type { Wait } from '../../src/protocol/waits';
import { lookUntil, Stage } from '../support/diagnosis';
import { needs } from '../support/oracles';
import { until } from '../support/until';

const stage = new Stage();
let census: Census;
beforeEach(async (context) => {
  // Of the C library whose threads are known.
  needs(context, 'python3', ['-c', 'import ctypes; ctypes.CDLL(None).gnu_get_libc_version']);
  await prepare();
  census = new Census(makeMechanisms());
});
afterEach(() => stage.clean());

/** Python's own threads are detached: nobody may join them. `thread` makes one of the C library, and answers what names it there, and its number. */
const THREADS = `
import platform
NR = {'x86_64': 202, 'aarch64': 98}[platform.machine()]
BODY = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
bodies = []
def thread(act):
    told = []
    def run(_):
        told.append(threading.get_native_id())
        act()
        return None
    bodies.append(BODY(run))
    handle = ctypes.c_ulong()
    libc.pthread_create(ctypes.byref(handle), None, bodies[-1], None)
    while not told: time.sleep(0.001)
    return handle.value, told[0]
def join(handle): libc.pthread_join(ctypes.c_ulong(handle), None)
def idle(): time.sleep(600)
`;

/** The wait of a thread, once it is in its call. */
function waitOf(pid: number, tid: number, call: string): Promise<Wait> {
  return until(() => {
    const { processes } = runNow(census.take(EVERYTHING, { everybody: true }));
    const { threads = [] } = processes.find((process) => process.pid === pid) ?? {};
    const wait = threads.find((thread) => thread.tid === tid)?.wait;
    return typeof wait === 'object' && wait.call === call ? wait : undefined;
  });
}

describe('pthread_join', () => {
  test('of a thread, of one that is joined with a limit of time, and of the leader', async () => {
    const play = stage.python(`${THREADS}
target, target_tid = thread(idle)
_, joiner = thread(lambda: join(target))
late, late_tid = thread(idle)
span = struct.pack('qq', int(time.time()) + 600, 0)
_, limited = thread(lambda: libc.pthread_timedjoin_np(ctypes.c_ulong(late), None, span))
leader = threading.get_ident()
_, of_leader = thread(lambda: join(leader))
say(target_tid, joiner, late_tid, limited, of_leader)
rest()`);
    const [target = 0, joiner = 0, late = 0, limited = 0, ofLeader = 0] = await play.said();
    const joined = { call: 'futex', certain: true };
    expect(await waitOf(play.pid, joiner, 'futex')).toMatchObject({
      ...{ ...joined, on: { is: 'thread', number: target }, timeout: null },
    });
    expect(await waitOf(play.pid, limited, 'futex')).toMatchObject({
      ...{ ...joined, on: { is: 'thread', number: late }, timeout: true },
    });
    expect(await waitOf(play.pid, ofLeader, 'futex')).toMatchObject({
      ...{ ...joined, on: { is: 'thread', number: play.pid } },
    });
  });

  test('is not any other word that has the number of a thread', async () => {
    const play = stage.python(`${THREADS}
_, target = thread(idle)
def word(op, value):
    room = ctypes.create_string_buffer(128)
    struct.pack_into('I', room, 0, value)
    bodies.append(room)
    return thread(lambda: libc.syscall(NR, room, op, value, None, None, -1))[1]
say(word(9 | 256, target), word(0, target), word(9 | 256 | 128, target), word(9 | 256, 1))
rest()`);
    const [alike = 0, plain = 0, own = 0, other = 0] = await play.said();
    for (const tid of [alike, plain, other])
      expect((await waitOf(play.pid, tid, 'futex')).on).toMatchObject({ is: 'word', shared: true });
    expect((await waitOf(play.pid, own, 'futex')).on).toMatchObject({ is: 'word', shared: false });
  });

  test('three that wait for the end of the next one each are a ring, though others of their process can act', async () => {
    const play = stage.python(`${THREADS}
ready = threading.Event()
handles = []
def next_of(at):
    ready.wait()
    join(handles[(at + 1) % 3])
made = [thread(lambda at=at: next_of(at)) for at in range(3)]
handles += [handle for handle, _ in made]
ready.set()
say(*[tid for _, tid in made])
rest()`);
    const tids = await play.said();
    const seen = await lookUntil((now) => now.of('deadlock', [play.pid]).length > 0);
    const finding = seen.one('deadlock', play.pid);
    expect(finding.parts.members.map(({ tid, wait }) => [tid, wait.on])).toEqual(
      tids.map((tid, at) => [tid, { is: 'thread', number: tids[(at + 1) % 3] }]),
    );
    expect(seen.says(finding)).toContain(`waits for its thread ${tids[1]} to end`);
  });

  test('of a thread that can act, or waits for a job, is no trouble', async () => {
    const play = stage.python(`${THREADS}
lock = threading.Lock(); lock.acquire()
waiter, job = thread(lambda: lock.acquire())
_, joiner = thread(lambda: join(waiter))
say(job, joiner)
join(waiter)`);
    const [job = 0, joiner = 0] = await play.said();
    expect((await waitOf(play.pid, joiner, 'futex')).on).toEqual({ is: 'thread', number: job });
    const seen = await lookUntil((now) => now.why(play.pid).chain.length >= 0);
    expect(seen.about([play.pid])).toEqual([]);
    expect(seen.why(play.pid).state).toBe('idle');
  });
});
