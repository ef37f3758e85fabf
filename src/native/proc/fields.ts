/** Fields of the files of /proc that have one a line (status, fdinfo: proc(5)). */

/**
 * What stands behind `name:`, without the blanks around it; of several the first. Lines end at `\n` alone: a carriage return in the name of a process or file, which the kernel leaves as it is, would begin
 * one for a regular expression with the flag `m`.
 */
export function fieldOf(text: string | undefined, name: string): string | undefined {
  if (text === undefined) return undefined;
  const head = `${name}:`;
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? undefined : end);
    if (line.startsWith(head)) return line.slice(head.length).trim();
    if (end < 0) return undefined;
    at = end + 1;
  }
  return undefined;
}

/** The same as a whole number; undefined where it is none. Of several numbers the first. */
export function numberOf(text: string | undefined, name: string): number | undefined {
  const found = fieldOf(text, name);
  const digits = found === undefined ? undefined : /^\d{1,15}(?=\s|$)/.exec(found)?.[0];
  return digits === undefined ? undefined : Number(digits);
}
