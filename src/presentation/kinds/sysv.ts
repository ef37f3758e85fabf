/** What the three System V kinds show alike. */
import type { Owner } from '../../protocol/facts';
import { hexKey } from '../text';
import type { Fact } from '../facts';
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
export function sysvFacts(object: SysvObject, letters: 'msg' | 'sem' | 'shm'): Fact[] {
  const key = object.key === 0 ? t('none (IPC_PRIVATE)') : `${hexKey(object.key)} (${object.key})`;
  return [
    [t('Key'), key, 'key'],
    // As /proc/sysvipc and msgget(2) have it.
    [t('Id'), String(object.id), letters === 'msg' ? 'msqid' : `${letters}id`],
    [t('Owner'), exactOwner(object.owner), 'uid, gid'],
    [t('Creator'), exactOwner(object.creator), 'cuid, cgid'],
    [t('Mode'), exactMode(object.mode), 'mode'],
    [t('Changed'), momentText(object.changedAt), `${letters}_ctime`],
  ];
}

/** `12 · limit 32,000`, for the row of a group: in a narrow view the number is not cut for its limit. */
export function withLimit(count: number, limit: number | undefined): string {
  return limit === undefined ? grouped(count) : `${grouped(count)} · ${t('limit {0}', grouped(limit))}`;
}

/** `12 of 32,000`, the part of a limit that is used. */
export function used(count: number, limit: number | undefined): string {
  return limit === undefined ? grouped(count) : t('{0} of {1}', grouped(count), grouped(limit));
}
