/**
 * What views and panels have in common as they look at the inventory, in one place so that none of them goes stale by a way of its own: what
 * happened while one was hidden, or while the inventory had less than it wants, is made up for by drawing all anew; which look is drawn is
 * traced; and one whose look is old says so.
 */
import type * as vscode from 'vscode';
import type { ViewInterest } from './interest';
import type { Inventory, InventoryChange } from './inventory';

/** A view or a panel, as the user sees it. */
export interface Picture {
  /** What the trace calls it. */
  readonly traceName: string;
  readonly visible: boolean;
  /** What it looks at while it is visible; `{}`: at nothing more. */
  wants(): ViewInterest;
  /** Draws all anew, whatever was drawn before. */
  drawAll(): void;
  /** Draws what this change makes different; before it, what is drawn was as the inventory had it. */
  draw(change: InventoryChange): void;
  /** The inventory has less than it wants so far: draws what can be. */
  drawPart(change: InventoryChange): void;
  /** Whether some of it is still on its way to the user, or held back. */
  isBehind(): boolean;
  /** Its look is older than it should be (then, in milliseconds since the epoch), or fresh again. */
  showAge(asOf: number | undefined): void;
}

/** A look may be this old, in milliseconds, whatever the interval. */
const OLD = 10_000;
/** And so many intervals. */
const INTERVALS = 3;
/** Milliseconds for the first look after it came to sight. */
const GRACE = 2000;

/** Since when what is shown is too old; undefined where it is not. All in milliseconds; `shownAt`: when it came to sight. */
export function tooOld(
  now: number,
  { readAt, shownAt, pace }: { readAt: number | undefined; shownAt: number; pace: number },
): number | undefined {
  if (readAt === undefined || now - shownAt < GRACE) return undefined;
  return now - readAt > Math.max(OLD, INTERVALS * pace) ? readAt : undefined;
}

export class Onlooker implements vscode.Disposable {
  /** What is drawn is not what the inventory has, in ways that nobody noted. */
  private missed = true;
  /** The look that was drawn last, or is being drawn. */
  private latest: Inventory['readAt'];
  private traced: Inventory['readAt'];
  private settling: NodeJS.Immediate | undefined;
  private shownAt: number | undefined;
  private asOf: number | undefined;
  private readonly listener: vscode.Disposable;
  private readonly clock: ReturnType<typeof setInterval>;

  constructor(
    private readonly inventory: Inventory,
    private readonly log: vscode.LogOutputChannel,
    private readonly picture: Picture,
  ) {
    this.listener = inventory.onDidChange((change) => this.hear(change));
    this.clock = setInterval(() => this.check(), 1000);
  }

  /** It came to sight, went out of it, or wants something else: tells the inventory what is looked at. */
  look(): void {
    const { visible } = this.picture;
    if (!visible) this.missed = true;
    this.shownAt = visible ? (this.shownAt ?? Date.now()) : undefined;
    this.inventory.look(this, visible ? this.picture.wants() : {});
  }

  /** What is drawn cannot be trusted: the next look draws all. */
  miss(): void {
    this.missed = true;
  }

  /** Whether the next look draws all. */
  get hasMissed(): boolean {
    return this.missed;
  }

  /** Something reached the user: perhaps all has by now. */
  settle(): void {
    this.settling ??= setImmediate(() => {
      this.settling = undefined;
      if (this.missed || this.traced === this.latest || this.picture.isBehind()) return;
      this.traced = this.latest;
      if (this.latest) this.log.trace(`drawn: ${this.picture.traceName}: look of ${this.latest.startedAt}`);
    });
  }

  dispose(): void {
    this.listener.dispose();
    clearInterval(this.clock);
    clearImmediate(this.settling);
    this.inventory.look(this, {});
  }

  private hear(change: InventoryChange): void {
    const { picture, inventory } = this;
    const wants = picture.wants();
    if (!picture.visible || !inventory.covers(wants)) {
      this.missed = true;
      if (picture.visible) picture.drawPart(change);
      return;
    }
    const all = this.missed || change.whole;
    // What is pending is as of before, and comes with another answer.
    const whole = inventory.isWhole(wants);
    this.missed = !whole && change.whole;
    if (whole) this.latest = inventory.readAt;
    this.check();
    if (all) picture.drawAll();
    else picture.draw(change);
    this.settle();
  }

  private check(): void {
    const { picture, inventory, latest, shownAt } = this;
    if (!picture.visible || shownAt === undefined) return;
    const looks = { readAt: latest?.endedAt, shownAt, pace: inventory.pace };
    const asOf = Object.keys(picture.wants()).length === 0 ? undefined : tooOld(Date.now(), looks);
    if (asOf === this.asOf) return;
    this.asOf = asOf;
    picture.showAge(asOf);
  }
}
