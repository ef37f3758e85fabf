/** What a kind plugs into the frame. */
import type { TemplateResult } from 'lit';
import type { Kind } from '../../protocol/ref';
import type { ObjectOf } from '../../protocol/kinds';
import type { PanelParameters, PanelState } from '../../protocol/panels';
import type { PanelModel } from '../panel/model';
import type { Fact } from '../parts/factTable';

/** A command of the workbench on the object, in the menu of the header. */
export interface KindCommand {
  label: string;
  icon: string;
  command: PanelParameters<'command'>['command'];
}

/** Written as methods, so that the frame may call the plug of whatever kind its object is. */
export interface KindPanel<K extends Kind> {
  readonly icon: string;
  /** What the object is called, at the head of the panel. */
  name(object: ObjectOf<K>, state: PanelState): string | TemplateResult;
  /** `System V queue #3` */
  title(object: ObjectOf<K>): string;
  /** `System V queue`, where no object is known. */
  kindName(): string;
  /** The verb on the button: `Destroy Queue`. Absent, or undefined: it cannot be destroyed. */
  destroy?(object: ObjectOf<K> | undefined): string | undefined;
  /** The commands of the workbench on it. */
  commands?(object: ObjectOf<K>): KindCommand[];
  /** What is said where the panel was restored after a restart of the machine. */
  otherBoot(): string;
  /** When it was last changed, where the kernel keeps that. */
  changedAt?(object: ObjectOf<K>): number;
  /** The key figures. */
  figures(object: ObjectOf<K>, panel: PanelModel): TemplateResult[];
  /** Who holds it and who waits, where that is more than a list of waiters. */
  sides?(object: ObjectOf<K>, state: PanelState): TemplateResult;
  /** Every fact of the kind's own. */
  facts(object: ObjectOf<K>, panel: PanelModel): Fact[];
  /** Content, acts and history. Absent where the kind has facts only. */
  body?(object: ObjectOf<K>, panel: PanelModel): TemplateResult;
}
