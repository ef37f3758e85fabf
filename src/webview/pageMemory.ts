/** What a panel remembers of how it was looked at, over reloads: VS Code keeps it, the host's serializer reads it. */
import * as v from 'valibot';
import { type PageMemory, pageMemory } from '../protocol/pages/frame';

/** Where it is kept: `getState` and `setState` of the page. */
export interface Store {
  getState(): unknown;
  setState(state: unknown): unknown;
}

export class Memory {
  private memory: PageMemory | undefined;
  private view: Record<string, unknown> = {};

  constructor(private readonly store: Store) {}

  /** Takes what the host says of the page. True where it speaks of another object than before: all is forgotten then. */
  take(memory: PageMemory): boolean {
    const before = this.memory?.ref;
    if (before === undefined) this.view = this.stored(memory) ?? memory.view ?? {};
    const other = before !== undefined && before !== memory.ref;
    if (other) this.view = {};
    this.memory = memory;
    this.save();
    return other;
  }

  /** A part of the view; what is not as expected (an older version wrote it) is as if it had never been. */
  get<S extends v.GenericSchema>(part: string, schema: S): v.InferOutput<S> | undefined {
    const parsed = v.safeParse(schema, this.view[part]);
    return parsed.success ? parsed.output : undefined;
  }

  set(part: string, value: unknown): void {
    this.view = { ...this.view, [part]: value };
    this.save();
  }

  private stored({ ref, bootId }: PageMemory): Record<string, unknown> | undefined {
    const parsed = v.safeParse(pageMemory, this.store.getState());
    const same = parsed.success && parsed.output.ref === ref && parsed.output.bootId === bootId;
    return same ? parsed.output.view : undefined;
  }

  private save(): void {
    if (this.memory) this.store.setState({ ...this.memory, view: this.view });
  }
}
