/** Numbers that stay in the caller's hands, so that they may come back to another helper than the one that gave them. */

/**
 * The first number of a count: above all that a helper before gave, unless it gave a thousand in each millisecond of its life. Else the caller would end, acknowledge
 * or show what is another's. Exact as a number until the year 2255.
 */
export function firstNumber(): number {
  return Date.now() * 1000;
}
