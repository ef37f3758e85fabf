/** The wait of a thread of a process, with the objects that it names. */
import { type Ref, sysvRef } from '../../../protocol/ref';
import { type Wait, WAITED_MOST, type WaitedDescriptor } from '../../../protocol/waits';
import type { EpollEntry } from '../../proc/epoll';
import { inetRefOf } from '../../sockdiag/inetDiag';
import { descriptors } from '../descriptors/descriptors';
import { eventfds, waitedOnEventfd } from '../descriptors/eventfds';
import { fileLocks } from '../locks/fileLocks';
import { descriptorType } from '../descriptors/descriptorType';
import { isMoved, isSocket, watchedPipe } from './epollFds';
import { deviceOf, held, keyOf, mappingAt, refOfHeld, waitedOnQueue, waitsOnQueue } from '../memory/held';
import type { Look } from '../look';
import { mappings } from '../memory/mappings';
import type { DescriptorNumber, ProcessDescriptors } from '../descriptors/openFiles';
import { boundsOf } from './sleepers';
import { waitedSockets } from '../sockets/socketEnds';
import { inetSockets } from '../sockets/sockets';
import { candidatesIn, streams, waitedOnStream, waitOn } from '../streams/streams';
import type { SleepingThread } from './threads';
import { guessedWait, toldWait } from './toldWait';
import { ptys, waitedOnTerminal } from '../terminals/ptys';
import { unixRelations } from '../sockets/unixRelations';
import type { WaitedFd } from './waitedFds';

/** What of the snapshot a ref names. */
type RefLookup = (ref: Ref | undefined) => Ref | undefined;

/** Waits with refs, of what a look has found by now. */
export class WaitRefs {
  private inetByInode: ReadonlyMap<string, Ref> | undefined;

  constructor(
    private readonly look: Look,
    private readonly known: RefLookup,
  ) {}

  /** What a thread waits for, with the objects. */
  of(pid: number, thread: SleepingThread): Wait {
    const { look, known } = this;
    const found = look.found(streams);
    return waitWithRefs(thread, {
      table: look.found(descriptors)?.get(pid),
      stream: known,
      opener: found?.openers.get(thread.tid),
      locked: known(look.found(fileLocks)?.refOfWaiter(pid, thread.tid)),
      eventfd: (one) => known(look.found(eventfds)?.refOf(pid, one)),
      terminal: (one) => known(look.found(ptys)?.refOf(pid, one)),
      socket: (inode) => known(this.socketAt(inode)),
      file: (file) => known(this.fileAt(file)),
      watched: (one) => known(watchedPipe(one, found?.pipes)),
      memory: (address) => {
        const place = this.memoryAt(pid, address);
        const ref = known(place?.ref);
        return place && ref !== undefined ? { ...place, ref } : undefined;
      },
      sysv: (call, id) =>
        known(sysvRef(call.startsWith('msg') ? 'sysv.msg' : 'sysv.sem', look.ipcNamespace, id)),
    });
  }

  /** The object that an epoll of a process watches. `moved`: the number under which it was added leads elsewhere by now. */
  ofWatched(pid: number, { fd, file: watched }: EpollEntry, moved: boolean): Ref | undefined {
    const { look, known } = this;
    const pipe = watched && watchedPipe({ fd, write: false, watched }, look.found(streams)?.pipes);
    if (pipe !== undefined) return known(pipe);
    if (watched && isSocket(watched)) return known(this.socketAt(watched.inode));
    const table = moved ? undefined : look.found(descriptors)?.get(pid);
    if (!table) return undefined;
    const isIt = (one: DescriptorNumber) => one.fd === fd && one.tid === undefined;
    const stream = table.streams.find(isIt);
    if (stream) return known(stream.ref);
    const queue = table.files.find((one) => isIt(one) && one.what === 'queue');
    if (queue) return known(this.fileAt(queue));
    return known(look.found(eventfds)?.refOf(pid, { fd }) ?? look.found(ptys)?.refOf(pid, { fd }));
  }

  private fileAt(file: { device: string; inode: string }): Ref | undefined {
    const one = this.look.found(held)?.files.get(keyOf(file));
    return one && refOfHeld(one);
  }

  /** The object in which a word of a process's memory lies, if it is shared. */
  private memoryAt(pid: number, address: bigint): { ref: Ref; offset: number } | undefined {
    const { look } = this;
    const mapped = look.found(mappings)?.get(pid);
    const mapping = mapped && mappingAt(mapped.shared, address);
    if (!mapping) return undefined;
    const [start] = boundsOf(mapping.address);
    const offset = mapping.offset + Number(address - start);
    const { inode } = mapping;
    if (mapped.segments.some((segment) => segment.address === mapping.address))
      return { ref: sysvRef('sysv.shm', look.ipcNamespace, Number(inode)), offset };
    const ref = this.fileAt({ device: deviceOf(mapping.device), inode });
    return ref === undefined ? undefined : { ref, offset };
  }

  private socketAt(inode: string): Ref | undefined {
    this.inetByInode ??= new Map(
      (this.look.found(inetSockets)?.records ?? []).map((record) => [record.inode, inetRefOf(record)]),
    );
    return this.look.found(unixRelations)?.refOfInode(inode) ?? this.inetByInode.get(inode);
  }
}

