/** Every fact of a socket, with the kernel's own names (sock_diag(7)). */
import type { ObjectOf } from '../../../protocol/kinds';
import { endText, modeNumber, modeText, visible } from '../../../presentation/text';
import { ownerText } from '../../format/names';
import type { PanelModel } from '../../panel/model';
import type { Fact } from '../../parts/factTable';
import { number, t } from '../../strings';
import { type SocketObject, otherEnd, unixName } from './object';
import { queueText, stateLines, stateText } from './words';

export function socketFacts(object: SocketObject, panel: PanelModel): Fact[] {
  const { kind, inode, owner, mode, network, backlog, connections, receiveQueue, sendQueue } = object;
  const other = panel.state && otherEnd(object, panel.state);
  const states = [stateText(object) ?? '', ...stateLines(object).map(({ text }) => text)].filter(Boolean);
  const prefix = kind === 'unix' ? 'udiag' : 'idiag';
  const shut = object.shutdown && [
    ...(object.shutdown.receive ? [] : [t('receives no more')]),
    ...(object.shutdown.send ? [] : [t('sends no more')]),
  ];
  return [
    ...(kind === 'unix' ? unixFacts(object) : inetFacts(object)),
    ...(states.length > 0 ? [{ name: t('State'), value: states.join('; '), field: `${prefix}_state` }] : []),
    ...(backlog
      ? [
          {
            name: t('Backlog'),
            value: t('{0} of {1}', number(backlog.pending), number(backlog.limit)),
            field: `${prefix}_rqueue, ${prefix}_wqueue`,
          },
        ]
      : []),
    ...(connections === undefined ? [] : [{ name: t('Accepted connections'), value: number(connections) }]),
    ...(receiveQueue
      ? [{ name: t('Unread'), value: queueText(receiveQueue).title, field: `${prefix}_rqueue` }]
      : []),
    ...(sendQueue
      ? [{ name: t('Sent, not yet read'), value: queueText(sendQueue).title, field: `${prefix}_wqueue` }]
      : []),
    ...(shut && shut.length > 0
      ? [{ name: t('Shut down'), value: shut.join(', '), field: 'UNIX_DIAG_SHUTDOWN' }]
      : []),
    { name: t('Inode'), value: inode ?? t('none'), field: `${prefix}_ino${kind === 'unix' ? '' : 'de'}` },
    ...(other ? [{ name: t('Inode of the other side'), value: other.inode ?? t('none') }] : []),
    ...(network === undefined ? [] : [{ name: t('Network namespace'), value: network }]),
    ...(owner
      ? [
          {
            name: t('Owner'),
            value: ownerText(owner),
            field: kind === 'unix' ? 'UNIX_DIAG_UID' : 'idiag_uid',
          },
        ]
      : []),
    ...(typeof mode === 'number'
      ? [{ name: t('Mode of the file'), value: `${modeText(mode)} (${modeNumber(mode)})`, field: 'st_mode' }]
      : []),
  ];
}

function unixFacts(object: ObjectOf<'unix'>): Fact[] {
  const { name, type, file, fileOwner, senders, descriptors, peerCredentials } = object;
  const called = unixName(object);
  return [
    ...(called === undefined
      ? []
      : [
          {
            name: name.is === 'path' ? t('Path') : t('Abstract name'),
            value: visible(called),
            field: 'sun_path',
          },
        ]),
    ...(type ? [{ name: t('Type'), value: type, field: 'udiag_type' }] : []),
    ...(file
      ? [
          {
            name: t('File'),
            value: t('device {0}, inode {1}', file.device, file.inode),
            field: 'UNIX_DIAG_VFS',
          },
        ]
      : []),
    ...(fileOwner
      ? [{ name: t('Owner of the file'), value: ownerText(fileOwner), field: 'st_uid, st_gid' }]
      : []),
    ...(senders === undefined
      ? []
      : [{ name: t('Senders'), value: number(senders), field: 'UNIX_DIAG_PEER' }]),
    ...(descriptors === undefined
      ? []
      : [{ name: t('Descriptors on their way'), value: number(descriptors), field: 'scm_fds' }]),
    ...(peerCredentials
      ? [
          {
            name: t('Other side, when it connected'),
            value: t(
              'pid {0}, uid {1}, gid {2}',
              peerCredentials.pid,
              peerCredentials.uid,
              peerCredentials.gid,
            ),
            field: 'SO_PEERCRED',
          },
        ]
      : []),
  ];
}

function inetFacts({ protocol, family, local, remote, onlyV6 }: ObjectOf<'inet'>): Fact[] {
  return [
    { name: t('Protocol'), value: `${protocol} (IPv${family})`, field: 'sdiag_protocol' },
    { name: t('Local'), value: endText(local), field: 'idiag_src, idiag_sport' },
    ...(remote ? [{ name: t('Remote'), value: endText(remote), field: 'idiag_dst, idiag_dport' }] : []),
    ...(onlyV6 === undefined
      ? []
      : [{ name: t('Takes IPv4 too'), value: onlyV6 ? t('no') : t('yes'), field: 'IPV6_V6ONLY' }]),
  ];
}
