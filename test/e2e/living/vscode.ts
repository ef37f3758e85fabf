/** As much of `vscode` as the models of our views need outside of it: words in English. The test's oracle is made of these models and a snapshot of the command line's. */
type Values = readonly unknown[];

export const l10n = {
  bundle: undefined,
  t: (text: string, ...values: Values): string =>
    text.replaceAll(/\{(\d+)\}/g, (_all, at: string) => String(values[Number(at)])),
};

/** As in the window of the test. */
export const workspace = { isTrusted: true };
