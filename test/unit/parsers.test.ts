/** A part of `npm run fuzz`; and what a name or path may not forge. */
import { describe, expect, test } from 'vitest';
import { fieldOf } from '../../src/native/proc/fields';
import { parseSharedMaps } from '../../src/native/proc/maps';
import { random } from '../support/inProcess';
import { feed, PARSERS } from '../support/parsers';

describe('mutated input makes no parser throw', () => {
  for (const parser of PARSERS) test(parser.name, () => feed(parser, 2000, random(1)));
});

test('a carriage return in a path begins no line of maps', () => {
  const path = '/tmp/x\r7e0000000000-7e0000002000 rw-s 00000000 00:01 9 /SYSV00001234 (deleted)';
  const found = parseSharedMaps(`7f0000000000-7f0000001000 rw-s 00000000 fe:00 77 ${path}\n`);
  expect(found.map((one) => [one.inode, one.path.toString('latin1')])).toEqual([['77', path]]);
});

test('nor does one in the name of a process begin a line of its status', () => {
  const status = 'Name:\tx\rUid:\t7\t7\t7\nState:\tS (sleeping)\nUid:\t0\t0\t0\t0\n';
  expect(fieldOf(status, 'Uid')).toBe('0\t0\t0\t0');
  expect(fieldOf('Uid:\t1', 'Uid')).toBe('1');
  expect(fieldOf(status, 'Pid')).toBeUndefined();
});
