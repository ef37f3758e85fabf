/** Who has memory that is a file: mapped now, open, or mapped a moment ago. */
import type { ObjectOf } from '../../protocol/kinds';
import type { FactRecord } from '../facts';
import { grouped, pidText, timeText } from '../values';
import { t } from '../translate';

/** Memory that is read and written by a descriptor. */
export type FileMemory = ObjectOf<'posix.shm' | 'mapping'>;

/** Processes named one by one in a tooltip; of more only the number. */
const MOST_NAMED = 8;

/** The processes that map it, and those that only have it open. */
export function usersOf({ endpoints = [] }: Pick<FileMemory, 'endpoints'>): {
  mapped: number[];
  open: number[];
} {
  const mapped = new Set(endpoints.filter(({ role }) => role === 'mapped').map(({ pid }) => pid));
  const others = endpoints.filter(
    ({ role, pid }) => role !== 'mapped' && role !== 'waiter' && !mapped.has(pid),
  );
  return {
    mapped: [...mapped].sort((a, b) => a - b),
    open: [...new Set(others.map(({ pid }) => pid))].sort((a, b) => a - b),
  };
}

/** `3 mapped`, `1 open`. */
export function mappedPart(object: Pick<FileMemory, 'endpoints'>): string[] {
  const { mapped, open } = usersOf(object);
  return [
    ...(mapped.length > 0 ? [t('{0} mapped', grouped(mapped.length))] : []),
    ...(open.length > 0 ? [t('{0} open', grouped(open.length))] : []),
  ];
}

type Recent = NonNullable<ObjectOf<'mapping'>['recent']>;

/** `1 a moment ago`: those that have it not any more. */
export function recentPart(recent: Recent = []): string[] {
  const many = new Set(recent.map(({ pid }) => pid)).size;
  return many === 0 ? [] : [t('{0} a moment ago', grouped(many))];
}

/** Each process that has it not any more. */
export const recentFacts: FactRecord<{ recent?: Recent | undefined }> = {
  key: 'recent',
  label: () => t('Mapped a moment ago'),
  value({ recent = [] }, { process }) {
    const more = recent.length - MOST_NAMED;
    return [
      ...recent
        .slice(0, MOST_NAMED)
        .map(({ pid, rights, seenAt }) =>
          t('{0}, {1}, seen at {2}', pidText(pid, process), rights, timeText(seenAt)),
        ),
      ...(more > 0 ? [t('{0} more', grouped(more))] : []),
    ];
  },
};
