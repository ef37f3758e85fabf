/** The values of a whole set as a person types them: `1, 0, 5` or `3 x 1, 0`. Pure. */
import { SEMAPHORE_MOST } from '../../../protocol/kinds/sysvSem';
import { parseCount } from '../../../presentation/parse';
import { grouped } from '../../../presentation/values';
import { t } from '../../strings';

/** One value, or the same for several: `5`, `3 x 5`. */
const PART = /^(?:(\d{1,9})x)?(\d{1,9})$/i;

/** One value. */
export function valueOfText(text: string): number | undefined {
  const value = parseCount(text);
  return value !== undefined && value <= SEMAPHORE_MOST ? value : undefined;
}

export function badValue(): string {
  return t('A value is a whole number from 0 to {0}.', grouped(SEMAPHORE_MOST));
}

/** A value for each semaphore, or a sentence about what is typed. */
export function parseValues(
  text: string,
  semaphores: number,
): { values: number[]; problem?: undefined } | { values?: undefined; problem: string } {
  const parts = text
    .trim()
    .replace(/\s*[x\u00d7]\s*/gi, 'x')
    .split(/[\s,;]+/)
    .filter((part) => part !== '');
  const values: number[] = [];
  let count = 0;
  for (const part of parts) {
    const found = PART.exec(part);
    const value = valueOfText(found?.[2] ?? '');
    if (!found) return { problem: t('Values are separated by commas; 3 x 1 stands for 1, 1, 1.') };
    if (value === undefined) return { problem: badValue() };
    const times = found[1] === undefined ? 1 : Number(found[1]);
    count += times;
    // A slip of the hand must not fill the memory.
    if (count <= semaphores) for (let at = 0; at < times; at++) values.push(value);
  }
  if (count === semaphores) return { values };
  return {
    problem:
      count === 1
        ? t('1 value for {0} semaphores.', grouped(semaphores))
        : t('{0} values for {1} semaphores.', grouped(count), grouped(semaphores)),
  };
}

/** Values as they are typed. */
export function valuesText(values: readonly number[]): string {
  return values.join(', ');
}
