/**
 * What a thread waits for whose call is hidden (kernel.yama.ptrace_scope; root in a container): where in the kernel it sleeps says in what sort of thing and which way, and its process's descriptors, which may be
 * looked at with less of a right, say which can be meant. One that can be is it by elimination; several are candidates.
 */
import { type DescriptorType, WAITED_MOST, type WaitOn, type WaitOnOf } from '../../../protocol/waits';
import { eachNumber } from '../../libc/directory';
import { asleepIn } from '../../proc/calls';
import { readSmall, readWhole } from '../../proc/read';
import { fieldOf } from '../../proc/fields';
import { threadsOf } from '../../proc/threads';
import { descriptorType } from '../descriptors/descriptorType';
import { epolled, type CallTarget } from './waitsOf';

type Way = 'read' | 'write';

/** In what a thread sleeps there, and which way; `way` absent: either. */
interface SleepingIn {
  of: readonly DescriptorType[];
  way?: Way;
}

/** Functions of net/, fs/eventfd.c and so on; pipes, FIFOs and queues are told by who knows which descriptors are theirs (streams.ts, held.ts). They stand as /proc/PID/wchan has them, and vary by kernel. */
const PLACES: readonly [pattern: RegExp, place: SleepingIn][] = [
  [
    /^unix_stream_read|^unix_stream_data_wait|skb_wait_for_more_packets|^inet_csk_accept/,
    { of: ['socket'], way: 'read' },
  ],
  [/sock_alloc_send_pskb|sk_stream_wait_memory|^unix_wait_for_peer/, { of: ['socket'], way: 'write' }],
  [/^sk_wait_data/, { of: ['socket'], way: 'read' }],
  [/^signalfd_/, { of: ['signalfd'], way: 'read' }],
  [/^timerfd_/, { of: ['timerfd'], way: 'read' }],
  [/^eventfd_read/, { of: ['eventfd'], way: 'read' }],
  [/^eventfd_write/, { of: ['eventfd'], way: 'write' }],
  // eventfd(2) both ways, timerfd_create(2).
  [/^do_wait_intr_irq/, { of: ['eventfd', 'timerfd'] }],
  [/^inotify_read/, { of: ['inotify'], way: 'read' }],
  [/^n_tty_read/, { of: ['terminal'], way: 'read' }],
  // What most protocols, terminals and inotify sleep by.
  [/^wait_woken/, { of: ['socket', 'terminal', 'inotify'] }],
  [/^do_epoll_wait|^ep_poll/, { of: ['epoll'], way: 'read' }],
];

const O_ACCMODE = 0o3;
const O_WRONLY = 0o1;
const O_NONBLOCK = 0o4000;
const O_PATH = 0o10000000;
/** Descriptors of a process that are asked: of more nothing is said. */
const ASKED = 1024;

interface Candidate {
  fd: number;
  type: DescriptorType;
  way: Way | undefined;
}

/** What is told by elimination; without `by` it is narrowed, and no more. */
type Eliminated = CallTarget & { by?: 'elimination' };

/** What it waits for, as far as that can be told; undefined where nothing can. */
export function eliminated(
  pid: number,
  tid: number,
  wchan: string,
  types: DescriptorTypes,
): Eliminated | undefined {
  if (/^do_wait$|^do_wait[.]|^kernel_wait/.test(wchan)) return childrenOf(pid);
  if (/^locks_lock|^fcntl_setlk|^flock_lock/.test(wchan)) return lockOf(pid, `/proc/${pid}/task/${tid}`);
  const place = PLACES.find(([pattern]) => pattern.test(wchan))?.[1];
  if (!place) return undefined;
  const thread = `/proc/${pid}/task/${tid}`;
  const candidates = candidatesOf(thread, place, types);
  const [only, ...others] = candidates ?? [];
  if (!only) return undefined;
  if (others.length > 0 || only.way === undefined) return narrowed(candidates ?? [], place);
  if (only.type === 'epoll') return { ...epolled(thread, only.fd), by: 'elimination' };
  const fds = [{ fd: only.fd, write: only.way === 'write' }];
  return {
    on: { is: 'descriptors', of: [{ fd: only.fd, direction: only.way }] },
    target: { is: 'fds', fds, asleepIn: asleepIn(wchan) },
    by: 'elimination',
  };
}

function narrowed(candidates: readonly Candidate[], { way }: SleepingIn): CallTarget {
  const on: WaitOnOf<'unknown'> = {
    is: 'unknown',
    ...(way && { direction: way }),
    candidates: candidates.slice(0, WAITED_MOST).map(({ fd, type, way: own }) => ({
      ...{ fd, type },
      ...(own && { direction: own }),
    })),
    ...(candidates.length > WAITED_MOST && { more: candidates.length - WAITED_MOST }),
  };
  return { on, target: { is: 'none' } };
}

