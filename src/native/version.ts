/** The version of the extension, put in by the build from package.json. */
declare const IPC_INSPECTOR_VERSION: string;

export const VERSION: string = IPC_INSPECTOR_VERSION;
