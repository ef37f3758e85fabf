/**
 * Every text that a person reads in a panel goes through `t`. The key of a text is the English text itself, as in
 * the bundles of `@vscode/l10n`, so a missing translation shows as English.
 */
type Values = readonly (string | number)[] | [Readonly<Record<string, string | number>>];

let translated: Readonly<Record<string, unknown>> = {};

/** Takes the translation that the host sends with the answer to `ready`; empty for English. */
export function setStrings(strings: Readonly<Record<string, unknown>>): void {
  translated = strings;
}

/** The text in the user's language, with `{0}`, `{1}` or `{name}` replaced by the values. */
export function t(english: string, ...values: Values): string {
  const found = Object.hasOwn(translated, english) ? translated[english] : undefined;
  const text = typeof found === 'string' ? found : english;
  const [first] = values;
  const named = typeof first === 'object' ? first : undefined;
  // One pass, so that a value that itself contains `{0}` stays as it is.
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = named ? named[name] : (values as readonly (string | number)[])[Number(name)];
    return value === undefined ? placeholder : String(value);
  });
}

/** The language that VS Code shows itself in, for numbers and times. */
export function language(): string | undefined {
  const tag = document.documentElement.lang;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** A whole number with the separators of the user's language. */
export function number(value: number | string): string {
  return (typeof value === 'string' ? BigInt(value) : value).toLocaleString(language());
}

/** Like `t`, for values that are elements: the text around them and the elements, in the order of the language. */
export function fill(english: string, ...elements: readonly unknown[]): unknown[] {
  // Split on what no text contains, so that a translation may turn the order around.
  const marks = elements.map((_, at) => `\u0001${at}\u0001`);
  return t(english, ...marks)
    .split('\u0001')
    .map((part, at) => (at % 2 === 1 ? elements[Number(part)] : part));
}
