/**
 * JSON laid out over several lines. The text is re-indented, not parsed and printed anew, so that long numbers,
 * repeated keys and escapes stay as they were sent.
 */

/** Beyond this the lines move right no more: four thousand brackets would make megabytes of spaces. */
const DEEPEST = 32;
/** A string, a structural character, or a run of anything else (numbers, true, false, null). */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** The text laid out, or undefined where it is not JSON. */
export function layOutJson(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const tokens = text.match(TOKEN) ?? [];
  let depth = 0;
  let shown = '';
  const newLine = () => `\n${'  '.repeat(Math.min(depth, DEEPEST))}`;
  tokens.forEach((token, index) => {
    const closes = token === '}' || token === ']';
    const empty = closes && isOpening(tokens[index - 1]);
    if (closes) depth--;
    if (closes && !empty) shown += newLine();
    shown += token;
    if (isOpening(token)) {
      depth++;
      const next = tokens[index + 1];
      if (next !== '}' && next !== ']') shown += newLine();
    } else if (token === ',') shown += newLine();
    else if (token === ':') shown += ' ';
  });
  return shown;
}

function isOpening(token: string | undefined): boolean {
  return token === '{' || token === '[';
}
