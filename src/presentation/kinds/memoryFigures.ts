/** What panels and tables tell of memory that is a file. */
import { amount, type Context, type FactRecord } from '../facts';
import { bytesText, exactSize, grouped, size, sizeOf } from '../values';
import type { Figure } from './kindView';
import type { FileMemory } from './memoryUsers';
import { has, holderPids, makerText } from './posix';
import { processesText } from './segmentUsers';
import { t } from '../translate';

export const allocatedFact: FactRecord<Pick<FileMemory, 'allocated'>> = {
  key: 'allocated',
  label: () => t('In memory or swap'),
  kernelName: 'st_blocks',
  value: ({ allocated }) => (allocated === undefined ? undefined : exactSize(allocated)),
  ...amount('bytes', ({ allocated }) => allocated),
};

/** Size, what of it is in memory, and how many have it. */
export function memoryFigures<O extends FileMemory>(object: O, { process }: Context): Figure<O>[] {
  const { bytes, allocated, endpoints } = object;
  const recent = object.kind === 'mapping' ? object.recent : undefined;
  const maker = object.kind === 'posix.shm' ? object.maker : undefined;
  // What has no name but that of its descriptor was never linked.
  const unlinked = has(object, 'unlinked') && !(object.kind === 'mapping' && object.what !== 'file');
  return [
    bytes === undefined
      ? { key: 'bytes', look: 'dim', says: [t('size hidden')] }
      : { key: 'bytes', look: 'value', says: [size(bytes)], detail: bytesText(bytes) },
    ...(allocated === undefined
      ? []
      : [
          {
            ...{ key: 'allocated', look: 'value' as const, detail: bytesText(allocated) },
            says: [
              t('{0} in memory or swap', bytes === undefined ? size(allocated) : sizeOf(allocated, bytes)),
            ],
            chart: {
              label: t('Bytes in memory or swap, since this panel was opened'),
              top: Number(bytes ?? 0),
              of: (sample: O) => (sample.allocated === undefined ? undefined : Number(sample.allocated)),
            },
          },
        ]),
    {
      key: 'holders',
      says: [endpoints ? processesText(holderPids(object).length) : t('processes not looked at')],
    },
    ...(recent ? [{ key: 'recent', says: [t('{0} a moment ago', grouped(recent.length))] }] : []),
    ...(maker ? [{ key: 'maker', says: [makerText(maker, process)] }] : []),
    ...(unlinked ? [{ key: 'unlinked', look: 'flag' as const, says: [t('unlinked')] }] : []),
  ];
}
