/** The operations that a person has put together, and what is wrong with them. Pure. */
import * as v from 'valibot';
import { type Operation, SEMAPHORE_MOST, operationSchema } from '../../../protocol/kinds/sysvSem';
import { parseCount, parseSigned } from '../../../presentation/parse';
import { grouped } from '../../../presentation/values';
import { t } from '../../strings';

export const rowSchema = v.object({ number: v.string(), change: v.string() });
/** One row of the editor, as typed. */
export type Row = v.InferOutput<typeof rowSchema>;
export const ROW: Row = { number: '0', change: '-1' };

/** SEMOPM where the kernel's own was not told. */
export const OPERATIONS_MOST = 500;

/** What is wrong with a row. */
export interface RowProblems {
  number?: string;
  change?: string;
}

/** The operations, or for each row what is wrong with it. */
export function judgeRows(
  rows: readonly Row[],
  semaphores: number,
): { operations: Operation[] | undefined; problems: RowProblems[] } {
  const operations: Operation[] = [];
  const problems = rows.map((row) => {
    const problem: RowProblems = {};
    const at = numberOf(row.number, semaphores);
    if (at === undefined) problem.number = badNumber(semaphores);
    const change = changeOf(row.change);
    if (change === undefined) problem.change = badChange();
    if (at !== undefined && change !== undefined) operations.push({ number: at, change });
    return problem;
  });
  return { operations: operations.length === rows.length ? operations : undefined, problems };
}

/** The number of a semaphore of a set; undefined where it has none such. */
export function numberOf(text: string, semaphores: number): number | undefined {
  const at = parseCount(text);
  return at !== undefined && at < semaphores ? at : undefined;
}

export function badNumber(semaphores: number): string {
  return semaphores === 1
    ? t('The only semaphore of this set has the number 0.')
    : t('The semaphores of this set have the numbers 0 to {0}.', grouped(semaphores - 1));
}

function badChange(): string {
  return t('A change is a whole number from {0} to {1}.', grouped(-32_768), grouped(SEMAPHORE_MOST));
}

function changeOf(text: string): number | undefined {
  const change = parseSigned(text);
  return change !== undefined && v.is(operationSchema.entries.change, change) ? change : undefined;
}

/** What a row waits for or does, in one line. */
export function rowMeaning({ change }: Row): string {
  const by = changeOf(change);
  if (by === undefined) return '';
  if (by === 0) return t('changes nothing, needs the value 0');
  return by > 0
    ? t('adds {0}', grouped(by))
    : t('takes {0} away, needs a value of {0} or more', grouped(-by));
}