/** What a look knows of objects. Each answers undefined where there is none, or none that anybody looks at. */
interface Named {
  /** The descriptors of the process, where they were read. */
  table: ProcessDescriptors | undefined;
  stream: (ref: Ref | undefined) => Ref | undefined;
  /** Of one that waits to open a FIFO: on what it is held to sleep, and the wait as it is told there. */
  opener: { ref: Ref; wait: Wait } | undefined;
  /** The file on which a thread waits for a lock. */
  locked: Ref | undefined;
  eventfd: (one: DescriptorNumber) => Ref | undefined;
  terminal: (one: DescriptorNumber) => Ref | undefined;
  socket: (inode: string) => Ref | undefined;
  file: (file: { device: string; inode: string }) => Ref | undefined;
  /** A pipe that an epoll watches, and that somebody has, though not under a number of the one who watches it. */
  watched: (one: WaitedFd) => Ref | undefined;
  /** The object in which a word of the process's memory lies, and where in it. */
  memory: (address: bigint) => { ref: Ref; offset: number } | undefined;
  sysv: (call: string, id: number) => Ref | undefined;
}

/** The wait with refs. */
function waitWithRefs(thread: SleepingThread, named: Named): Wait {
  const wait = toldWait(thread);
  const { on, target } = thread;
  switch (on.is) {
    case 'descriptors':
    case 'connect':
      if (target.is !== 'fds') return wait;
      return on.is === 'connect'
        ? { ...wait, on: withRef(on, [...refsOf(thread, target.fds, named).values()][0]) }
        : { ...wait, on: { ...on, of: chosen(thread, target.fds, on.of, named) } };
    case 'operations':
    case 'receive':
    case 'send':
      return target.is === 'sysv' ? { ...wait, on: withRef(on, named.sysv(thread.call, target.id)) } : wait;
    case 'path':
      return { ...(named.opener?.wait ?? wait), on: withRef(on, named.stream(named.opener?.ref)) };
    case 'lock':
      return { ...wait, on: withRef(on, named.locked) };
    case 'word': {
      const place = target.is === 'futex' ? named.memory(target.address) : undefined;
      return place ? { ...wait, on: { ...on, ...place } } : wait;
    }
    case 'unknown':
      return thread.certain ? wait : eliminated(thread, wait, named);
    default:
      return wait;
  }
}

function withRef<On extends object>(on: On, ref: Ref | undefined): On {
  return ref === undefined ? on : { ...on, ref };
}

/** The objects that the descriptors lead to. */
function refsOf(
  thread: SleepingThread,
  fds: readonly WaitedFd[],
  { table, stream, eventfd, terminal, socket, file, watched }: Named,
): Map<WaitedFd, Ref> {
  const refs = new Map<WaitedFd, Ref>();
  const note = (waited: readonly WaitedFd[], ref: Ref | undefined) => {
    if (ref !== undefined) for (const one of waited) refs.set(one, ref);
  };
  if (table) {
    for (const one of table.streams) note(waitedOnStream(thread, one, table), stream(one.ref));
    for (const [one, waited] of waitedSockets(thread, table)) note(waited, socket(one.inode));
    for (const one of table.anonymous)
      if (one.what === 'eventfd') note(waitedOnEventfd(thread, one, table), eventfd(one));
    for (const one of table.named)
      if (one.terminal) note(waitedOnTerminal(thread, one, table), terminal(one));
    for (const one of table.files)
      if (one.what === 'queue') note(waitedOnQueue(thread, one, table.files), file(one));
  }
  for (const one of fds) if (one.watched && !refs.has(one)) note([one], watched(one));
  return refs;
}

/** Those that are told: of too many those first that are objects. `told`: the first of them. */
function chosen(
  thread: SleepingThread,
  fds: readonly WaitedFd[],
  told: readonly WaitedDescriptor[],
  named: Named,
): WaitedDescriptor[] {
  const refs = refsOf(thread, fds, named);
  const folder = `/proc/${thread.tid}`;
  let some = fds.map((_, at) => at);
  if (fds.length > WAITED_MOST) {
    const objects = some.filter((at) => refs.has(fds[at] as WaitedFd)).slice(0, WAITED_MOST);
    const others = some.slice(0, WAITED_MOST).filter((at) => !objects.includes(at));
    some = [...objects, ...others].slice(0, WAITED_MOST).sort((a, b) => a - b);
  }
  return some.map((at): WaitedDescriptor => {
    const one = fds[at] as WaitedFd;
    const known = told[at] ?? {
      ...{ fd: one.fd, direction: one.write ? 'write' : 'read' },
      ...(isMoved(folder, one) && { moved: true as const }),
    };
    const ref = refs.get(one);
    const type = known.moved || ref !== undefined ? undefined : descriptorType(folder, one.fd);
    return { ...known, ...(ref !== undefined && { ref }), ...(type !== undefined && { type }) };
  });
}

/** A call that is hidden waits on the only descriptor that can be meant. */
function eliminated(thread: SleepingThread, wait: Wait, { table, stream, socket, file }: Named): Wait {
  if (!table) return wait;
  const only = (on: Wait | undefined, ref: Ref | undefined): Wait | undefined =>
    on?.by === 'elimination' && on.on.is === 'descriptors'
      ? { ...on, on: { ...on.on, of: on.on.of.map((one) => withRef(one, ref)) } }
      : undefined;
  for (const one of table.streams) {
    const found = only(waitOn(thread, one, table)[0], stream(one.ref));
    if (found) return found;
  }
  for (const one of table.files) {
    const [on] = one.what === 'queue' ? waitsOnQueue(thread, one, table.files) : [];
    const found = only(on, file(one));
    if (found) return found;
  }
  for (const one of waitedSockets(thread, table).keys())
    return only(guessedWait(thread, { fd: one.fd, only: true }), socket(one.inode)) ?? wait;
  const { on } = wait;
  const candidates = on.is === 'unknown' && !on.candidates ? candidatesIn(thread, table) : [];
  if (on.is !== 'unknown' || candidates.length === 0) return wait;
  const direction = thread.shape === 'write' ? ('write' as const) : ('read' as const);
  return { ...wait, on: { ...on, candidates: candidates.map(({ fd }) => ({ fd, direction })) } };
}
