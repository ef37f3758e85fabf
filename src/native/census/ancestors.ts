/** The nearest common ancestor of processes: pipes join relatives, so it is the one that made the connection, most likely. */
import { readSmall } from '../proc/read';
import { parseStat } from '../proc/stat';

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

/** A process, its parent, and so on. */
function lineOf(pid: number): number[] {
  const line: number[] = [];
  for (let at = pid; at > 0 && !line.includes(at); at = statOf(at)?.parent ?? 0) line.push(at);
  return line;
}

function statOf(pid: number) {
  const line = readSmall(`/proc/${pid}/stat`);
  return line && parseStat(line);
}
