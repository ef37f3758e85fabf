/** One of a few. */
import { vsCodeRadio } from '@vscode/webview-ui-toolkit/dist/radio/index.js';
import { vsCodeRadioGroup } from '@vscode/webview-ui-toolkit/dist/radio-group/index.js';
import { provideVSCodeDesignSystem } from '@vscode/webview-ui-toolkit/dist/vscode-design-system.js';

provideVSCodeDesignSystem().register(vsCodeRadio(), vsCodeRadioGroup());
