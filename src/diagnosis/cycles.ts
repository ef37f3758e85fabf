/** Which processes wait for each other in circles (strongly connected components, by Tarjan's algorithm, without recursion: a chain may be as long as there are processes). */
import type { Edge } from './edge';
import type { Machine } from './machine';
import type { Stuck } from './solve';

/** By place of a process: a number that it has in common with those that it leads to and that lead back to it. Only threads that are stuck lead anywhere. */
export function circlesOf(machine: Machine, edges: readonly (Edge | undefined)[], stuck: Stuck): Int32Array {
  const { homes } = machine;
  const next = homes.map(({ threads }) =>
    threads.flatMap(({ number }) =>
      stuck[number] === 1
        ? (edges[number]?.members ?? []).flatMap(({ pid }) => machine.home(pid)?.place ?? [])
        : [],
    ),
  );
  const circles = new Int32Array(homes.length).fill(NONE);
  const order = new Int32Array(homes.length).fill(NONE);
  const low = new Int32Array(homes.length);
  const open: number[] = [];
  let count = 0;
  for (const { place: root } of homes) {
    if (order[root] !== NONE) continue;
    const path = [{ place: root, at: 0 }];
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const { place } = step;
      if (step.at === 0) {
        order[place] = low[place] = count++;
        open.push(place);
      }
      const to = next[place]?.[step.at++];
      if (to !== undefined) {
        if (order[to] === NONE) path.push({ place: to, at: 0 });
        else if (circles[to] === NONE) low[place] = Math.min(low[place] ?? 0, order[to] ?? 0);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above) low[above.place] = Math.min(low[above.place] ?? 0, low[place] ?? 0);
      if (low[place] !== order[place]) continue;
      for (let one = open.pop(); one !== undefined; one = one === place ? undefined : open.pop())
        circles[one] = place;
    }
  }
  return circles;
}

const NONE = -1;
