/** What each room of the extension stands on, besides itself and the names that it shares with package.json. */
const ROOMS = {
  helper: [],
  ui: [],
  model: ['helper'],
  inputs: ['ui'],
  views: ['model', 'ui'],
  acts: ['helper', 'inputs', 'model', 'ui'],
  panels: ['acts', 'inputs', 'model', 'ui'],
  commands: ['acts', 'model', 'panels', 'ui', 'views'],
};

/** The floors of the house, the rooms of the extension, and no cycles. @type {import('dependency-cruiser').IConfiguration} */
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
    ...Object.entries(ROOMS).map(([room, under]) => ({
      name: `extension-room-${room}`,
      severity: 'error',
      from: { path: `^src/extension/${room}/` },
      to: {
        path: '^src/extension/',
        pathNot: [`^src/extension/(${[room, ...under].join('|')})/`, '^src/extension/ids\\.ts$'],
      },
    })),
    {
      name: 'no-loose-files-in-the-extension',
      severity: 'error',
      from: {
        path: '^src/extension/[^/]+\\.ts$',
        pathNot: '^src/extension/(extension|running|deferred|ids)\\.ts$',
      },
      to: {},
    },
    {
      name: 'webview-stands-on-protocol',
      severity: 'error',
      from: { path: '^src/webview/' },
      to: { path: '^src/(?!webview/|protocol/|presentation/)' },
    },
    {
      name: 'a-kind-stands-by-itself',
      comment: 'what several show is in shared/, and that knows none of them',
      severity: 'error',
      from: { path: '^src/webview/kinds/([^/]+)/' },
      to: { path: '^src/webview/kinds/[^/]+/', pathNot: '^src/webview/kinds/($1|shared)/' },
    },
    {
      name: 'koffi-in-libc-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/native/libc/' },
      to: { path: 'node_modules/(koffi|@koromix)/' },
    },
    {
      name: 'toolkit-in-one-folder',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/webview/toolkit/' },
      to: { path: 'node_modules/@vscode/webview-ui-toolkit/' },
    },
    {
      name: 'libc-is-the-ground',
      severity: 'error',
      from: { path: '^src/native/libc/' },
      to: { path: '^src/(?!native/libc/|native/environment\\.ts$|protocol/)' },
    },
    {
      name: 'readers-know-no-census',
      severity: 'error',
      from: { path: '^src/native/(proc|sockdiag|reader)/' },
      to: { path: '^src/native/(?!proc/|sockdiag/|reader/|libc/|environment\\.ts$)' },
    },
    {
      name: 'census-is-handed-its-mechanisms',
      severity: 'error',
      from: { path: '^src/native/census/' },
      to: { path: '^src/native/(mechanisms|waiting|cli)/' },
    },
    {
      name: 'a-family-stands-by-itself',
      comment: 'memory is what System V segments and POSIX objects are made of',
      severity: 'error',
      from: { path: '^src/native/mechanisms/(sysv|posix|memory|stream|socket|process)/' },
      to: {
        path: '^src/native/mechanisms/(sysv|posix|stream|socket|process)/',
        pathNot: '^src/native/mechanisms/$1/',
      },
    },
    {
      name: 'memory-in-what-is-made-of-it',
      severity: 'error',
      from: { path: '^src/native/mechanisms/(stream|socket)/' },
      to: { path: '^src/native/mechanisms/memory/' },
    },
    {
      name: 'common-knows-no-family',
      severity: 'error',
      from: { path: '^src/native/mechanisms/common/' },
      to: { path: '^src/native/mechanisms/(?!common/)' },
    },
    {
      name: 'mechanisms-are-made-in-one-place',
      comment: 'but for what a child of the helper carries out',
      severity: 'error',
      from: { path: '^src/native/', pathNot: '^src/native/(mechanisms|waiting)/' },
      to: { path: '^src/native/mechanisms/(?!index\\.ts$)' },
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
