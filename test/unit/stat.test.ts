import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCommandLine, parseStat } from '../../src/native/proc/stat';

const TAIL = ' S 1 4312 4312 0 -1 4194560 100 0 0 0 5 6 0 0 20 0 1 0 987654 1000 10 18446744073709551615';

describe('/proc/PID/stat', () => {
  test('the usual line', () => {
    expect(parseStat(Buffer.from(`4312 (python3)${TAIL}\n`))).toEqual({
      pid: 4312,
      name: { text: 'python3' },
      kernelThread: false,
      argumentsAt: 0n,
      ...{ group: 4312, session: 4312, terminal: 0, foreground: -1, cpu: -1, exitCode: 0 },
      state: 'S',
      parent: 1,
      startTime: '987654',
    });
  });

  test('the family, the terminal and the CPU', () => {
    const rest = '4194560 0 0 0 0 5 6 0 0 20 0 1 0 987654 1000 10 9 0 0 0 0 0 0 0 0 0 0 0 0 17 3';
    expect(parseStat(Buffer.from(`7 (vi) S 5 7 6 34818 7 ${rest} 0 0\n`))).toMatchObject({
      ...{ parent: 5, group: 7, session: 6, terminal: 34_818, foreground: 7, cpu: 3 },
    });
  });

  test('what stopped it', () => {
    const rest = Array.from({ length: 43 }, () => '0').join(' ');
    expect(parseStat(Buffer.from(`7 (vi) T 5 7 6 34818 7 ${rest} 21\n`))?.exitCode).toBe(21);
  });

  test('a name may hold anything, parentheses, spaces and newlines included', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 15 }), (name) => {
        const parsed = parseStat(Buffer.concat([Buffer.from('7 ('), name, Buffer.from(`)${TAIL}`)]));
        expect(parsed).toMatchObject({ pid: 7, state: 'S', parent: 1, startTime: '987654' });
      }),
    );
  });

  test('a line that is not whole is none', () => {
    expect(parseStat(Buffer.from(''))).toBeUndefined();
    expect(parseStat(Buffer.from('4312 (python3) S 1'))).toBeUndefined();
  });
});

describe('/proc/PID/cmdline', () => {
  test('arguments are joined by spaces', () => {
    expect(parseCommandLine(Buffer.from('perl\0-e\0print "a b"\0'))).toBe('perl -e print "a b"');
  });
  test('an empty one is none', () => {
    expect(parseCommandLine(Buffer.from(''))).toBeUndefined();
    expect(parseCommandLine(Buffer.from('\0\0'))).toBeUndefined();
  });
});
