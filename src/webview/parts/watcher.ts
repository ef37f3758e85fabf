/** What all parts share that read again while somebody watches: the timer, the return to the page, and what an update brought. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { PanelState } from '../../protocol/pages/object';

interface Host extends ReactiveControllerHost {
  readonly state: PanelState;
  readonly refreshes: number;
}

/** The least time between two looks of the timer. */
const LEAST = 250;

export class Watcher implements ReactiveController {
  /** What the update before had. */
  private before: Pick<Host, 'state' | 'refreshes'> | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly shown = () => this.look();

  constructor(
    private readonly host: Host,
    /** Reads again. */
    private readonly read: () => void,
    /** Whether the timer, too, has a reason to read. */
    private readonly isDue: () => boolean = () => true,
  ) {
    host.addController(this);
  }

  /** Whether somebody watches something that is there. */
  get isWatched(): boolean {
    const { status, live } = this.host.state;
    return status === 'present' && live && !document.hidden;
  }

  /** In `willUpdate`: whether somebody asked for a fresh look. */
  get asked(): boolean {
    return this.before !== undefined && this.before.refreshes !== this.host.refreshes;
  }

  /** In `willUpdate`: whether a pause ends. */
  get resumed(): boolean {
    return this.before?.state.live === false && this.host.state.live;
  }

  /** In `willUpdate`: whether what was not there is there again. */
  get returned(): boolean {
    return (
      this.before !== undefined &&
      this.before.state.status !== 'present' &&
      this.host.state.status === 'present'
    );
  }

  /** Reads again if somebody watches. */
  look(): void {
    if (this.isWatched) this.read();
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.shown);
    if (this.before) this.schedule();
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.shown);
    clearInterval(this.timer);
  }

  /** Comes after `willUpdate`. */
  hostUpdate(): void {
    const { state, refreshes } = this.host;
    if (this.before?.state.interval !== state.interval) this.schedule();
    this.before = { state, refreshes };
  }

  private schedule(): void {
    clearInterval(this.timer);
    this.timer = setInterval(
      () => {
        if (this.isDue()) this.look();
      },
      Math.max(LEAST, this.host.state.interval),
    );
  }
}
