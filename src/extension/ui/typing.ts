/** What a text means that is typed over a list of choices. Needs no VS Code. */

/** The choice that a text begins, case ignored: whoever types narrows the list, and means no text in place of a choice. Undefined where there is none. */
export function begun<T extends { readonly label: string }>(
  choices: readonly T[],
  text: string,
): T | undefined {
  const typed = text.trim().toLowerCase();
  return typed === '' ? undefined : choices.find(({ label }) => label.toLowerCase().startsWith(typed));
}
