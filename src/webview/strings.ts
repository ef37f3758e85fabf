/** Every text that a person reads in a panel goes through `t`; what it is translated to comes from the host. */
import { around as fill, setTranslator, t, withValues } from '../presentation/translate';

export { fill, t };

/** Takes the translation that the host sends with the answer to `ready`; empty for English. */
export function setStrings(strings: Readonly<Record<string, unknown>>): void {
  setTranslator((english, ...values) => {
    const found = Object.hasOwn(strings, english) ? strings[english] : undefined;
    return withValues(typeof found === 'string' ? found : english, ...values);
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
