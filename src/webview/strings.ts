/** Every text that a person reads in a panel goes through `t`; what it is translated to comes from the host. */
import { around as fill, setTranslator, t, withValues } from '../presentation/translate';

export { fill, t };

/** Takes the translation that the host sends with the answer to `ready`; empty for English. Numbers are written in the language of the page, which is that of VS Code. */
export function setStrings(strings: Readonly<Record<string, unknown>>): void {
  setTranslator((english, ...values) => {
    const found = Object.hasOwn(strings, english) ? strings[english] : undefined;
    return withValues(typeof found === 'string' ? found : english, ...values);
  }, document.documentElement.lang);
}
