/** The one place that writes the HTML of a page. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/**
 * A page: everything from `dist`, nothing inline, nothing from elsewhere. `bundle`: which page it is; `page`: the name of this load of it. The script is a module: what it shares
 * with other pages it imports, and the nonce holds for that too.
 */
export function pageHtml(webview: vscode.Webview, dist: vscode.Uri, bundle: string, page: string): string {
  const nonce = randomBytes(18).toString('base64');
  const from = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
  // The toolkit adds one <style> with the nonce at its start, to learn whether the browser knows :focus-visible.
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<title>IPC Inspector</title>
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<link rel="stylesheet" href="${from('codicon.css')}" id="vscode-codicon-stylesheet">
<link rel="stylesheet" href="${from('panelStyle.css')}">
</head>
<body>
<ipc-panel data-page="${page}"></ipc-panel>
<script type="module" nonce="${nonce}" src="${from(`pages/${bundle}.js`)}"></script>
</body>
</html>`;
}
