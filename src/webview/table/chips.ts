/** The words of a filter as they are typed, one by one. */

/** Words are parted by spaces; what stands in double quotes is one. */
export function wordsIn(typed: string): string[] {
  return [...typed.matchAll(/"[^"]*"?|\S+/g)].map(([word]) => word);
}
