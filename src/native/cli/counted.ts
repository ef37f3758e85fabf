/** What only the command line says of numbers. */

/** `1 message`, `12 messages` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
