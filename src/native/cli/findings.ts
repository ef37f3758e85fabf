/** `findings`: what is wrong on the machine, a sentence each. */
import * as v from 'valibot';
import type { Early } from '../../diagnosis/step';
import { type Finding, type Severity, severitySchema } from '../../protocol/findings';
import { findingLines, type FindingText, findingText } from '../../presentation/findings';
import type { Around } from '../../presentation/findings/names';
import { visible } from '../../presentation/text';
import { t } from '../../presentation/translate';
import { lackingLines } from '../../presentation/unseen';
import { KINDS } from '../../protocol/ref';
import { type Thresholds, thresholdsSchema } from '../../protocol/thresholds';
import { parse, UsageError } from './arguments';
import { diagnose } from './diagnose';
import { Machine } from './machine';
import { complain, print, printJson } from './output';

/** What was looked for with `--fail-on` is there. */
export const FOUND = 3;

export async function findings(args: string[]): Promise<number> {
  const options = {
    json: { type: 'boolean' },
    'fail-on': { type: 'string' },
    wait: { type: 'string' },
    thresholds: { type: 'string' },
  } as const;
  const { values } = parse(args, options);
  const severe = severityOf(values['fail-on']);
  const thresholds = thresholdsIn(values.thresholds);
  const { diagnosis, found, around } = await diagnose(await Machine.open(), values.wait, {
    ...(thresholds && { thresholds }),
  });
  const { findings: told, early } = diagnosis;
  if (values.json)
    await printJson({
      findings: told.map((one) => withText(one, around)),
      early: early.map(({ finding, seconds }) => ({ ...withText(finding, around), seconds })),
      blind: found.blind,
    });
  else await print(textOf(told, early, around));
  for (const line of lackingLines(found.blind, KINDS)) await complain(line);
  return told.some(({ severity }) => severe.includes(severity)) ? FOUND : 0;
}

/** As typed: JSON with the fields of `Thresholds`. Throws UsageError. */
function thresholdsIn(text: string | undefined): Thresholds | undefined {
  if (text === undefined) return undefined;
  try {
    return v.parse(thresholdsSchema, JSON.parse(text));
  } catch (error) {
    throw new UsageError(`--thresholds: ${String(error)}`);
  }
}

/** That severity and what is graver. */
function severityOf(text: string | undefined): readonly Severity[] {
  const { options } = severitySchema;
  if (text === undefined) return [];
  const at = options.findIndex((one) => one === text);
  if (at < 0) throw new UsageError(`--fail-on takes one of ${options.join(', ')}.`);
  return options.slice(0, at + 1);
}

function textOf(told: readonly Finding[], early: readonly Early[], around: Around): string {
  const lines =
    told.length === 0
      ? [t('Nothing that is looked for was found.')]
      : told.flatMap((one) => findingLines(one, around));
  return [...lines, ...earlyLines(early, around)].map((line) => `${line}\n`).join('');
}

/** A finding with the texts that people read. */
export function withText(finding: Finding, around: Around): Finding & { text: FindingText } {
  return { ...finding, text: findingText(finding, around) };
}

/** What is not told yet, since it may be over in a moment. */
export function earlyLines(early: readonly Early[], around: Around): string[] {
  return early.map(({ finding, seconds }) => {
    const { title, says } = findingText(finding, around);
    return visible(
      seconds > 0
        ? t('Not yet a finding, {0}, until it was watched for {1} s (--wait {1}): {2}', title, seconds, says)
        : t('Not yet a finding, {0}, until two looks in a row see it: {1}', title, says),
    );
  });
}
