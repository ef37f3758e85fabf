/** Why something could not be looked at: each cause once, in the lengths that its places have room for. */
import type { Blind } from '../protocol/snapshot';
import { t } from './translate';

interface Cause {
  /** Behind what was not seen, in few words. */
  short: () => string;
  /** In whole sentences, with what would show it. */
  whole: () => string;
  /** What would show it, as a row has room for; absent where nothing helps. */
  row?: () => string;
}

const CAUSES: Readonly<Record<Blind['code'], Cause>> = {
  notLooked: {
    short: () => t('this version does not look there'),
    whole: () => t('This version does not look there.'),
  },
  denied: {
    short: () => t('the kernel refuses'),
    whole: () =>
      t(
        'Linux lets only the same user or root look into a process. To see more, run VS Code (or its server) as that user or as root.',
      ),
    row: () => t('only root may: run as root'),
  },
  yama: {
    short: () => t('the kernel refuses (kernel.yama.ptrace_scope)'),
    whole: () =>
      t(
        'kernel.yama.ptrace_scope lets a process look only into its children. To see more, run "sudo sysctl kernel.yama.ptrace_scope=0", run VS Code (or its server) as root, or give the Node of the server the capability: "sudo setcap cap_sys_ptrace+ep" and its path.',
      ),
    row: () => t('ptrace_scope: sudo sysctl kernel.yama.ptrace_scope=0'),
  },
  hidepid: {
    short: () => t('/proc was mounted with hidepid'),
    whole: () =>
      t(
        '/proc is mounted with hidepid, which hides the processes of others. To see more, run as root, or as a member of the group that its option gid names.',
      ),
    row: () => t('hidepid: run as root'),
  },
  pidNamespace: {
    short: () => t('they are outside this pid namespace'),
    whole: () =>
      t(
        'This is a container or another pid namespace: what runs outside of it is beyond its view. To see that, open the machine itself.',
      ),
  },
  unsettled: {
    short: () => t('it changed while it was looked at'),
    whole: () => t('It changed while it was looked at; the next refresh tells.'),
  },
  noSysvipc: {
    short: () => t('this kernel has no System V IPC, or /proc was mounted with subset=pid'),
    whole: () =>
      t(
        'This kernel has no System V IPC, or /proc was mounted with subset=pid, which leaves /proc/sysvipc out.',
      ),
  },
  cut: {
    short: () => t('there is more than is looked at'),
    whole: () =>
      t(
        'There is more than is looked at in one search. Name a folder further down in the setting ipcInspector.folders.',
      ),
  },
  remote: {
    short: () => t('it lies on a network or FUSE file system, which may never answer'),
    whole: () => t('A network or FUSE file system may never answer, so nothing is asked there.'),
  },
  notMounted: {
    short: () =>
      t(
        'the file system that lists them is not mounted, so those that no process which you may look at has open are missing',
      ),
    whole: () =>
      t(
        '/dev/mqueue, which lists the queues, is not mounted, or shows those of another IPC namespace. To see all, mount it (mount -t mqueue none /dev/mqueue, as root), or run as root.',
      ),
    row: () => t('/dev/mqueue is not mounted: mount it, or run as root'),
  },
  noSockDiag: {
    short: () => t('this kernel has no sock_diag, so less is told of sockets'),
    whole: () =>
      t(
        'This kernel answers no NETLINK_SOCK_DIAG for them (the modules unix_diag, tcp_diag and udp_diag), so they were read from /proc/net, which tells no peers and fewer queues. To see more, load these modules.',
      ),
  },
  otherNetwork: {
    short: () => t('it lives in other network namespaces'),
    whole: () =>
      t(
        'Containers and sandboxes have a network of their own. What is bound there is seen only through a process that may be looked at. To see more, run as root.',
      ),
  },
  otherTraffic: {
    short: () => t('its traffic leaves this host'),
    whole: () =>
      t(
        'Only what stays on this machine is inter-process communication: a socket is shown where both its ends are on this host, or where it waits for others. Everything else is left out.',
      ),
  },
  otherIpcNamespace: {
    short: () => t('it belongs to another IPC namespace'),
    whole: () => t('System V objects and POSIX queues of another IPC namespace are shown from inside of it.'),
  },
  notShown: {
    short: () => t('it is no object of any kind'),
    whole: () => t('They are no objects of any kind that is shown.'),
  },
  inFlight: {
    short: () => t('it is on its way'),
    whole: () => t('What they lead to belongs to whoever receives them.'),
  },
  failed: {
    short: () => t('reading failed'),
    whole: () => t('The log says more ("IPC Inspector: Show Log").'),
  },
};

/** Why, in few words. */
export const shortWhy = (code: Blind['code']): string => CAUSES[code].short();

/** Why, and what would show it. */
export const whyText = (code: Blind['code']): string => CAUSES[code].whole();

/** What would show it, for a row; empty where nothing is to be said. */
export const rowWhy = (code: Blind['code']): string => CAUSES[code].row?.() ?? '';
