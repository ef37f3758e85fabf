/** One description of a kind: tree, panel and command line say the same of an object, from the same records. */
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { factsMarkdown } from '../../src/extension/ui/markdown';
import { describe as inspected, listRow } from '../../src/native/cli/describe';
import { hiddenHolders } from '../../src/presentation/absence';
import type { Fact } from '../../src/presentation/facts';
import { factsOf, figuresOf, headingOf, labelOf, statesOf, viewOf } from '../../src/presentation/kinds';
import { rowParts } from '../../src/presentation/kinds/kindView';
import { plainText } from '../../src/presentation/pieces';
import { bounded, MOST, visible } from '../../src/presentation/text';
import { setTranslator, withValues } from '../../src/presentation/translate';
import { exactSize, findIn, grouped, size, sizeOf } from '../../src/presentation/values';
import { contracts, type IpcObject, objectSchema } from '../../src/protocol/kinds';
import type { PanelState } from '../../src/protocol/pages/object';
import { KINDS } from '../../src/protocol/ref';
import type { Blind } from '../../src/protocol/snapshot';
import { contextOf } from '../../src/webview/panel/context';
import { allFacts } from '../../src/webview/parts/factTable';
import { allSamples, sampleHost, sampleProcesses, samples } from '../support/samples';

const blind: Blind[] = [{ kind: 'posix.shm', field: 'endpoints', code: 'denied', count: 2 }];
const find = findIn({ processes: [...sampleProcesses], objects: [...allSamples] });

/** What surrounds an object in the tree and on the command line. */
function around(object: IpcObject) {
  return { host: sampleHost, process: find, hidden: hiddenHolders(blind, object.kind) };
}

/** A line as a face shows it. */
type Shown = [label: string, kernelName: string, text: string];
const shownAs = ({ label, kernelName = '', text }: Fact): Shown => [label, kernelName, visible(text)];

/** The lines of a tooltip, read from its Markdown. */
function tooltip(object: IpcObject): Shown[] {
  const markdown = factsMarkdown(viewOf(object).title(object, find), factsOf(object, around(object)), []);
  const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) => {
    const [, label = '', text = '', kernelName = ''] = row.split('|').map(said);
    return [label, kernelName.replace(/^_|_$/g, ''), text];
  });
}

function said(cell: string): string {
  return cell.trim().replace(/&#(\d+);/g, (_entity, code: string) => String.fromCodePoint(Number(code)));
}

/** The lines of a panel, read from what its page renders of what the host sends it. */
function panel(object: IpcObject): Shown[] {
  const peer = 'peer' in object && object.peer ? find.object?.(object.peer) : undefined;
  const state = {
    ...{ status: 'present', object, peer, processes: [...sampleProcesses], host: sampleHost },
    hiddenProcesses: hiddenHolders(blind, object.kind),
  } as unknown as PanelState;
  const [, rows] = text(allFacts(factsOf(object, contextOf(state)))).split('<dl class="facts">');
  return [...(rows ?? '').matchAll(/<dt>(.*?)<\/dt>.*?<dd[^>]*>(.*?)<\/dd>/gs)].map(
    ([, name = '', value = '']) => {
      const [label = '', kernelName = ''] = name.split(/ <code class="dim">|<\/code>/);
      return [label, kernelName, value];
    },
  );
}

/** A template with its values, as the page has it. */
function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join('');
  if (typeof value === 'symbol') return '';
  if (typeof value !== 'object' || value === null) return String(value);
  const { strings, values } = value as { strings: readonly string[]; values: readonly unknown[] };
  return strings.map((piece, at) => piece + (at < values.length ? text(values[at]) : '')).join('');
}

/** The lines of `inspect`, read from its table by what stands in it. */
function commandLine(object: IpcObject, like: readonly Shown[]): Shown[] {
  const [head, ...lines] = inspected(object, around(object), []).split('\n');
  expect(head).toMatch(new RegExp(`^Ref +${object.ref}$`));
  return like.map(([label, kernelName], at) => {
    const cells = /^(.*?) {2,}(.*)$/.exec(lines[at] ?? '');
    const rest = cells?.[2] ?? '';
    const named = kernelName !== '' && rest.startsWith(`${kernelName} `);
    return [
      cells?.[1] === label ? label : `${lines[at]}`,
      named ? kernelName : '',
      (named ? rest.slice(kernelName.length) : rest).trim(),
    ];
  });
}

