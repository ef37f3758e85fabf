/** Counts, sizes, offsets, single values and message types. */
import type { IpcObject } from '../../protocol/kinds';
import { FIFO_MOST } from '../../protocol/kinds/fifo';
import { PRIORITY_MOST } from '../../protocol/kinds/posixMq';
import { parseMessageType } from '../../protocol/kinds/sysvMsg';
import type { BigCount } from '../../protocol/facts';
import type { Kind } from '../../protocol/ref';
import type { Host } from '../../protocol/snapshot';
import { exactSize, grouped } from '../../presentation/values';
import { type Asked, type Asker, checked } from './asker';
import { parseSize, parseWhole } from './parse';
import { Wrong } from './steps';
import { t } from '../../presentation/translate';
import { priorityRange } from '../../presentation/shared';

/** How many semaphores a new set gets, or which one of a set is meant. */
export const askCount: Asker = (steps, asked) => {
  if (asked.kind === 'posix.mq') return askMaxMessages(steps, asked);
  const { prompt, schema, field, object, host } = asked;
  const which = field === 'number' && object?.kind === 'sysv.sem' ? object.semaphores - 1 : undefined;
  // Nobody needs to be asked which of one.
  if (which === 0) return Promise.resolve(0);
  const most = which ?? host?.limits['sysv.sem']?.perSet;
  return steps.input('count', {
    prompt: which === undefined ? prompt : t('{0} (0 to {1})', prompt, grouped(which)),
    parse: (text) => {
      const count = parseWhole(text);
      if (typeof count !== 'number') return new Wrong(t('This is a whole number.'));
      if (most !== undefined && count > most)
        return new Wrong(
          which === undefined
            ? t('This machine allows {0} semaphores in a set (semmsl).', grouped(most))
            : t('The last semaphore of this set is {0}.', grouped(most)),
        );
      return checked(schema, count, t('This is not possible.'));
    },
  });
};

/** How many messages a new POSIX queue may hold; above the machine's limit only root may go (mq_overview(7)). */
const askMaxMessages: Asker = (steps, { prompt, schema, host }) => {
  const limits = host?.limits['posix.mq'];
  return steps.input('count', {
    prompt: limits ? t('{0} (without root at most {1})', prompt, grouped(limits.messagesMost)) : prompt,
    ...(limits && { value: String(limits.messagesDefault) }),
    parse: (text) => {
      const count = parseWhole(text);
      return typeof count === 'number'
        ? checked(schema, count, t('This is not possible.'))
        : new Wrong(t('This is a whole number.'));
    },
  });
};

/** A size in bytes. A limit that is altered is offered as it is now. */
export const askSize: Asker = (steps, { prompt, schema, field, object, host, kind, ability }) => {
  const now = presentSize(field, object) ?? usualSize(kind, field, host);
  const most =
    kind === 'sysv.shm' && ability === 'create' ? host?.limits['sysv.shm']?.segmentBytes : undefined;
  return steps.input<BigCount>('size', {
    prompt,
    ...(now !== undefined && { value: String(now) }),
    parse: (text) => {
      const size = parseSize(text);
      if (size === undefined)
        return new Wrong(t('A size is a number of bytes, or as 64 KiB, 4 MiB, 1.5 GiB.'));
      if (kind === 'sysv.shm' && BigInt(size) === 0n) return new Wrong(t('A segment has at least one byte.'));
      if (most !== undefined && BigInt(size) > BigInt(most))
        return new Wrong(t('This machine allows {0} in a segment (shmmax).', exactSize(most)));
      return checked(schema, size, t('This size is not possible.'));
    },
  });
};

/** What the machine gives where a program does not say. */
function usualSize(kind: Kind | undefined, field: string, host: Host | undefined): number | undefined {
  return kind === 'posix.mq' && field === 'messageSize'
    ? host?.limits['posix.mq']?.messageSizeDefault
    : undefined;
}

/** What an altered size is now, or what is usually given. */
function presentSize(field: string, object: IpcObject | undefined): BigCount | undefined {
  if (field === 'bytes') return object?.kind === 'posix.shm' ? object.bytes : undefined;
  if (field === 'maxBytes') return object?.kind === 'sysv.msg' ? object.maxBytes : undefined;
  if (field === 'capacity') return object && 'capacity' in object ? object.capacity : undefined;
  return field === 'length' && object?.kind === 'fifo' ? FIFO_MOST : undefined;
}

export const askOffset: Asker = (steps, { prompt, schema, object }) => {
  const end = object && memoryEnd(object);
  return steps.input('offset', {
    prompt,
    parse: (text) => {
      const offset = parseWhole(text);
      if (offset === undefined) return new Wrong(t('An offset is a whole number, decimal or with 0x.'));
      if (end !== undefined && BigInt(offset) >= BigInt(end)) return new Wrong(endText(object, end));
      return checked(schema, offset, t('This is beyond what can be reached.'));
    },
  });
};

/** Where memory ends; undefined where that is hidden, or it is no memory. */
export function memoryEnd(object: IpcObject): BigCount | undefined {
  const { kind } = object;
  return kind === 'sysv.shm' || kind === 'posix.shm' || kind === 'mapping' ? object.bytes : undefined;
}

function endText(object: IpcObject | undefined, end: BigCount): string {
  return object?.kind === 'sysv.shm'
    ? t('The segment ends at {0}.', grouped(end))
    : t('It ends at {0}.', grouped(end));
}

/** The value of one semaphore. */
export const askValue: Asker = (steps, asked) =>
  steps.input('value', {
    prompt: valuePrompt(asked),
    parse: (text) => {
      const value = parseWhole(text);
      if (typeof value !== 'number') return new Wrong(t('A value is a whole number.'));
      return checked(asked.schema, value, t('This is not possible.'));
    },
  });

function valuePrompt({ prompt, object, answers }: Asked): string {
  const number = answers.number;
  const now = typeof number === 'number' ? valuesOf(object)?.[number] : undefined;
  return now === undefined ? prompt : t('{0}; it is {1} now', prompt, now);
}

/** The values of a set, where they are known. */
export function valuesOf(object: IpcObject | undefined): readonly number[] | undefined {
  return object?.kind === 'sysv.sem' ? (object.details?.values ?? object.values) : undefined;
}

export const askPriority: Asker = (steps, { prompt, schema }) =>
  steps.input('priority', {
    prompt,
    parse: (text) => {
      const priority = parseWhole(text);
      const wrong = priorityRange(PRIORITY_MOST);
      return typeof priority === 'number' ? checked(schema, priority, wrong) : new Wrong(wrong);
    },
  });

export const askMessageType: Asker = (steps, { prompt }) =>
  steps.input('type', {
    prompt,
    parse: (text) => parseMessageType(text) ?? new Wrong(t('A type is a whole number from 1 to 2^63 - 1.')),
  });
