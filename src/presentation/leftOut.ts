/** What was found on the machine and is shown in no row, in words: what, and how many. */
import type { Blind } from '../protocol/snapshot';
import { ofMany } from './values';
import { t } from './translate';

/** `3 memfds that one process alone has are not shown`; undefined for what is not about things that were found. */
function leftOutText({ field, code, count }: Blind): string | undefined {
  switch (code) {
    case 'otherTraffic':
      return ofMany(
        count,
        t('sockets whose traffic leaves this machine are left out'),
        t('1 socket whose traffic leaves this machine is left out'),
        (many) => t('{0} sockets whose traffic leaves this machine are left out', many),
      );
    case 'otherIpcNamespace':
      return ofMany(
        count,
        t('other IPC namespaces are not looked into'),
        t('1 other IPC namespace, in which processes live, is not looked into'),
        (many) => t('{0} other IPC namespaces, in which processes live, are not looked into', many),
      );
    case 'inFlight':
      return ofMany(
        count,
        t('descriptors are on their way in sockets: nobody may seem to have what they lead to'),
        t('1 descriptor is on its way in a socket: nobody may seem to have what it leads to'),
        (many) =>
          t('{0} descriptors are on their way in sockets: nobody may seem to have what they lead to', many),
      );
    case 'notShown':
      return notShownText(field, count);
    default:
      return undefined;
  }
}

function notShownText(field: string | undefined, count: number | undefined): string | undefined {
  switch (field) {
    case 'memfds':
      return ofMany(
        count,
        t('memfds that one process alone has are not shown'),
        t('1 memfd that one process alone has is not shown'),
        (many) => t('{0} memfds that one process alone has are not shown', many),
      );
    case 'subfolders':
      return ofMany(
        count,
        t('folders in /dev/shm are not looked into'),
        t('1 folder in /dev/shm is not looked into'),
        (many) => t('{0} folders in /dev/shm are not looked into', many),
      );
    case 'sockets':
      return ofMany(
        count,
        t('sockets that are raw, not bound, of another family or of another network namespace are not shown'),
        t('1 socket that is raw, not bound, of another family or of another network namespace is not shown'),
        (many) =>
          t(
            '{0} sockets that are raw, not bound, of another family or of another network namespace are not shown',
            many,
          ),
      );
    case 'processes':
      return ofMany(
        count,
        t('processes without any of these objects, zombies among them, are not shown'),
        t('1 process without any of these objects, or a zombie, is not shown'),
        (many) => t('{0} processes without any of these objects, zombies among them, are not shown', many),
      );
    default:
      return undefined;
  }
}

/** Those of a kind, or with no kind those of the whole machine. */
export function leftOutTexts(blind: readonly Blind[], kind: Blind['kind']): string[] {
  return blind
    .filter((one) => one.kind === kind && one.ref === undefined && one.count !== 0)
    .flatMap((one) => leftOutText(one) ?? []);
}
