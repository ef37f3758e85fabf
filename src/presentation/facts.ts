/** Facts of an object, as tooltips, panels and the command line list them. */

/** One line of a table of facts: what it is, its value, and the kernel's own name of the field. */
export type Fact = readonly [what: string, value: string, kernelName?: string];
