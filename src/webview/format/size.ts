/** Sizes: short with a unit, exact for the tooltip. */
import type { BigCount } from '../../protocol/facts';
import { scaled } from '../../protocol/text';
import { language, number, t } from '../strings';

/** `24 B`, `1.2 KiB` */
export function size(bytes: BigCount): string {
  const { value, unit } = scaled(bytes);
  return `${local(value)} ${unit}`;
}

/** `1.2 of 16 KiB`, or with both units where they differ. */
export function sizeOf(bytes: BigCount, most: BigCount): string {
  const part = scaled(bytes);
  // An empty queue has zero of any unit.
  const same = part.value === 0 || part.unit === scaled(most).unit;
  return t('{0} of {1}', same ? local(part.value) : size(bytes), size(most));
}

/** `1,234 bytes` */
export function exactSize(bytes: BigCount): string {
  return Number(bytes) === 1 ? t('1 byte') : t('{0} bytes', number(bytes));
}

function local(value: number): string {
  return value.toLocaleString(language(), { maximumFractionDigits: 1 });
}
