/** What could not be looked at of one object, in sentences: what, of whom, why, and what would show it. */
import type { Ref } from '../protocol/ref';
import type { Blind } from '../protocol/snapshot';
import { ofMany } from './values';
import { t } from './translate';

/** One sentence for each part of an object that is hidden; empty where nothing is. */
export function blindSentences(blind: readonly Blind[], ref: Ref): string[] {
  return blind.filter((one) => one.ref === ref && one.count !== 0).map(blindSentence);
}

function blindSentence({ field, code, count }: Blind): string {
  return `${whatText(field, count)} ${whyText(code)}`;
}

function whatText(field: string | undefined, count: number | undefined): string {
  switch (field) {
    case 'waits':
      return ofMany(
        count,
        t('Who waits here is not known of every process that has it.'),
        t('What 1 process that has it waits for is hidden.'),
        (many) => t('What {0} processes that have it wait for is hidden.', many),
      );
    case 'endpoints':
      return ofMany(
        count,
        t('Who has it is not known for certain.'),
        t('1 process that may have it is hidden.'),
        (many) => t('{0} processes that may have it are hidden.', many),
      );
    default:
      return field === undefined
        ? t('A part of it could not be looked at.')
        : t('A part of it could not be looked at ({0}).', field);
  }
}

/** Why, and what would show it. */
export function whyText(code: Blind['code']): string {
  switch (code) {
    case 'denied':
      return t(
        'Linux lets only the same user or root look into a process. To see more, run VS Code (or its server) as that user or as root.',
      );
    case 'yama':
      return t(
        'kernel.yama.ptrace_scope lets a process look only into its children. To see more, run "sudo sysctl kernel.yama.ptrace_scope=0", run VS Code (or its server) as root, or give the Node of the server the capability: "sudo setcap cap_sys_ptrace+ep" and its path.',
      );
    case 'hidepid':
      return t(
        '/proc is mounted with hidepid, which hides the processes of others. To see more, run as root, or as a member of the group that its option gid names.',
      );
    case 'pidNamespace':
      return t(
        'This is a container or another pid namespace: what runs outside of it is beyond its view. To see that, open the machine itself.',
      );
    case 'notMounted':
      return t(
        '/dev/mqueue, which lists the queues, is not mounted, or shows those of another IPC namespace. To see all, mount it (mount -t mqueue none /dev/mqueue, as root), or run as root.',
      );
    case 'unsettled':
      return t('It changed while it was looked at; the next refresh tells.');
    case 'notLooked':
      return t('This version does not look there.');
    case 'cut':
      return t(
        'There is more than is looked at in one search. Name a folder further down in the setting ipcInspector.folders.',
      );
    case 'otherTraffic':
      return t(
        'Only what stays on this machine is inter-process communication: a socket is shown where both its ends are on this host, or where it waits for others. Everything else is left out.',
      );
    case 'otherNetwork':
      return t(
        'Containers and sandboxes have a network of their own. What is bound there is seen only through a process that may be looked at. To see more, run as root.',
      );
    case 'noSockDiag':
      return t(
        'This kernel answers no NETLINK_SOCK_DIAG for them (the modules unix_diag, tcp_diag and udp_diag), so they were read from /proc/net, which tells no peers and fewer queues. To see more, load these modules.',
      );
    case 'otherIpcNamespace':
      return t('System V objects and POSIX queues of another IPC namespace are shown from inside of it.');
    case 'notShown':
      return t('They are no objects of any kind that is shown.');
    case 'inFlight':
      return t('What they lead to belongs to whoever receives them.');
    case 'remote':
      return t('A network or FUSE file system may never answer, so nothing is asked there.');
    default:
      return t('The log says more ("IPC Inspector: Show Log").');
  }
}
