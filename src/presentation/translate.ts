/**
 * How text is said in the user's language. The key of a text is the English text itself, as in the bundles of `@vscode/l10n`, so a missing translation
 * shows as English. Each face hands in its translator once, before it says anything: the extension host VS Code's, a panel the strings that the host
 * sends it, the command line none.
 */

/** What stands for `{0}`, `{1}` in a text. */
type Value = string | number;
/** The key as a literal type; nothing that is only known at run time, since a script collects the keys from the source. */
type Literal<Text extends string> = string extends Text ? never : Text;

/** Says a text in the user's language, with `{0}`, `{1}` replaced by the values. The first argument must be a literal. */
export type Translate = <Text extends string>(english: Literal<Text>, ...values: readonly Value[]) => string;

/** What finds the translation of a text and puts the values in, as `vscode.l10n.t`. */
type Translator = (english: string, ...values: readonly Value[]) => string;

let translator: Translator = withValues;
/** The language of numbers, as a tag of BCP 47. */
let tag = 'en-US';

/** Takes the translator of this process, and the language in which numbers are written; one that nobody knows is English. */
export function setTranslator(given: Translator, language?: string): void {
  translator = given;
  tag = known(language) ?? 'en-US';
}

/** The language in which numbers are written. */
export function language(): string {
  return tag;
}

function known(language: string | undefined): string | undefined {
  try {
    return Intl.getCanonicalLocales(language)[0];
  } catch {
    return undefined;
  }
}

/** The text with its values; one pass, so that a value that itself contains `{0}` stays as it is. */
export function withValues(text: string, ...values: readonly Value[]): string {
  return text.replace(/\{(\d+)\}/g, (placeholder, at: string) => String(values[Number(at)] ?? placeholder));
}

/** Says a text in the user's language. */
export const t: Translate = (english, ...values) => translator(english, ...values);

/** The same around what is no text (elements of a page): the pieces of text and the elements, in the order of the language. */
type Around = <Text extends string, const Elements extends readonly unknown[]>(
  english: Literal<Text>,
  ...elements: Elements
) => (string | Elements[number])[];

/** Says a text around elements. */
export const around: Around = (english, ...elements) =>
  // Split on what no text contains, so that a translation may turn the order around.
  translator(english, ...elements.map((_, at) => `\u0001${at}\u0001`))
    .split('\u0001')
    .map((part, at) => (at % 2 === 1 ? elements[Number(part)] : part));
