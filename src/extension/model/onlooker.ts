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
  /** When the look began since which some of it is on its way to the user, or held back (`lookAt`, as it was then); undefined where all has reached him. */
  owedSince(): number | undefined;
  /** Its look is older than it should be (then, in milliseconds since the epoch), or fresh again. */
  showAge(asOf: number | undefined): void;
}

/** A look may be this old, in milliseconds, whatever the interval. */
const OLD = 10_000;
/** And so many intervals. */
const INTERVALS = 3;
/** Looks that are remembered until it is traced that they are drawn. */
const UNTRACED = 100;
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
  /** When the looks began of which it is not traced that they are drawn, the oldest first. */
  private untraced: number[] = [];
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

  /** When the look began that is drawn, in milliseconds since the epoch; 0 before the first. */
  get lookAt(): number {
    return this.latest?.startedAt ?? 0;
  }

  /** Something reached the user: perhaps all of a look has by now. Where something always moves, the newest look is never all there; an older one is. */
  settle(): void {
    this.settling ??= setImmediate(() => {
      this.settling = undefined;
      if (this.missed || this.untraced.length === 0) return;
      const owed = this.picture.owedSince();
      const drawn = this.untraced.findLast((at) => owed === undefined || at < owed);
      if (drawn === undefined) return;
      this.untraced = this.untraced.filter((at) => at > drawn);
      this.log.trace(`drawn: ${this.picture.traceName}: look of ${drawn}`);
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
    if (whole) this.take(inventory.readAt);
    this.check();
    if (all) picture.drawAll();
    else picture.draw(change);
    this.settle();
  }

  private take(look: Inventory['readAt']): void {
    if (look && look.startedAt !== this.latest?.startedAt)
      this.untraced = [...this.untraced, look.startedAt].slice(-UNTRACED);
    this.latest = look;
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
