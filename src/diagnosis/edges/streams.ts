/** Who can end a wait on a descriptor: the other side of a pipe, a socket or a queue. */
import type { IpcObject, ObjectOf } from '../../protocol/kinds';
import type { WaitedDescriptor } from '../../protocol/waits';
import { anyOf, type Closing, type Edge, processesOf, type Waiting } from '../edge';
import { holdersIn, type Machine } from '../machine';

/** What the wait for one of these descriptors comes to. */
export function descriptorsEdge(of: readonly WaitedDescriptor[], machine: Machine): Waiting {
  return anyOf(of.map((one) => descriptorEdge(one, machine)));
}

function descriptorEdge({ ref, direction, type }: WaitedDescriptor, machine: Machine): Waiting {
  const object = machine.object(ref);
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
    default:
      return { is: 'unknown' };
  }
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

function closingOf({ kind }: IpcObject, machine: Machine): Closing {
  return machine.hides('endpoints', kind) ? 'unseen' : 'closed';
}

function edge(members: Edge['members'], closing: Closing, holes: Edge['holes'] = []): Waiting {
  return { is: 'edge', edge: { need: 'any', members, closing, holes } };
}
