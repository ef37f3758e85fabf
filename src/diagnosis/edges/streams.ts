/** Who can end a wait on a descriptor: the other side of a pipe, a socket or a queue. */
import type { IpcObject, ObjectOf } from '../../protocol/kinds';
import type { UnixName } from '../../protocol/kinds/unix';
import type { Ref } from '../../protocol/ref';
import type { WaitedDescriptor, WaitOnOf } from '../../protocol/waits';
import { anyOf, type Closing, type Edge, processesOf, type Waiting } from '../edge';
import { holdersIn, type Machine, type ThreadNode } from '../machine';
import { mask } from '../masks';

/** What the wait for one of these descriptors comes to. */
export function descriptorsEdge(
  { of, more }: WaitOnOf<'descriptors'>,
  { process: { pid, signals }, thread }: ThreadNode,
  machine: Machine,
): Waiting {
  const parts = of.map((one) => descriptorEdge(one, pid, machine));
  if (more !== undefined) parts.push({ is: 'unknown' });
  const woken = parts.filter((part) => isOwn(part, pid));
  const [first] = woken;
  // A thread beside the program's own, as runtimes have them: it goes on when another of the process does.
  if (first?.is === 'edge' && woken.length === parts.length && thread.tid !== pid)
    return { is: 'edge', edge: { ...first.edge, own: true } };
  // A pipe to itself, into which its signal handlers write; of an event loop its children may have inherited that.
  const wakes = first ?? (parts.length > 1 && parts.find((part) => has(part, pid)));
  if (wakes && mask(signals?.caught) !== 0n) return { is: 'idle' };
  return anyOf(parts);
}

/** Whether only the process itself has the other end. */
function isOwn(part: Waiting, pid: number): boolean {
  return has(part, pid) && part.is === 'edge' && part.edge.members.every((member) => member.pid === pid);
}

/** Whether the process has the other end too. */
function has(part: Waiting, pid: number): boolean {
  return part.is === 'edge' && part.edge.members.some((member) => member.pid === pid);
}

function descriptorEdge(
  { fd, ref, direction, type }: WaitedDescriptor,
  pid: number,
  machine: Machine,
): Waiting {
  const object = machine.object(ref);
  if (object?.kind === 'pty') return terminalEdge(object, { fd, direction, pid }, machine);
  if (object) return objectEdge(object, direction, machine);
  switch (type) {
    // A person sits at it, or comes to it when he likes.
    case 'terminal':
    case 'device':
    case 'inotify':
    case 'signalfd':
      return { is: 'idle' };
    case 'timerfd':
      return { is: 'ends' };
    // Who else has it is not told; hardly anybody shares one.
    case 'eventfd':
      return edge(processesOf([pid]), 'unseen');
    default:
      return { is: 'unknown' };
  }
}

function objectEdge(object: IpcObject, direction: 'read' | 'write', machine: Machine): Waiting {
  switch (object.kind) {
    case 'pipe':
    case 'fifo': {
      const other = direction === 'read' ? 'writer' : 'reader';
      const closing = object.kind === 'fifo' ? 'open' : closingOf(object, machine);
      return edge(processesOf(holdersIn(object, other, 'both')), closing);
    }
    case 'unix':
    case 'inet':
      return socketEdge(object, direction, machine);
    case 'posix.mq':
      // Whoever may open it may send or receive.
      return edge(processesOf(holdersIn(object, direction === 'read' ? 'writer' : 'reader', 'both')), 'open');
    case 'eventfd':
    case 'lock':
    case 'pty':
    case 'mapping':
    case 'posix.sem':
    case 'posix.shm':
    case 'sysv.msg':
    case 'sysv.sem':
    case 'sysv.shm':
      // Whoever has it open can, or the kernel itself for somebody else.
      return edge(processesOf(holdersIn(object, 'open')), 'unseen');
  }
}

/**
 * Of a pseudo-terminal. To read is to wait for a person, unless all who have the other side only wait, too. Nobody but those who have a master can get at it, while whoever may can open a slave. What Ctrl+S holds a person lets go.
 */
function terminalEdge(
  terminal: ObjectOf<'pty'>,
  { fd, direction, pid }: Pick<WaitedDescriptor, 'fd' | 'direction'> & { pid: number },
  machine: Machine,
): Waiting {
  const { endpoints = [], flags, ref } = terminal;
  const here = endpoints.find((end) => end.pid === pid && end.fd === fd)?.role;
  if (here !== 'master' && here !== 'slave') return { is: 'unknown' };
  const side = here === 'master' ? 'slave' : 'master';
  const others = holdersIn(terminal, side);
  const rest = others.length > 0 && others.every((other) => waitsHereAlone(other, ref, machine));
  if (direction === 'read' && !rest) return { is: 'idle' };
  if (flags.includes('outputHeld')) return { is: 'idle' };
  const closing = here === 'slave' ? closingOf(terminal, machine) : 'open';
  return edge(processesOf(others), closing);
}

