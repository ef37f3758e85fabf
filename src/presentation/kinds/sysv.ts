/** What the three System V kinds show alike. */
import type { Owner } from '../../protocol/facts';
import { exact, type KindCopies } from '../copies';
import { hexKey } from '../text';
import { amount, type FactRecord } from '../facts';
import { exactMode, exactOwner, grouped, momentText } from '../values';
import { t } from '../translate';

interface SysvObject {
  id: number;
  key: number;
  owner: Owner;
  creator: Owner;
  mode: number;
  changedAt: number;
}

/** `0x00001234`, or `private #3` for a key that nobody can ask for. */
export function sysvLabel(object: SysvObject): string {
  return object.key === 0 ? t('private #{0}', object.id) : hexKey(object.key);
}

/** The label with the id, as `0x00001234 · queue #3`, or `private queue #3`. */
export function sysvTitle(object: SysvObject, word: string): string {
  if (object.key === 0) return t('private {0} #{1}', word, object.id);
  return `${sysvLabel(object)} · ${word} #${object.id}`;
}

/** In the order of their ids. */
export function byId(a: SysvObject, b: SysvObject): number {
  return a.id - b.id;
}

/** The id, where the label does not have it already. */
export function idPart(object: SysvObject): string[] {
  return object.key === 0 ? [] : [`#${object.id}`];
}

/** The facts that every System V object has. `letters`: the kernel's prefix of its fields. */
export function sysvFacts(letters: 'msg' | 'sem' | 'shm'): FactRecord<SysvObject>[] {
  return [
    {
      key: 'key',
      label: () => t('Key'),
      kernelName: 'key',
      value: ({ key }) => (key === 0 ? t('none (IPC_PRIVATE)') : `${hexKey(key)} (${key})`),
    },
    {
      key: 'id',
      label: () => t('Id'),
      // As /proc/sysvipc and msgget(2) have it.
      kernelName: letters === 'msg' ? 'msqid' : `${letters}id`,
      value: ({ id }) => String(id),
      ...amount('number', ({ id }) => id),
    },
    {
      key: 'owner',
      label: () => t('Owner'),
      kernelName: 'uid, gid',
      value: ({ owner }) => exactOwner(owner),
    },
    {
      key: 'creator',
      label: () => t('Creator'),
      kernelName: 'cuid, cgid',
      value: ({ creator }) => exactOwner(creator),
    },
    { key: 'mode', label: () => t('Mode'), kernelName: 'mode', value: ({ mode }) => exactMode(mode) },
    {
      key: 'changedAt',
      label: () => t('Created or changed'),
      kernelName: `${letters}_ctime`,
      value: ({ changedAt }) => momentText(changedAt),
      ...amount('moment', ({ changedAt }) => changedAt),
    },
  ];
}

/** `12 · limit 32,000`, for the row of a group: in a narrow view the number is not cut for its limit. */
export function withLimit(count: number, limit: number | undefined): string {
  return limit === undefined ? grouped(count) : `${grouped(count)} · ${t('limit {0}', grouped(limit))}`;
}

/** A moment, or `never`. */
export function whenText(at: number | null | undefined): string {
  return at === null || at === undefined ? t('never') : momentText(at);
}

/** `12 of 32,000`, the part of a limit that is used. */
export function used(count: number, limit: number | undefined): string {
  return limit === undefined ? grouped(count) : t('{0} of {1}', grouped(count), grouped(limit));
}

/** What can be copied of one. `option`: of ipcrm(1). */
export function sysvCopies(option: '-q' | '-s' | '-m'): KindCopies<SysvObject> {
  return {
    menu: ['id', 'key', 'command'],
    id: ({ id }) => exact(String(id)),
    command: ({ id }) => `ipcrm ${option} ${id}`,
  };
}
