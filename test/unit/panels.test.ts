/** The parts of the panels that need no browser. */
import { describe, expect, test } from 'vitest';
import { hiddenSentence } from '../../src/webview/parts/hidden';

describe('hidden processes', () => {
  const words = { one: 'one', many: (count: string) => count, unknown: 'nobody knows' };
  test('none, one, and nobody knows how many, which is not none', () => {
    expect(hiddenSentence(0, words)).toBeUndefined();
    expect(hiddenSentence(1, words)).toBe('one');
    expect(hiddenSentence('unknown', words)).toBe('nobody knows');
  });
});
