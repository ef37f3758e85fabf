/** Facts of objects that are absent since their file could not be reached in this look: how many, and why. */
import { asFailure } from '../../../protocol/errors';
import type { Kind } from '../../../protocol/ref';
import type { Blind } from '../../../protocol/snapshot';

type Why = 'denied' | 'unsettled' | 'remote';

export class Untold {
  private readonly objects = new Map<Why, number>();

  /** One of them. `error`: what was thrown on the way to it. */
  note(error: unknown): void {
    const { code, errno, detail } = asFailure(error);
    const denied = errno === 'EACCES' || errno === 'EPERM';
    const why = denied
      ? 'denied'
      : code === 'unsupported' && detail?.why === 'remote'
        ? 'remote'
        : 'unsettled';
    this.objects.set(why, (this.objects.get(why) ?? 0) + 1);
  }

  /** What is said of these fields, which are absent together. */
  blind(kind: Kind, fields: readonly string[]): Blind[] {
    return [...this.objects].flatMap(([code, count]) =>
      fields.map((field) => ({ kind, field, code, count })),
    );
  }
}