/** Of what the descriptors of one process are, asked once for all of its threads that have the same numbers. */
export class DescriptorTypes {
  private numbers = '';
  private known: ReadonlyMap<number, DescriptorType> | undefined;

  /** The lowest first; undefined where they may not be looked at, or are too many. `thread`: its folder in /proc. */
  of(thread: string): ReadonlyMap<number, DescriptorType> | undefined {
    const fds: number[] = [];
    if (eachNumber(`${thread}/fd`, (fd) => fds.push(fd)) !== 'done' || fds.length > ASKED) return undefined;
    const numbers = fds.join(' ');
    // A thread with a table of its own hardly ever has the very same numbers.
    if (this.known && numbers === this.numbers) return this.known;
    this.numbers = numbers;
    const types = new Map<number, DescriptorType>();
    for (const fd of fds.sort((a, b) => a - b)) {
      const type = descriptorType(thread, fd);
      if (type !== undefined) types.set(fd, type);
    }
    return (this.known = types);
  }
}

/** Undefined where they may not be looked at, or are too many. `thread`: its folder in /proc. */
function candidatesOf(
  thread: string,
  { of, way }: SleepingIn,
  types: DescriptorTypes,
): Candidate[] | undefined {
  const found: Candidate[] = [];
  const all = types.of(thread);
  if (!all) return undefined;
  for (const [fd, type] of all) {
    if (!of.includes(type)) continue;
    const info = readSmall(`${thread}/fdinfo/${fd}`)?.toString('latin1');
    const flags = parseInt(fieldOf(info, 'flags') ?? '', 8);
    // Nobody who has set it waits there; what is only pointed to is read by nobody.
    if (Number.isNaN(flags) || (type !== 'epoll' && flags & O_NONBLOCK) || flags & O_PATH) continue;
    const mode = flags & O_ACCMODE;
    if ((way === 'read' && mode === O_WRONLY) || (way === 'write' && mode === 0)) continue;
    found.push({ fd, type, way: way ?? wayOf(type, info) });
  }
  return found;
}

/** An eventfd at zero is waited for to rise, one that is full to fall; both alike nobody can tell (eventfd(2)). */
function wayOf(type: DescriptorType, info: string | undefined): Way | undefined {
  if (type === 'timerfd' || type === 'inotify') return 'read';
  if (type !== 'eventfd') return undefined;
  const count = fieldOf(info, 'eventfd-count');
  if (count === undefined || !/^[0-9a-f]{1,16}$/.test(count)) return undefined;
  return BigInt(`0x${count}`) === 0n ? 'read' : 'write';
}

/** A request that is blocked: type, whether it is advisory, mode, pid, and the file as device and inode (proc(5), locks). */
const BLOCKED = /^\d+:(?: +->)+ +\S+ +\S+ +\S+ +(\d+) +[0-9a-f]+:[0-9a-f]+:(\d+) /;

/** The file of the one lock for which the process is listed as waiting, by its inode among its descriptors. */
function lockOf(pid: number, thread: string): Eliminated | undefined {
  const text = readWhole('/proc/locks');
  if (typeof text === 'string') return undefined;
  const inodes = new Set<string>();
  for (const line of text.toString('latin1').split('\n')) {
    const [, waiter, inode] = BLOCKED.exec(line) ?? [];
    if (inode !== undefined && Number(waiter) === pid) inodes.add(inode);
  }
  const [inode] = inodes;
  if (inode === undefined || inodes.size > 1) return undefined;
  const candidates: Candidate[] = [];
  const looked = eachNumber(`${thread}/fd`, (fd) => {
    if (fieldOf(readSmall(`${thread}/fdinfo/${fd}`)?.toString('latin1'), 'ino') === inode)
      candidates.push({ fd, type: descriptorType(thread, fd) ?? 'file', way: undefined });
  });
  const [only] = candidates;
  if (looked !== 'done' || !only) return undefined;
  if (candidates.length > 1) return narrowed(candidates, { of: [] });
  return { on: { is: 'lock', fd: only.fd }, target: { is: 'none' }, by: 'elimination' };
}

/** The only child that it has, if it has one: whichever it asked for. Of several it may have asked for any. */
function childrenOf(pid: number): Eliminated | undefined {
  const children = new Set<number>();
  for (const tid of threadsOf(pid)) {
    const told = readSmall(`/proc/${pid}/task/${tid}/children`)?.toString('latin1') ?? '';
    for (const child of told.split(' ')) if (child !== '') children.add(Number(child));
  }
  const [only] = children;
  // It may wait for who is traced, too, who is no child.
  if (only === undefined) return undefined;
  const on: WaitOn =
    children.size === 1 ? { is: 'children', who: 'pid', number: only } : { is: 'children', who: 'any' };
  return { on, target: { is: 'none' }, by: 'elimination' };
}
