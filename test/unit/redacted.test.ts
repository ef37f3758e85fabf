/** What *Collect Diagnostics* tells of a machine: enough for a report, and nothing that names anybody or anything. */
import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { redacted } from '../../src/presentation/redacted';
import { contracts, type IpcObject } from '../../src/protocol/kinds';
import { KINDS } from '../../src/protocol/ref';
import { DESCRIPTOR_TYPES } from '../../src/protocol/waits';
import { blindSchema, SNAPSHOT_VERSION, type Snapshot, snapshotSchema } from '../../src/protocol/snapshot';
import { allSamples, sampleHost, sampleProcesses } from '../support/samples';

const snapshot: Snapshot = {
  ...{ version: SNAPSHOT_VERSION, startedAt: 1, endedAt: 2, host: sampleHost },
  ...{ objects: [...allSamples], processes: [...sampleProcesses] },
  blind: [{ kind: 'fifo', field: 'folders', code: 'denied', count: 3 }, { code: 'yama' }],
};

/** What a report may have of a snapshot's texts: words of the contract. */
const WORDS = new Set<string>([
  ...KINDS,
  ...Object.values(contracts).flatMap(({ flags }): readonly string[] => flags),
  ...DESCRIPTOR_TYPES,
  ...blindSchema.entries.code.options,
]);
/** Fields whose texts the contract or the helper fixes. */
const FIXED = new Set([
  'kind',
  'code',
  'role',
  'is',
  'state',
  'now',
  'direction',
  'flags',
  'rights',
  'who',
  'limit',
  ...['call', 'field', 'architecture'],
]);
/** Numbers that name something, or are content. */
const NAMING = new Set([
  'pid',
  'tid',
  'fd',
  'uid',
  'gid',
  'key',
  'id',
  'address',
  'inode',
  'value',
  'values',
  'index',
]);

/** Every text and naming number replaced by one that can be found again. */
function marked(value: unknown, mark: (before: string) => string, number: number, field = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => marked(one, mark, number, field));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, marked(one, mark, number, key)]),
    );
  if (typeof value === 'number') return NAMING.has(field) ? number : value;
  if (typeof value !== 'string' || FIXED.has(field) || WORDS.has(value)) return value;
  return mark(value);
}

describe('a redacted snapshot', () => {
  test('keeps what a report needs', () => {
    const { counts, blind, objects, processes, machine } = redacted(snapshot);
    expect(Object.keys(counts).sort()).toEqual([...KINDS].sort());
    expect(blind).toEqual(snapshot.blind);
    expect(machine).toMatchObject({ kernel: '6.8', architecture: 'x64', root: false });
    expect(new Set(objects.map(({ kind }) => kind))).toEqual(new Set(KINDS));
    const waits = objects.flatMap(({ endpoints }) =>
      endpoints === 'unknown' ? [] : endpoints.flatMap(({ waits: all = [] }) => all),
    );
    expect(waits.length).toBeGreaterThan(0);
    expect(processes).toHaveLength(sampleProcesses.length);
    // Those that somebody waits for come first.
    expect(JSON.stringify(objects[0])).toContain('"waits"');
  });

  test.each([
    ['private names', (before: string) => `secret-${before.length}-/home/jane.doe`],
    ['hostile names', (before: string) => `](command:x)$(zap)\u202e"},"leak":"${before.length}\n`],
    ['names that look like words of ours', () => 'secretword'],
  ])('has none of %s, nor numbers that name', (_what, mark) => {
    const number = 98_765_431;
    const text = JSON.stringify(redacted(marked(snapshot, mark, number) as Snapshot));
    expect(text).not.toMatch(/secret|jane|home|command:|zap|leak|\u202e/);
    expect(text).not.toContain(String(number));
    for (const object of allSamples) if (object.ref.length > 8) expect(text).not.toContain(object.ref);
  });

  test('does not believe words of the helper that are none', () => {
    const [process] = sampleProcesses;
    const on = { is: 'thread', tid: 1 } as const;
    const wait = { tid: 1, call: 'secret call', on, certain: true } as never;
    const { processes, blind, machine } = redacted({
      ...snapshot,
      host: { ...sampleHost, architecture: '/secret', kernel: '6.8.0-secret', capabilities: 'secret' },
      blind: [{ code: 'failed', field: '/secret' }],
      processes: [{ ...process, state: 'secret', threads: [{ tid: 1, state: 'S', wait }] } as never],
    });
    expect(JSON.stringify({ processes, blind, machine })).not.toContain('secret');
    expect(processes[0]?.waits[0]?.call).toBe('other');
  });

  test('has none of any text, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 30 }), (name) => {
        const unique = `Q9${name}Q9`;
        const text = JSON.stringify(redacted(marked(snapshot, () => unique, 1) as Snapshot));
        expect(text).not.toContain(JSON.stringify(unique).slice(1, -1));
      }),
      { numRuns: 200 },
    );
  });

  test('is no longer for a machine with very many', () => {
    const [first] = allSamples;
    const many = Array.from(
      { length: 5000 },
      (_, at) => ({ ...first, ref: `${first?.ref}${at}` }) as IpcObject,
    );
    const { objects, more } = redacted({ ...snapshot, objects: many });
    expect(objects.length + more.objects).toBe(5000);
    expect(JSON.stringify(objects).length).toBeLessThan(400_000);
  });

  test('is of a snapshot that fits the contract', () => {
    expect(v.is(snapshotSchema, snapshot)).toBe(true);
  });
});
