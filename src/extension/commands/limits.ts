/** *Show Limits*: opens the page Limits. */
import { limitsTitle } from '../../presentation/shared';
import { MACHINE } from '../../protocol/ref';
import { COMMANDS } from '../ids';
import type { Command } from './command';

export const limits: Command = {
  id: COMMANDS.limits,
  run: ({ panels }) =>
    panels.showPage(
      { page: 'limits', ref: MACHINE, title: limitsTitle() },
      { keep: false, preserveFocus: false },
    ),
};
