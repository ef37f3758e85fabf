/** The one handle that VS Code gives to a page, which may be asked for only once. */
import type { WebviewApi } from 'vscode-webview';

export const host: WebviewApi<unknown> = acquireVsCodeApi();