/** A tooltip has no room for more. */
const cut = ([label, kernelName, value]: Shown): Shown => [label, kernelName, bounded(value, MOST)];
const named = allSamples.map((object) => [labelOf(object, find), object.kind, object] as const);

test('the samples are objects, and each thing that an object need not tell is there in one and missing in another', () => {
  for (const kind of KINDS) {
    const all: readonly IpcObject[] = samples[kind];
    for (const object of all) expect(v.parse(objectSchema, object)).toEqual(object);
    for (const [field, schema] of Object.entries(contracts[kind].object.entries)) {
      const has = all.map((object) => (object as unknown as Record<string, unknown>)[field] !== undefined);
      expect([kind, field, has.includes(true)]).toEqual([kind, field, true]);
      if ((schema as { type: string }).type === 'optional')
        expect([kind, field, has.includes(false)]).toEqual([kind, field, true]);
    }
  }
});

describe('tooltip, panel and inspect show one list', () => {
  test.each(named)('%s, %s', (_label, _kind, object) => {
    const facts = factsOf(object, around(object)).map(shownAs);
    expect(facts.length).toBeGreaterThan(4);
    expect(tooltip(object)).toEqual(facts.map(cut));
    expect(panel(object)).toEqual(facts);
    expect(commandLine(object, facts)).toEqual(facts);
  });
});

test('row and list say the same, and whose it is but once', () => {
  for (const [label, , object] of named) {
    const row = viewOf(object).row(object, sampleHost, find);
    const [ref, name, , , state] = listRow(object, sampleHost, find);
    expect([ref, name]).toEqual([object.ref, visible(label)]);
    expect(state).toBe(visible(rowParts(row, false).join(' · ')));
    expect(rowParts(row)).toEqual(expect.arrayContaining(row.owner ?? []));
    expect(rowParts(row, false)).not.toEqual(expect.arrayContaining(['uid 33']));
  }
});

test('every record has a key of its own, and no line is without a label and a text', () => {
  for (const kind of KINDS) {
    const keys = viewOf(samples[kind][0] as IpcObject).facts.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  }
  for (const object of allSamples)
    for (const { label, text: value } of factsOf(object, around(object)))
      expect([label, value].every((one) => one !== '' && !/undefined|NaN|\[object/.test(one))).toBe(true);
});

test('head, key figures and states have text, and a chart takes what it is of', () => {
  for (const object of allSamples) {
    const texts = [
      plainText(headingOf(object, find)),
      viewOf(object).sort(object),
      ...statesOf(object).map((state) => state.text),
      ...figuresOf(object, around(object)).map(({ says }) => plainText(says)),
    ];
    for (const one of texts) expect(one).not.toMatch(/^$|undefined|NaN|\[object/);
    for (const { key, chart } of figuresOf(object, around(object)))
      expect([object.ref, key, chart?.of(object) ?? 0]).not.toContain(NaN);
  }
});

test('each state that a flag stands for is one of the facts', () => {
  for (const object of allSamples) {
    const told = factsOf(object, around(object)).find(({ key }) => key === 'state')?.text ?? '';
    for (const state of statesOf(object)) expect(told).toContain(state.text);
  }
});

test('nobody is said only where it is proved', () => {
  const memory = samples['posix.shm'].map((object) => ({ ...object, endpoints: [] }));
  const holders = (object: IpcObject, hidden: number) =>
    factsOf(object, { host: sampleHost, process: find, hidden }).find(({ key }) => key === 'holders')?.text;
  for (const object of memory) {
    expect(holders(object, 0)).toBe('nobody');
    expect(holders(object, 2)).toBe('nobody seen');
    expect(holders({ ...object, endpoints: undefined }, 0)).toBe('not looked at');
  }
});

test('numbers and sizes are written as the language does', () => {
  try {
    setTranslator(withValues, 'de');
    expect([grouped(32_000), size(1229), exactSize(1229), sizeOf(1229, 16_384)]).toEqual([
      ...['32.000', '1,2 KiB', '1,2 KiB (1.229 B)', '1,2 of 16 KiB'],
    ]);
    setTranslator(withValues, 'no such language');
    expect(grouped('18446744073709551615')).toBe('18,446,744,073,709,551,615');
  } finally {
    setTranslator(withValues);
  }
});
