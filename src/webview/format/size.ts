/** Sizes: short with a unit, exact for the tooltip. */
import { language, number, t } from '../strings';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** `24 B`, `1.2 KiB` */
export function size(bytes: number | string): string {
  const step = stepOf(bytes);
  return `${scaled(bytes, step)} ${UNITS[step] ?? 'B'}`;
}

/** `1.2 of 16 KiB`, or with both units where they differ. */
export function sizeOf(bytes: number, most: number): string {
  const step = stepOf(most);
  // An empty queue has zero of any unit.
  const same = bytes === 0 || stepOf(bytes) === step;
  return t('{0} of {1}', same ? scaled(bytes, step) : size(bytes), size(most));
}

/** `1,234 bytes` */
export function exactSize(bytes: number | string): string {
  return Number(bytes) === 1 ? t('1 byte') : t('{0} bytes', number(bytes));
}

function stepOf(bytes: number | string): number {
  let step = 0;
  for (let left = Number(bytes); left >= 1024 && step < UNITS.length - 1; left /= 1024) step++;
  return step;
}

function scaled(bytes: number | string, step: number): string {
  const value = Number(bytes) / 1024 ** step;
  return value.toLocaleString(language(), { maximumFractionDigits: value < 100 && step > 0 ? 1 : 0 });
}
