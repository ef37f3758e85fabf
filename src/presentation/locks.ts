/** Locks on files in words: what sort, and which bytes. */
import type { WaitOnOf } from '../protocol/waits';
import { grouped } from './values';
import { t } from './translate';

interface Asked {
  type?: WaitOnOf<'lock'>['type'] | 'lease' | undefined;
  mode?: WaitOnOf<'lock'>['mode'] | undefined;
  start?: number | string | undefined;
  end?: number | string | undefined;
}

/** `flock, exclusive`, `POSIX, shared, bytes 0 to 99` */
export function lockAskedText(asked: Asked): string {
  const { type, mode } = asked;
  const said = [
    ...(type === undefined ? [] : [typeText(type)]),
    ...(mode === undefined ? [] : [mode === 'shared' ? t('shared') : t('exclusive')]),
    // These are always of the whole file.
    ...(type === 'flock' || type === 'lease' ? [] : [rangeText(asked)]),
  ];
  return said.filter((one) => one !== '').join(', ');
}

/** Which bytes; empty where that is not known. */
export function rangeText({ start, end }: Asked): string {
  if (start === undefined) return '';
  if (end !== undefined) return t('bytes {0} to {1}', grouped(start), grouped(end));
  return BigInt(start) === 0n ? t('all bytes') : t('bytes from {0} on', grouped(start));
}

function typeText(type: NonNullable<Asked['type']>): string {
  switch (type) {
    case 'flock':
      return 'flock';
    case 'posix':
      return t('POSIX');
    case 'ofd':
      return t('open file description');
    case 'lease':
      return t('lease');
  }
}