/** Whether all that a process does is to wait for this terminal, or for its own threads and children: then no person sits at its other end. */
function waitsHereAlone(pid: number, terminal: Ref, machine: Machine): boolean {
  const threads = machine.threadsOf(pid);
  return (
    threads.length > 0 &&
    threads.every(({ wait }) => {
      const on = wait?.on;
      if (on?.is === 'descriptors')
        return on.of.length === 1 && on.more === undefined && on.of[0]?.ref === terminal;
      return on?.is === 'children' || (on?.is === 'word' && !on.shared);
    })
  );
}

function socketEdge(
  socket: ObjectOf<'unix' | 'inet'>,
  direction: 'read' | 'write',
  machine: Machine,
): Waiting {
  // It waits for clients.
  if (socket.flags.includes('listening')) return { is: 'idle' };
  const peer = machine.object(socket.peer ?? undefined);
  if (peer) {
    const closing = closingOf(socket, machine);
    return edge(processesOf(holdersIn(peer, 'bound', 'connected', 'open')), closing, ['limit']);
  }
  // Not accepted yet: whoever accepts it will be at the other end.
  const listener = machine.object(socket.listener);
  if (listener && socket.flags.includes('unaccepted'))
    return edge(processesOf(holdersIn(listener, 'bound', 'open')), closingOf(socket, machine), ['limit']);
  // Datagrams may come from anybody.
  return direction === 'read' ? { is: 'idle' } : { is: 'unknown' };
}

/**
 * connect(2) of a Unix socket waits for room in a backlog. Which one the socket does not tell; but of all listeners only a full one lets anybody wait. Of TCP the clock ends it (tcp_syn_retries).
 */
export function connectEdge(
  { ref, address }: Pick<WaitOnOf<'connect'>, 'ref' | 'address'>,
  machine: Machine,
): Waiting {
  const socket = machine.object(ref);
  if (socket?.kind !== 'unix') return { is: socket ? 'ends' : 'unknown' };
  const full = fullListeners(machine).filter(
    ({ name }) => address === undefined || address === unixAddress(name),
  );
  const [listener, ...others] = full;
  if (!listener || others.length > 0) return { is: 'unknown' };
  const members = processesOf(holdersIn(listener, 'bound', 'open'));
  return edge(members, closingOf(listener, machine), address === undefined ? ['uncertain'] : []);
}

/** Datagram sockets that have a name, to which anybody may send. */
const RECEIVERS = {
  kind: 'unix',
  has: ({ type, name, state }: ObjectOf<'unix'>) =>
    type === 'dgram' && state !== undefined && name.is !== 'unnamed',
} as const;

/**
 * sendto(2) of a Unix datagram waits for room in the socket that has this name (`max_dgram_qlen`). A name is what was given to bind(2): of a path that another took since, or that is relative, nobody can tell whose it is, so only
 * one that has it alone is meant.
 */
export function sendToEdge(to: string, machine: Machine): Waiting {
  const [receiver, ...others] = machine.chosen(RECEIVERS).filter(({ name }) => unixAddress(name) === to);
  if (!receiver || others.length > 0) return { is: 'unknown' };
  return edge(processesOf(holdersIn(receiver, 'bound', 'open', 'connected')), closingOf(receiver, machine), [
    'limit',
    'uncertain',
  ]);
}

/** Unix sockets that wait for clients. */
export const LISTENERS = {
  kind: 'unix',
  has: ({ flags }: ObjectOf<'unix'>) => flags.includes('listening'),
} as const;

/** Unix listeners that have no room for another client: unix(7) takes one more than the backlog (unix_recvq_full_lockless in net/unix/af_unix.c). */
export function fullListeners(machine: Machine): ObjectOf<'unix'>[] {
  return machine.chosen(LISTENERS).filter(({ backlog }) => backlog && backlog.pending > backlog.limit);
}

function unixAddress(name: UnixName): string | undefined {
  return name.is === 'unnamed' ? undefined : name.is === 'abstract' ? `@${name.text}` : name.text;
}

function closingOf({ kind, ref }: IpcObject, machine: Machine): Closing {
  return machine.hides('endpoints', kind, ref) ? 'unseen' : 'closed';
}

function edge(members: Edge['members'], closing: Closing, holes: Edge['holes'] = []): Waiting {
  return { is: 'edge', edge: { need: 'any', members, closing, holes } };
}
