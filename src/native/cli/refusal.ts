/** What a command does not do, and why. */

/** Something that cannot be done, said in a sentence already. */
export class Refusal extends Error {}
