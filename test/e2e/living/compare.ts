/** What differs between what is shown and what several snapshots say, from before it was read and from after. Pure. */
import { type Line, under } from './surface';

/** Names each difference; none where all is as it ought to be. Of what differs between the snapshots themselves nothing is asked. */
export function differences(shown: readonly Line[], expected: readonly (readonly Line[])[]): string[] {
  const all = [shown, ...expected];
  const moving = new Set([...unlike(expected), ...all.flatMap(twice)]);
  const within = (path: string) => [...moving].some((one) => path === one || path.startsWith(`${one}/`));
  const still = all.map((lines) =>
    lines
      .filter((line) => !moving.has(keyOf(line)) && !within(line.path))
      .map(({ path, text }) => `${path}: ${text}`),
  );
  const [is = [], ought = []] = still;
  const missing = ought.filter((line) => !is.includes(line)).map((line) => `missing ${line}`);
  const extra = is.filter((line) => !ought.includes(line)).map((line) => `not there ${line}`);
  if (missing.length + extra.length > 0) return [...missing, ...extra];
  return is.join('\n') === ought.join('\n') ? [] : [`order ${is.join('; ')} for ${ought.join('; ')}`];
}

/** A row by what it stands under and is called; a note, which is called by a number and words, by the words. */
function keyOf({ path, text }: Line): string {
  return under(path, (text.split(' | ')[0] ?? '').replace(/^[\d,]+ (?=.*(more|not shown))/, ''));
}

/** Rows that cannot be told apart. */
function twice(lines: readonly Line[]): string[] {
  const seen = new Set<string>();
  return lines.map(keyOf).filter((key) => seen.has(key) || !seen.add(key));
}

/** Rows that are not in each of several readings, or read otherwise. */
function unlike(readings: readonly (readonly Line[])[]): string[] {
  const texts = new Map<string, { text: string; times: number }>();
  const differ: string[] = [];
  for (const line of readings.flat()) {
    const known = texts.get(keyOf(line));
    if (known && known.text !== line.text) differ.push(keyOf(line));
    texts.set(keyOf(line), { text: line.text, times: (known?.times ?? 0) + 1 });
  }
  for (const [key, { times }] of texts) if (times < readings.length) differ.push(key);
  return differ;
}
