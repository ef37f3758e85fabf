/**
 * A snapshot without anything private, for a bug report: what is not named here is left out. Objects and processes have numbers of their own, by which they can be told apart and joined; names, paths, commands, keys, ids,
 * addresses, users, contents and the numbers of processes are in none of it.
 */
import type { Endpoint } from '../protocol/facts';
import { contracts, type IpcObject } from '../protocol/kinds';
import { type Kind, KINDS, type Ref } from '../protocol/ref';
import type { Blind, Host, Process, Snapshot } from '../protocol/snapshot';
import type { Wait } from '../protocol/waits';

/** Objects and processes that are told one by one: those that somebody waits for first. Of others there are the numbers. */
const MOST = 200;
/** Figures that say how much there is, not what. */
const FIGURES: readonly string[] = [
  ...['messages', 'bytes', 'maxBytes', 'maxMessages', 'messageSize', 'semaphores', 'atZero', 'attachments'],
  ...['resident', 'swapped', 'waiters', 'allocated', 'unread', 'capacity', 'drops'],
];
/** A call of the kernel, and a field of ours: nothing else is of these letters alone. */
const WORD = /^[a-z][a-zA-Z0-9_]{0,30}$/;

type Figures = Readonly<Record<string, number | string>>;

interface RedactedWait {
  call: string;
  on: string;
  certain: boolean;
  objects?: string[];
}

/** Everything that a report has of a machine. */
export interface Redacted {
  machine: {
    kernel: string;
    architecture: string;
    root: boolean;
    groups: number;
    capabilities: string;
    limits: Partial<Record<Kind, Figures>>;
    usage: Partial<Record<Kind, Figures>>;
  };
  counts: Partial<Record<Kind, number>>;
  blind: Omit<Blind, 'ref'>[];
  objects: {
    is: string;
    kind: Kind;
    owner: string;
    mode?: string;
    flags: string[];
    figures: Figures;
    endpoints: { process: string; role: Endpoint['role']; own?: true; waits?: RedactedWait[] }[] | 'unknown';
  }[];
  processes: { is: string; state: string; user: string; threads?: number; waits: RedactedWait[] }[];
  /** How many more there are than are told one by one. */
  more: { objects: number; processes: number };
}

export function redacted({ host, objects, processes, blind }: Snapshot): Redacted {
  const objectNames = numbered(
    'object',
    objects.map(({ ref }) => ref),
  );
  const pids = [
    ...processes.map(({ pid }) => pid),
    ...objects.flatMap(({ endpoints = [] }) => endpoints.map(({ pid }) => pid)),
  ];
  const processNames = numbered('process', pids);
  const waitsOf = (waits: readonly Wait[]) => waits.map((wait) => waitOf(wait, objectNames));
  const waitedFirst = [...objects].sort((a, b) => waitsAt(b) - waitsAt(a));
  const blockedFirst = [...processes].sort((a, b) => waitsIn(b).length - waitsIn(a).length);
  const userOf = (uid: number | undefined) =>
    uid === undefined ? 'unknown' : uid === host.uid ? 'own' : uid === 0 ? 'root' : 'other';
  return {
    machine: {
      kernel: /^\d+(?:\.\d+){0,2}/.exec(host.kernel)?.[0] ?? 'unknown',
      architecture: WORD.test(host.architecture) ? host.architecture : 'unknown',
      root: host.uid === 0,
      groups: host.groups?.length ?? 0,
      capabilities: /^[0-9a-f]{1,16}$/.test(host.capabilities ?? '') ? (host.capabilities ?? '') : 'unknown',
      limits: figuresByKind(host.limits),
      usage: figuresByKind(host.usage),
    },
    counts: Object.fromEntries(
      KINDS.map((kind) => [kind, objects.filter((one) => one.kind === kind).length] as const).filter(
        ([, count]) => count > 0,
      ),
    ),
    blind: blind.map(({ kind, field, code, count }) => ({
      ...(kind && { kind }),
      ...(field !== undefined && { field: WORD.test(field) ? field : 'other' }),
      code,
      ...(count !== undefined && { count }),
    })),
    objects: waitedFirst.slice(0, MOST).map((object) => ({
      is: objectNames.get(object.ref) ?? '',
      kind: object.kind,
      owner: userOf(object.owner?.uid),
      ...(object.mode != null && { mode: object.mode.toString(8).padStart(4, '0') }),
      flags: object.flags.filter((flag) =>
        (contracts[object.kind].flags as readonly string[]).includes(flag),
      ),
      figures: figuresOf(object),
      endpoints:
        object.endpoints?.map(({ pid, role, own, waits }) => ({
          process: processNames.get(pid) ?? '',
          role,
          ...(own === true && { own }),
          ...(waits && { waits: waitsOf(waits) }),
        })) ?? 'unknown',
    })),
    processes: blockedFirst.slice(0, MOST).map((process) => ({
      is: processNames.get(process.pid) ?? '',
      state: /^[A-Za-z]$/.test(process.state) ? process.state : '?',
      user: userOf(process.uid),
      ...(process.threads && { threads: process.threads.length }),
      waits: waitsOf(waitsIn(process)),
    })),
    more: {
      objects: Math.max(0, objects.length - MOST),
      processes: Math.max(0, processes.length - MOST),
    },
  };
}

/** `object 1`, `object 2`, ... in the order in which they come. */
function numbered<T>(what: string, all: readonly T[]): ReadonlyMap<T, string> {
  return new Map([...new Set(all)].map((one, at) => [one, `${what} ${at + 1}`]));
}

function waitsAt({ endpoints = [] }: IpcObject): number {
  return endpoints.reduce((sum, { waits = [] }) => sum + waits.length, 0);
}

function waitsIn({ threads = [] }: Process): Wait[] {
  return threads.flatMap(({ wait }) => (wait === undefined || wait === 'runs' ? [] : [wait]));
}

function waitOf({ call, on, certain }: Wait, names: ReadonlyMap<Ref, string>): RedactedWait {
  const refs = [
    ...('ref' in on && on.ref !== undefined ? [on.ref] : []),
    ...(on.is === 'descriptors' ? on.of.flatMap(({ ref }) => ref ?? []) : []),
  ];
  const objects = refs.flatMap((ref) => names.get(ref) ?? []);
  return {
    call: WORD.test(call) ? call : 'other',
    on: on.is,
    certain,
    ...(objects.length > 0 && { objects }),
  };
}

function figuresOf(object: IpcObject): Figures {
  return figuresIn(Object.fromEntries(Object.entries(object).filter(([name]) => FIGURES.includes(name))));
}

/** The figures among these values; decimal text is a number beyond 2^53. */
function figuresIn(values: object): Figures {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'number' || (typeof value === 'string' && /^\d{1,20}$/.test(value))
        ? [[name, value] as const]
        : [],
    ),
  );
}

/** The same of each mechanism. */
function figuresByKind(values: Host['limits'] | Host['usage']): Partial<Record<Kind, Figures>> {
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const of = (values as Partial<Record<Kind, object>>)[kind];
      return of ? [[kind, figuresIn(of)] as const] : [];
    }),
  );
}
