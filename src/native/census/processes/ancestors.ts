/** The nearest common ancestor of processes: pipes join relatives, so it is the one that made the connection, most likely. */
import { readRecord } from '../../proc/read';
import { parseStat } from '../../proc/stat';

/** The nearest process from which all descend, itself included; undefined where there is none, or nobody can tell. */
export function commonAncestor(pids: readonly number[]): { pid: number; startTime: string } | undefined {
  const [first, ...rest] = [...new Set(pids)];
  if (first === undefined) return undefined;
  let line = lineOf(first);
  for (const pid of rest) {
    const other = new Set(lineOf(pid));
    line = line.filter((ancestor) => other.has(ancestor));
  }
  const [nearest] = line;
  const stat = nearest === undefined ? undefined : statOf(nearest);
  return nearest === undefined || !stat ? undefined : { pid: nearest, startTime: stat.startTime };
}

/**
 * For each process whose parent is not among them, what stands above that parent: its parent and so on, up to the first that is among them, so that
 * whoever descends from one of them can be told from the others. Yields often.
 */
export function* aboveParents(
  processes: readonly { pid: number; parent?: number | undefined }[],
): Generator<undefined, Map<number, number[]>> {
  const among = new Set(processes.map(({ pid }) => pid));
  const parents = new Map<number, number>();
  const parentOf = (pid: number): number => {
    const parent = parents.get(pid) ?? statOf(pid)?.parent ?? 0;
    parents.set(pid, parent);
    return parent;
  };
  const above = new Map<number, number[]>();
  for (const { pid, parent = 0 } of processes) {
    const line: number[] = [];
    for (let at = parent; at > 0 && !among.has(at); at = line.at(-1) ?? 0) {
      const next = parentOf(at);
      // A pid that was given anew while we looked might close a circle.
      if (next === 0 || line.includes(next)) break;
      line.push(next);
    }
    if (line.length > 0) above.set(pid, line);
    yield;
  }
  return above;
}

/** A process, its parent, and so on. */
function lineOf(pid: number): number[] {
  const line: number[] = [];
  for (let at = pid; at > 0 && !line.includes(at); at = statOf(at)?.parent ?? 0) line.push(at);
  return line;
}

function statOf(pid: number) {
  const line = readRecord(`/proc/${pid}/stat`);
  return line && parseStat(line);
}
