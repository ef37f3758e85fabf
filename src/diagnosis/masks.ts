/** Masks of signals as proc(5) writes them. */

/** Bit n-1 stands for signal n; 0 of what is no mask. */
export function mask(text: string | undefined): bigint {
  return text !== undefined && /^[0-9a-f]{1,16}$/i.test(text) ? BigInt(`0x${text}`) : 0n;
}
