/** What was typed behind a command. */
import { parseArgs } from 'node:util';

/** The command line makes no sense; `message` may say why, the usage follows. */
export class UsageError extends Error {}

type Options = Record<string, { type: 'boolean' | 'string' }>;
type Values<O extends Options> = { [N in keyof O]?: O[N]['type'] extends 'string' ? string : boolean };

/** Options, and exactly `words` other arguments, or any number of them. Throws UsageError. */
export function parse<O extends Options>(
  args: string[],
  options: O,
  words: number | 'any' = 0,
): { values: Values<O>; words: string[] } {
  const { values, positionals } = parsed(args, options);
  if (words === 'any' || positionals.length === words) return { values, words: positionals };
  if (positionals.length < words) throw new UsageError('Something is missing behind the command.');
  const more = positionals.slice(words).map((word) => `"${word}"`);
  throw new UsageError(`The command does not take ${more.join(' ')}.`);
}

function parsed<O extends Options>(args: string[], options: O) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : '');
  }
}

/** A position or count, decimal or as 0x1000; `fallback` where none was given. Throws UsageError. */
export function wholeNumber(name: string, text: string | undefined, fallback: number, least = 0): number {
  if (text === undefined) return fallback;
  const number = /^(\d{1,15}|0x[0-9a-f]{1,12})$/i.test(text) ? Number(text) : -1;
  if (number < least) throw new UsageError(`--${name} takes a whole number from ${least} on.`);
  return number;
}
