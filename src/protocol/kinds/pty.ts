/** Pseudo-terminals (pty(7)). Who has which side open stands in `endpoints` (roles `master` and `slave`), with what its threads wait for. */
import * as v from 'valibot';
import { count, objectBase, ownerSchema, permissions, watchedBase } from '../facts';
import { refSchema } from '../ref';
import type { KindContract } from './kind';

/** Bytes that wait on one side. `atLeast`: there may be more, in buffers of which the kernel does not tell (N_TTY_BUF_SIZE). */
const waiting = v.object({ bytes: count, atLeast: v.optional(v.literal(true)) });
export type PtyWaiting = v.InferOutput<typeof waiting>;

const object = v.object({
  kind: v.literal('pty'),
  ...objectBase,
  ...watchedBase,
  /** Of the file of the slave; absent where nobody is seen who has that. */
  owner: v.optional(ownerSchema),
  mode: v.optional(permissions),
  /** st_dev of its devpts, decimal text. Absent: not known. */
  device: v.optional(v.string()),
  /** Its number there: of `/dev/pts/4` it is 4. */
  index: count,
  /** Its devpts is not the one that we have at /dev/pts, as of a container. */
  elsewhere: v.optional(v.literal(true)),
  /** Pid of the leader of the session that it controls; null: of none. Absent: not known. */
  session: v.optional(v.nullable(count)),
  /** The process group in front, which gets Ctrl+C and may read, and those of it who have the slave open; null: none. Absent: not known. */
  foreground: v.optional(v.nullable(v.object({ group: count, pids: v.array(count) }))),
  /** Only where somebody looks closely, or a thread waits to write; and where a descriptor may be copied. TIOCGWINSZ: in characters, 0 where nobody has set it. */
  size: v.optional(v.object({ rows: count, columns: count })),
  /** ICANON: input is given on by lines. ECHO: it is shown while it is typed. */
  byLine: v.optional(v.boolean()),
  echo: v.optional(v.boolean()),
  /** FIONREAD of the master: what the programs wrote and nobody has shown. */
  output: v.optional(waiting),
  /** FIONREAD of the slave: what was typed and nobody has read; where input is given on by lines, of whole lines alone. */
  input: v.optional(waiting),
});

export const pty = {
  kind: 'pty',
  foundBy: 'holders',
  object,
  /**
   * hungUp: nobody has the master any more, so that the programs get EIO and end of file (proved). outputFull: a write of a program waits until the master reads. inputFull: one of the master until a program reads.
   * outputHeld: a program waits to write though there is room, as after Ctrl+S (ioctl_tty(2), TCXONC).
   */
  flags: ['hungUp', 'outputFull', 'inputFull', 'outputHeld'],
  abilities: {
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
  },
} as const satisfies KindContract;

export type PtyObject = v.InferOutput<typeof object>;
