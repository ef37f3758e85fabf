/** POSIX objects and shared mappings in the hands of other processes, and the census that is to see them. */
import koffi from 'koffi';
import { rmSync } from 'node:fs';
import { afterEach } from 'vitest';
import { Census } from '../../src/native/census/census';
import { ProcessTable } from '../../src/native/census/processes/processes';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runSliced } from '../../src/native/slices';
import type { Interest } from '../../src/protocol/calls';
import type { ObjectOf } from '../../src/protocol/kinds';
import type { Kind, Ref } from '../../src/protocol/ref';
import { TestHelper } from './helper';
import { inProcess } from './inProcess';
import { withoutSiblings } from './siblings';
import { type Holder, Scene } from './streams';

/** What a Python process can do with POSIX objects by plain calls of libc. */
const POSIX = `
import ctypes, mmap, stat, struct
libc = ctypes.CDLL(None, use_errno=True)
libc.sem_open.restype = ctypes.c_void_p
for name in ('sem_post', 'sem_wait', 'sem_trywait', 'sem_close'): getattr(libc, name).argtypes = [ctypes.c_void_p]
libc.sem_getvalue.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
def checked(result):
    if result is None or result == -1: raise OSError(ctypes.get_errno(), 'libc')
    return result
def mq_open(name, flags=os.O_RDWR, mode=0o600, most=5, size=100):
    return checked(libc.mq_open(name.encode('latin1'), flags, mode, struct.pack('8q', 0, most, size, 0, 0, 0, 0, 0)))
def mq_make(name, most=5, size=100, mode=0o600): return mq_open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode, most, size)
def mq_send(fd, content, priority=0): return checked(libc.mq_send(fd, content, len(content), priority))
def mq_receive(fd):
    size = mq_attr(fd)['size']
    room, priority = ctypes.create_string_buffer(size), ctypes.c_uint()
    length = checked(libc.mq_receive(fd, room, size, ctypes.byref(priority)))
    return [priority.value, room.raw[:length]]
def mq_attr(fd):
    room = ctypes.create_string_buffer(64); checked(libc.mq_getattr(fd, room))
    flags, most, size, now = struct.unpack('4q', room.raw[:32]); return {'most': most, 'size': size, 'now': now}
def mq_notify(fd, signo=10, how=0):
    return checked(libc.mq_notify(fd, struct.pack('Qii48x', 0, signo, how)))
def mq_unlink(name): return checked(libc.mq_unlink(name.encode('latin1')))
def sem_make(name, value, mode=0o600): return checked(libc.sem_open(name.encode(), os.O_CREAT | os.O_EXCL, mode, value))
def sem_open(name): return checked(libc.sem_open(name.encode(), 0))
def sem_value(sem):
    value = ctypes.c_int(); checked(libc.sem_getvalue(sem, ctypes.byref(value))); return value.value
def background(act):
    done = []
    threading.Thread(target=lambda: done.append(act()), daemon=True).start()
    return done
def forked():
    child = os.fork()
    if child == 0:
        # Not longer than its parent.
        libc.prctl(1, 9); signal.pause(); os._exit(0)
    return child
def mapped(fd, size, write=True):
    return mmap.mmap(fd, size, mmap.MAP_SHARED, mmap.PROT_READ | (mmap.PROT_WRITE if write else 0))
`;

const mqUnlink = koffi.load(null).func('int mq_unlink(const char *)') as unknown as (name: string) => number;

let made = 0;
/** A name that nobody else uses, without slash. */
export function newName(): string {
  return `ipc-inspector-test-${process.pid}-${++made}`;
}

/** What one test made. */
export class PosixScene extends Scene {
  private readonly names: string[] = [];
  private readonly paths: string[] = [];

  /** A Python process that has the functions above. */
  async posix(prefix: string[] = []): Promise<Holder> {
    // A python3 of somebody's home folder may not be everybody's.
    const holder = this.holder([...prefix, 'env', 'PATH=/usr/bin:/bin']);
    await holder.run(POSIX);
    return holder;
  }

  /** A name that is taken away after the test, whatever it has become: a queue's, a semaphore's or a file's. */
  name(): string {
    const name = newName();
    this.names.push(name);
    return name;
  }

  /** Notes another path that is taken away after the test. */
  later(path: string): void {
    this.paths.push(path);
  }

  override async clean(): Promise<void> {
    for (const path of this.paths.splice(0)) rmSync(path, { recursive: true, force: true });
    const names = this.names.splice(0);
    for (const name of names) {
      mqUnlink(`/${name}`);
      for (const file of [name, `sem.${name}`]) rmSync(`/dev/shm/${file}`, { recursive: true, force: true });
    }
    await super.clean();
  }
}

/** The census in this very process. */
export class Eye {
  private constructor(private readonly census: Census) {}

  static async open(): Promise<Eye> {
    await prepare();
    return new Eye(new Census(makeMechanisms()));
  }

  async look(interest: Interest) {
    const found = await runSliced(this.census.take(interest));
    if (!found) throw new Error('a look is never stopped');
    return found;
  }

  /** Rows of one kind. `details`: refs to look at closely. */
  async rows<K extends Kind>(
    kind: K,
    details: Ref[] = [],
    more: Partial<Interest> = {},
  ): Promise<ObjectOf<K>[]> {
    const { objects } = await this.look({ levels: { [kind]: 'rows' }, details, ...more });
    return withoutSiblings(objects.values()) as ObjectOf<K>[];
  }

  /** The one of a name; undefined where there is none. */
  async named<K extends 'posix.mq' | 'posix.sem' | 'posix.shm' | 'mapping'>(
    kind: K,
    name: string,
    closely = false,
  ): Promise<ObjectOf<K> | undefined> {
    const find = (all: readonly { name?: string | undefined; ref: Ref }[]) =>
      all.find((one) => one.name === name);
    const found = find(await this.rows<'posix.mq' | 'posix.sem' | 'posix.shm' | 'mapping'>(kind));
    if (!found || !closely) return found as ObjectOf<K> | undefined;
    const closer = await this.rows<'posix.mq' | 'posix.sem' | 'posix.shm' | 'mapping'>(kind, [found.ref]);
    return closer.find(({ ref }) => ref === found.ref) as ObjectOf<K> | undefined;
  }

  /** A second pass of a table of its own: nothing is taken from the one before. */
  async afresh(interest: Interest) {
    const found = await runSliced(this.census.take(interest, { processes: new ProcessTable(), full: true }));
    if (!found) throw new Error('a look is never stopped');
    return found;
  }
}

/** Field by field what `found` must have, with the name in the error. */
export function must<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('it was not found');
  return found;
}

/** What a file of tests of POSIX objects needs: a census and acts in this very process, and what is taken away after each test. */
export async function posixStage() {
  const [eye, inside] = [await Eye.open(), await inProcess()];
  const scene = new PosixScene();
  const helpers: TestHelper[] = [];
  afterEach(async () => {
    for (const one of helpers.splice(0)) await one.stop();
    await scene.clean();
  });
  /** The real helper. `prefix`: a command that runs it. */
  const helper = (prefix?: string[]): TestHelper => {
    const one = new TestHelper(prefix);
    helpers.push(one);
    return one;
  };
  return { eye, inside, scene, helper };
}
