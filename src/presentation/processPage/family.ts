/** Whom a process comes from and whom it started, with what they have in common by that. */
import type { IpcObject, ProcessSubject } from '../../protocol/kinds';
import type { ProcessRow } from '../../protocol/pages/process';
import { processRef } from '../../protocol/ref';
import type { Process } from '../../protocol/snapshot';
import { objectName, listed } from '../findings/names';
import { gravest } from '../findings/severity';
import { waitingClause } from '../findings/waiting';
import { viewOf } from '../kinds';
import { stateText } from '../processes';
import { haltedParts } from '../roles';
import { t } from '../translate';
import { grouped, pidText } from '../values';
import type { Held } from './holds';
import type { PageAround } from './around';

/** Children and descriptors that are told one by one. */
const CHILDREN_MOST = 30;
const FDS_MOST = 4;

export function familyOf(process: ProcessSubject, held: readonly Held[], around: PageAround): ProcessRow[] {
  const { parent, tracer, details } = process;
  const children = details?.children ?? [];
  const ended = children.filter((pid) => around.find(pid)?.state === 'Z');
  const living = children.filter((pid) => !ended.includes(pid));
  const more = (details?.childCount ?? 0) - Math.min(living.length, CHILDREN_MOST) - ended.length;
  return [
    ...(parent === undefined ? [] : [parentRow(parent, process, held, around)]),
    ...(typeof tracer === 'number' && tracer !== parent
      ? [relative(tracer, 'debug-alt', [t('traces it')], around)]
      : []),
    ...living
      .slice(0, CHILDREN_MOST)
      .map((pid) => relative(pid, 'arrow-down', [t('child'), ...commonFds(pid, held)], around)),
    ...(more > 0 ? [{ icon: 'ellipsis', name: t('{0} more', grouped(more)), says: t('children') }] : []),
    ...endedRow(ended, around),
  ];
}

function parentRow(
  parent: number,
  process: ProcessSubject,
  held: readonly Held[],
  around: PageAround,
): ProcessRow {
  if (parent === 0)
    return { icon: 'arrow-up', name: t('a process outside this pid namespace'), says: t('parent') };
  const words = [
    t('parent'),
    ...(process.tracer === parent ? [t('traces it')] : []),
    ...commonFds(parent, held),
  ];
  return relative(parent, 'arrow-up', words, around);
}

function relative(pid: number, icon: string, words: readonly string[], around: PageAround): ProcessRow {
  const { find, wrong } = around;
  const found = find(pid);
  const ref = found && processRef(pid, found.startTime);
  const tone = ref && gravest(wrong(ref));
  return {
    ...{ icon, name: pidText(pid, find), says: [...words, ...nowOf(found, around)].join(' · ') },
    ...(tone && { tone }),
    ...(ref && { ref }),
  };
}

/** What it does now, as far as that is known. */
function nowOf(process: Process | undefined, around: PageAround): string[] {
  if (!process) return [];
  const halted = haltedParts(process, around.find);
  const wait = process.threads?.find(({ tid }) => tid === process.pid)?.wait;
  if (halted.length > 0 || wait === undefined || wait === 'runs') return halted;
  return [waitingClause({ wait }, around)];
}

/** Descriptors under which both have the same: handed down, most likely, which nobody can see any more. */
function commonFds(pid: number, held: readonly Held[]): string[] {
  const fds = new Set<number>();
  for (const { ends, others } of held)
    for (const { fd, role } of others.filter((end) => end.pid === pid))
      if (fd !== undefined && ends.some((own) => own.fd === fd && own.role === role)) fds.add(fd);
  if (fds.size === 0) return [];
  const sorted = [...fds].sort((a, b) => a - b);
  const named = sorted.slice(0, FDS_MOST).join(', ');
  const more = sorted.length - FDS_MOST;
  return [more > 0 ? t('both have fd {0} and {1} more', named, grouped(more)) : t('both have fd {0}', named)];
}

/** Those that it has not waited for. */
function endedRow(pids: readonly number[], { find, wrong }: PageAround): ProcessRow[] {
  if (pids.length === 0) return [];
  const tone = gravest(
    pids.flatMap((pid) => {
      const found = find(pid);
      return found ? wrong(processRef(pid, found.startTime)) : [];
    }),
  );
  return [
    {
      icon: 'circle-slash',
      ...(tone && { tone }),
      name: listed(pids.map((pid) => pidText(pid, find))),
      says: stateText('Z'),
    },
  ];
}

/** Descriptors that its children have too, and need not have. */
export function handedDownOf(
  { details }: ProcessSubject,
  held: readonly Held[],
  { find }: PageAround,
): ProcessRow[] {
  return (details?.handedDown ?? []).map(({ fd, type, inode, to }) => {
    const object = held.find(({ ends }) => ends.some((end) => end.fd === fd))?.object;
    const sort = type === 'pipe' ? t('pipe {0}', inode) : t('socket {0}', inode);
    return {
      icon: object ? viewOf(object).icon : 'plug',
      name: t('fd {0}, {1}', fd, object ? nameOfHeld(object, find) : sort),
      ...(object && { ref: object.ref }),
      says: t('{0} too', listed(to.map((pid) => pidText(pid, find)))),
    };
  });
}

function nameOfHeld(object: IpcObject, find: PageAround['find']): string {
  return objectName(object.ref, find);
}
