/** Which machine and IPC namespace is shown. */
import type { Host } from '../../protocol/snapshot';
import { t } from '../../presentation/translate';

/** Inode of the initial ipc namespace (PROC_IPC_INIT_INO, include/linux/proc_ns.h). */
const INITIAL = '4026531839';

/** The view's own description. */
export function hostText(host: Host): string {
  return host.ipcNamespace === INITIAL
    ? t('{0}, initial IPC namespace', host.name)
    : t('{0}, IPC namespace {1}', host.name, host.ipcNamespace);
}
