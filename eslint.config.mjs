// @ts-check
import eslint from '@eslint/js';
import unsanitized from 'eslint-plugin-no-unsanitized';
import tseslint from 'typescript-eslint';

/** What shows text in VS Code without disarming it; only foreign.ts may call it. */
const FOREIGN = [
  [
    "MemberExpression[object.property.name='window'][property.name=/^show(Information|Warning|Error)Message$|^showQuickPick$|^showInputBox$|^createQuickPick$|^createInputBox$|^setStatusBarMessage$|^withProgress$|^createTerminal$/]",
    'Text reaches the UI only through foreign.ts: VS Code renders links and icons even in plain messages.',
  ],
  [
    "NewExpression[callee.property.name='MarkdownString']",
    'Markdown is made in foreign.ts, which disarms what other programs wrote.',
  ],
  [
    "Property[key.name='isTrusted'][value.value=true]",
    'Markdown that may hold foreign text is never trusted.',
  ],
  ["AssignmentExpression[left.property.name='isTrusted'][right.value=true]", 'Never isTrusted: true.'],
  [
    "ImportDeclaration[source.value='vscode'] > ImportSpecifier[imported.name='window']",
    'Import vscode as a whole, so that the rules on its window see every use.',
  ],
].map(([selector, message]) => ({ selector, message }));

const VIEW = [
  {
    selector: "MemberExpression[property.name='view'][object.name='koffi']",
    message: 'koffi.view makes external buffers, which Electron forbids: copy instead.',
  },
  { selector: "ImportSpecifier[imported.name='view']", message: 'koffi.view is forbidden: copy instead.' },
];

/** What may never be answered: only the reader, which can be abandoned, may ask so (src/native/reader). */
const NEVER_HANG = [
  [
    "ImportDeclaration[source.value='node:fs'] > ImportSpecifier[imported.name=/^(stat|lstat|statfs|readdir|opendir|exists|realpath|access|readFile)Sync$/]",
    'A path may come to lead to a server that never answers: walk it (proc/walk.ts, proc/pathResolver.ts), or ask the reader.',
  ],
  [
    'TemplateElement[value.raw=/\\x2f(mem|pagemap|environ|cmdline|smaps)$/]',
    'Memory of another process may be of a file that never answers: ask the reader (proc/processMemory.ts).',
  ],
  [
    'Literal[regex.flags=/m/]',
    'With the flag m a carriage return begins a line too: take lines apart at \\n (proc/fields.ts).',
  ],
].map(([selector, message]) => ({ selector, message }));
/** These ask only /proc, or files of the machine's own; or run in a process that may wait. */
const MAY_ASK = [
  'src/native/reader/child.ts',
  'src/native/proc/{pages,threads,syscall,host,users}.ts',
  'src/native/libc/ftok.ts',
  'src/native/sample/{made,roles}.ts',
  'src/native/mechanisms/{common/kept,stream/descriptorCopy,memory/processRange}.ts',
];

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', 'test/host/node_modules/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', ...VIEW],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowNullish: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A check that the types call needless is what the borders between processes live on.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      // Says that a vscode.Disposable interface is not the class of the same name.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // The one type parameter names what a caller asks for, as in lazy<Arguments, Result>.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    files: ['src/extension/**/*.ts'],
    ignores: ['src/extension/ui/foreign.ts'],
    rules: { 'no-restricted-syntax': ['error', ...VIEW, ...FOREIGN] },
  },
  {
    files: ['src/native/**/*.ts'],
    ignores: MAY_ASK,
    rules: { 'no-restricted-syntax': ['error', ...VIEW, ...NEVER_HANG] },
  },
  { files: ['src/webview/**/*.ts'], ...unsanitized.configs.recommended },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        setImmediate: 'readonly',
        clearTimeout: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
        URL: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        performance: 'readonly',
        module: 'writable',
        require: 'readonly',
      },
    },
  },
);
