/** Every fact of a pipe or FIFO. */
import { modeNumber, modeText, visible } from '../../../presentation/text';
import { ownerText } from '../../format/names';
import type { PanelModel } from '../../panel/model';
import type { Fact } from '../../parts/factTable';
import { t } from '../../strings';
import { sizeFact } from '../common';
import { madeBy } from './figures';
import type { StreamObject } from './object';
import { stateLines } from './states';

export function streamFacts(object: StreamObject, panel: PanelModel): Fact[] {
  const { unread, capacity, inode, owner, mode } = object;
  const made = madeBy(object, panel);
  const lines = stateLines(object).map(({ text }) => text);
  const hidden = t('hidden, or not looked at');
  const open = !object.flags.includes('fileOnly') && !object.flags.includes('deletedOrReplaced');
  return [
    ...(object.kind === 'fifo' ? [{ name: t('Path'), value: visible(object.path) || t('not known') }] : []),
    ...(lines.length > 0 ? [{ name: t('State'), value: lines.join('; ') }] : []),
    ...(open
      ? [
          { name: t('Unread'), value: unread === undefined ? hidden : sizeFact(unread), field: 'FIONREAD' },
          {
            name: t('Capacity'),
            value: capacity === undefined ? hidden : sizeFact(capacity),
            field: 'F_GETPIPE_SZ',
          },
        ]
      : []),
    ...(made ? [{ name: t('Made by, most likely'), value: made }] : []),
    ...(object.kind === 'fifo' && object.device !== undefined
      ? [{ name: t('Device'), value: object.device, field: 'st_dev' }]
      : []),
    ...(inode === undefined ? [] : [{ name: t('Inode'), value: inode, field: 'st_ino' }]),
    ...(owner === undefined ? [] : [{ name: t('Owner'), value: ownerText(owner), field: 'st_uid, st_gid' }]),
    ...(mode === undefined
      ? []
      : [{ name: t('Mode'), value: `${modeText(mode)} (${modeNumber(mode)})`, field: 'st_mode' }]),
  ];
}
