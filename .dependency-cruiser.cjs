/** The floors of the house, and no cycles. @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'ground-floor',
      comment: 'protocol imports nothing but valibot',
      severity: 'error',
      from: { path: '^src/protocol/' },
      to: { pathNot: ['^src/protocol/', 'node_modules/valibot/'] },
    },
    {
      name: 'presentation-stands-on-protocol',
      severity: 'error',
      from: { path: '^src/presentation/' },
      to: { pathNot: ['^src/(presentation|protocol)/', 'node_modules/valibot/'] },
    },
    {
      name: 'diagnosis-stands-on-protocol',
      severity: 'error',
      from: { path: '^src/diagnosis/' },
      to: { pathNot: ['^src/(diagnosis|protocol)/', 'node_modules/valibot/'] },
    },
    {
      name: 'native-stands-on-protocol',
      severity: 'error',
      from: { path: '^src/native/' },
      to: { path: '^src/(?!native/|protocol/|presentation/|diagnosis/)' },
    },
    {
      name: 'extension-stands-on-protocol',
      severity: 'error',
      from: { path: '^src/extension/' },
      to: { path: '^src/(?!extension/|protocol/|presentation/)' },
    },
    {
      name: 'webview-stands-on-protocol',
      severity: 'error',
      from: { path: '^src/webview/' },
      to: { path: '^src/(?!webview/|protocol/|presentation/)' },
    },
    {
      name: 'koffi-in-libc-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/native/libc/' },
      to: { path: 'node_modules/(koffi|@koromix)/' },
    },
    {
      name: 'toolkit-in-one-file',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/webview/toolkit\\.ts$' },
      to: { path: 'node_modules/@vscode/webview-ui-toolkit/' },
    },
    {
      name: 'proc-is-pure-of-mechanisms',
      severity: 'error',
      from: { path: '^src/native/(libc|proc)/' },
      to: { path: '^src/native/(mechanisms|census)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
