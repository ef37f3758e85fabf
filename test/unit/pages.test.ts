/** Pages: each kind has its bundle, and what the page Why says of an answer. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bundleOf } from '../../src/extension/panels/bundles';
import { kindViews } from '../../src/presentation/kinds';
import { whyText } from '../../src/presentation/why';
import { whyMarkdown } from '../../src/presentation/why/markdown';
import type { Answer, Link, Way, Why } from '../../src/protocol/findings';
import type { ObjectOf } from '../../src/protocol/kinds';
import type { WaitOn } from '../../src/protocol/waits';
import { KINDS, pipeRef, processRef } from '../../src/protocol/ref';
import { sampleHost, samples } from '../support/samples';

test('every page with a folder is of a kind, under the name of its bundle, and the others have what the plain page takes', async () => {
  const folders = readdirSync('src/webview/kinds', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
    .map(({ name }) => name);
  const names = KINDS.map(bundleOf);
  expect(folders.filter((name) => !names.includes(name))).toEqual([]);
  // `esbuild.mjs` makes their entries of these modules.
  for (const kind of KINDS) {
    const name = bundleOf(kind);
    const module = (await import(`../../src/presentation/kinds/${name}.ts`)) as Record<string, unknown>;
    expect(module[name], name).toBe(kindViews[kind]);
  }
});

const HOSTILE = '[x](command:y) $(alert) <b>';
const [pipe] = samples.pipe as [ObjectOf<'pipe'>];
const process = (pid: number, name: string) => ({ pid, startTime: '1', state: 'S', name });

function link(pid: number, more: Partial<Link>): Link {
  const on: WaitOn = { is: 'descriptors', of: [{ fd: 3, direction: 'read', ref: pipe.ref }] };
  const wait = { tid: pid, call: 'read', on, certain: true, since: 1000 };
  return {
    waiter: { pid, startTime: '1', tid: pid, wait },
    ...{ is: 'stuck', doubts: [], ways: [], need: 'any', only: false, on: pipe.ref },
    ...more,
  };
}

function why(answer: Partial<Answer>, more: Partial<Why> = {}): Why {
  return {
    ...{ seenAt: 61_000, host: sampleHost, found: true, more: 0, findings: [], blind: [] },
    answers: [{ pid: 41, startTime: '1', state: 'stuck', chain: [], threads: {}, ...answer }],
    objects: [pipe],
    processes: [process(41, HOSTILE), process(42, 'other')],
    ...more,
  };
}

const subject = processRef(41, '1');
const say = (asked: Why) => whyText(subject, asked, 61_000);
const way = (pid: number): Way => ({ is: 'process', pid });

describe('the drawing of an answer', () => {
  test('goes from the waiter over the object to who must act, and a ring comes back', () => {
    const chain = [link(41, { ways: [way(42)], only: true }), link(42, { ways: [way(41)] })];
    const [drawn] = say(why({ chain, end: { is: 'ring', from: 0 } })).chains;
    expect(drawn?.steps.map(({ is, ref }) => [is, ref])).toEqual([
      ['process', subject],
      ['object', pipe.ref],
      ['process', processRef(42, '1')],
      ['object', pipe.ref],
    ]);
    expect(drawn?.steps.map(({ ways }) => ways?.mark)).toEqual([undefined, 'only', undefined, 'also']);
    expect(drawn?.ring?.to).toBe(0);
  });

  test('ends with who has ended, stopped or can act, and with nobody where nobody is known', () => {
    const chain = [link(41, { ways: [way(42)] })];
    const last = (end: Answer['end']) => say(why({ chain, ...(end && { end }) })).chains[0]?.steps.at(-1);
    expect(last({ is: 'ended', pid: 99 })).toMatchObject({ is: 'process', ended: true, root: true });
    expect(last({ is: 'stopped', pid: 42 })).toMatchObject({ ref: processRef(42, '1'), root: true });
    expect(last({ is: 'acts', pid: 42, state: 'runs' })).toMatchObject({ root: true });
    expect(last({ is: 'unknown' })).toMatchObject({ is: 'object', ref: pipe.ref, root: true });
  });

  test('is fine only where it answers that nothing is wrong', () => {
    const tone = (answer: Partial<Answer>, more: Partial<Why> = {}) => say(why(answer, more)).verdict.tone;
    expect(tone({ state: 'idle' })).toBe('fine');
    expect(tone({ state: 'stuck', proof: 'proven' })).toBe('error');
    expect(tone({ state: 'stuck', proof: 'likely' })).toBe('warning');
    expect(tone({ state: 'waits' })).toBe('plain');
    expect(tone({ state: 'unknown' })).toBe('plain');
    // Of what is not there nothing is known, so nothing is called fine.
    expect(tone({}, { found: false, answers: [] })).toBe('plain');
    expect(tone({}, { answers: [] })).toBe('plain');
  });

  test('a ring has no best cure', () => {
    const finding = {
      ...{ rule: 'queueFull', severity: 'warning', doubts: [], subjects: [subject], cites: 'x' },
      parts: { queue: pipeRef('1'), messages: 1, senders: [] },
      cures: [{ is: 'send', ref: pipe.ref }],
    } as const;
    const ring = { ...finding, rule: 'deadlock', parts: { members: [], behind: 0 } } as const;
    const asked = (findings: unknown) => say(why({}, { findings: findings as Why['findings'] }));
    expect(asked([finding, finding])).toMatchObject({ best: true, remedies: [{ cure: finding.cures[0] }] });
    expect(asked([ring]).best).toBe(false);
  });
});

test('text of other programs is no Markdown in what is copied', () => {
  const text = whyMarkdown(
    say(why({ chain: [link(41, { ways: [way(42)] })], end: { is: 'stopped', pid: 42 } })),
  );
  expect(text).not.toContain('](');
  expect(text).not.toMatch(/[^\\]<b>/);
  expect(text).not.toMatch(/[^\\]\$\(/);
});
