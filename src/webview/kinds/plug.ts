/** What a kind plugs into the frame, besides what `presentation` says of it. */
import type { TemplateResult } from 'lit';
import type { Kind } from '../../protocol/ref';
import type { KindPresentation } from '../../presentation/kinds/kindView';
import type { ObjectOf } from '../../protocol/kinds';
import type { PanelParameters, PanelState } from '../../protocol/pages/object';
import type { PanelModel } from '../panel/model';
import { t } from '../strings';

/** A command of the workbench on the object, in the menu of the header. */
export interface KindCommand {
  label: string;
  icon: string;
  command: PanelParameters<'command'>['command'];
}

/** Written as methods, so that the frame may call the plug of whatever kind its object is. */
export interface KindPanel<K extends Kind> {
  /** What `presentation` says of it. */
  view: KindPresentation<K>;
  /** The commands of the workbench on it. */
  commands?(object: ObjectOf<K>): KindCommand[];
  /** What is said where the panel was restored after a restart of the machine. */
  otherBoot(): string;
  /** When it was last changed, where the kernel keeps that. */
  changedAt?(object: ObjectOf<K>): number;
  /** Who holds it and who waits, where that is more than a list of waiters. */
  sides?(object: ObjectOf<K>, state: PanelState): TemplateResult;
  /** Content, acts and history. */
  body(object: ObjectOf<K>, panel: PanelModel): TemplateResult;
}

/** Opens the questions for what IPC_SET or mq_setattr(3) alters. */
export function alterCommand(): KindCommand {
  return { label: t('Alter...'), icon: 'edit', command: 'alter' };
}
