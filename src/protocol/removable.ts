/** Whether an object has a name here that can be taken away: not where it is gone already, nor where it lies in a folder of another mount namespace, in which ours would lead to another object. */
export function isRemovable({ flags }: { readonly flags: readonly string[] }): boolean {
  return !['unlinked', 'elsewhere', 'deletedOrReplaced'].some((flag) => flags.includes(flag));
}
