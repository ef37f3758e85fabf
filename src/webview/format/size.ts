/** Sizes: short with a unit, exact for the tooltip. */
import type { BigCount } from '../../protocol/facts';
import { scaled } from '../../presentation/text';
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

/** A size as people type it: `65536`, `64 KiB`, `4k`, `1.5 MiB`; undefined where it is none, or no whole number of bytes. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,16})(?:\.(\d{1,3}))? *(?:([kmgt])(?:ib)?|b)?$/i.exec(text.trim());
  if (!match) return undefined;
  const [, whole = '0', part = '', unit] = match;
  const factor = 1024 ** (unit === undefined ? 0 : 'kmgt'.indexOf(unit.toLowerCase()) + 1);
  const bytes = (Number(whole + part) * factor) / 10 ** part.length;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function local(value: number): string {
  return value.toLocaleString(language(), { maximumFractionDigits: 1 });
}
