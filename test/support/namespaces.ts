/** Helpers in an ipc namespace of their own, where limits of the kernel may be altered, and programs beside them. */
import type { TestHelper } from './helper';
import { output } from './oracles';

/** A prefix for a helper that runs in an ipc namespace of its own. `limits`: of /proc/sys/kernel, as they are there from the start. */
export function ownIpc(limits: Record<string, number> = {}): string[] {
  const set = Object.entries(limits).map(([name, value]) => `echo ${value} > /proc/sys/kernel/${name}`);
  return ['unshare', '--ipc', 'sh', '-c', [...set, 'exec "$@"'].join(' && '), 'sh'];
}

/** A prefix for a program that runs in the helper's ipc namespace. */
export function beside({ child }: TestHelper): string[] {
  return ['nsenter', `--ipc=/proc/${child.pid}/ns/ipc`];
}

/** Alters a limit of /proc/sys/kernel in the helper's ipc namespace. */
export function setLimit(helper: TestHelper, name: string, value: number): void {
  const [program = '', ...args] = beside(helper);
  output(program, ...args, 'sh', '-c', `echo ${value} > /proc/sys/kernel/${name}`);
}

/**
 * A prefix for a helper that sees a /dev of its own, in which queues are mounted; nothing of the machine's is touched. `folder`: an empty one of the test's. `then`: a command that runs
 * what follows, as `unshare -i` or `setpriv ...`.
 */
export function withQueuesMounted(folder: string, ...then: string[]): string[] {
  const script = [
    `mount -t tmpfs none ${folder}`,
    `for name in null zero random urandom; do touch ${folder}/$name && mount --bind /dev/$name ${folder}/$name; done`,
    `mkdir ${folder}/shm ${folder}/mqueue`,
    `mount --bind /dev/shm ${folder}/shm`,
    `mount -t mqueue none ${folder}/mqueue`,
    `mount --rbind ${folder} /dev`,
    'exec "$@"',
  ];
  return ['unshare', '-m', 'sh', '-c', script.join(' && '), 'sh', ...then];
}

/** A prefix for a helper for which queues are mounted nowhere. */
export const QUEUES_UNMOUNTED = [
  'unshare',
  '-m',
  'sh',
  '-c',
  'if mountpoint -q /dev/mqueue; then umount -l /dev/mqueue; fi; exec "$@"',
  'sh',
];

/** seccomp(2) from Python: sys.argv[1] is the number of a call that is refused with sys.argv[2], the rest a command. */
const FILTER = `
import ctypes, os, struct, sys
number, errno = int(sys.argv[1]), int(sys.argv[2])
program = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (6, 0, 0, 0x50000 | errno), (6, 0, 0, 0x7fff0000)]
filters = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *one) for one in program))
wanted = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', len(program), ctypes.addressof(filters)))
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
if libc.prctl(22, 2, wanted) != 0: sys.exit('no seccomp')
os.execvp(sys.argv[3], sys.argv[3:])
`;

/** A prefix for a program to which a filter refuses statx(2), as those of old containers do (EPERM). */
export function withoutStatx(): string[] {
  return ['python3', '-c', FILTER, process.arch === 'x64' ? '332' : '291', '1'];
}
