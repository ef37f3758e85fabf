/** A text that is typed over a list of choices. */
import { expect, test } from 'vitest';
import { begun } from '../../src/extension/ui/typing';

const choices = ['Text', 'Hex', 'Base64', 'File...'].map((label) => ({ label }));
const found = (text: string) => begun(choices, text)?.label;

test('that begins a choice narrows the list, and is no text of its own', () => {
  expect(['h', 'hex', ' HEX ', 'b', 'file', 'T'].map(found)).toEqual([
    ...['Hex', 'Hex', 'Hex', 'Base64', 'File...', 'Text'],
  ]);
  expect(['', ' ', 'hexa', 'x', 'a text', '0x41'].map(found)).toEqual(Array(6).fill(undefined));
});
