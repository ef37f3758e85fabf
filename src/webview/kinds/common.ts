/** What all System V objects have. */
import type { ObjectOf } from '../../protocol/kinds';
import type { SysvKind } from '../../protocol/ref';
import { hexKey, modeNumber, modeText } from '../../presentation/text';
import { ownerText, sysvName } from '../format/names';
import { exactSize, size } from '../format/size';
import { exactTime } from '../format/time';
import type { Fact } from '../parts/factTable';
import { t } from '../strings';
import type { KindCommand } from './plug';

/** The parts of a plug that are the same for all of them. */
export const sysvPanel = {
  name: (object: ObjectOf<SysvKind>) => sysvName(object),
  changedAt: (object: ObjectOf<SysvKind>) => object.changedAt,
};

/** Opens the questions for what IPC_SET alters. */
export function alterCommand(): KindCommand {
  return { label: t('Alter...'), icon: 'edit', command: 'alter' };
}

/** Key, id, owner, creator, mode, change time; `prefix` as in `msg_perm`. */
export function commonFacts(object: ObjectOf<SysvKind>, prefix: 'msg' | 'sem' | 'shm'): Fact[] {
  const perm = `${prefix}_perm`;
  const key = object.key === 0 ? t('{0}, private: no key finds it', hexKey(0)) : hexKey(object.key);
  return [
    { name: t('Key'), value: key, field: `${perm}.__key` },
    { name: t('Id'), value: `#${object.id}` },
    { name: t('Owner'), value: ownerText(object.owner), field: `${perm}.uid, gid` },
    { name: t('Creator'), value: ownerText(object.creator), field: `${perm}.cuid, cgid` },
    {
      name: t('Mode'),
      value: `${modeText(object.mode)} (${modeNumber(object.mode)})`,
      field: `${perm}.mode`,
    },
    { name: t('Created or changed'), value: exactTime(object.changedAt), field: `${prefix}_ctime` },
  ];
}

/** A size with its exact bytes. */
export function sizeFact(bytes: number | string): string {
  return Number(bytes) < 1024 ? exactSize(bytes) : `${size(bytes)} (${exactSize(bytes)})`;
}

/** A time, or `never`. */
export function timeFact(at: number | null): string {
  return at === null ? t('never') : exactTime(at);
}
