/** When a part of a panel reads again: by its timer, on return to the page, and what an update tells it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PanelState } from '../../src/protocol/pages/object';
import { Watcher } from '../../src/webview/parts/watcher';

const STATE = { status: 'present', live: true, interval: 1000 } as PanelState;

/** An element as Lit updates it: `willUpdate`, then the controllers. */
class Host {
  state = STATE;
  refreshes = 0;
  due = true;
  reads = 0;
  readonly addController = vi.fn();
  readonly removeController = vi.fn();
  readonly requestUpdate = vi.fn();
  readonly updateComplete = Promise.resolve(true);
  readonly watcher = new Watcher(
    this,
    () => this.reads++,
    () => this.due,
  );

  /** What stood in `willUpdate`. */
  update(change: Partial<PanelState> = {}, refreshes = this.refreshes) {
    this.state = { ...this.state, ...change };
    this.refreshes = refreshes;
    const { asked, resumed, returned } = this.watcher;
    this.watcher.hostUpdate();
    return { asked, resumed, returned };
  }

  /** How often it read in so many milliseconds. */
  readsIn(time: number): number {
    const before = this.reads;
    vi.advanceTimersByTime(time);
    return this.reads - before;
  }
}

const NOTHING = { asked: false, resumed: false, returned: false };
const page = Object.assign(new EventTarget(), { hidden: false });
let host: Host;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', page);
  page.hidden = false;
  host = new Host();
  host.watcher.hostConnected();
});
afterEach(() => {
  host.watcher.hostDisconnected();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('the first update brings nothing that was asked, resumed or returned, and starts the timer', () => {
  expect(host.readsIn(5000)).toBe(0);
  expect(host.update({}, 7)).toEqual(NOTHING);
  expect(host.readsIn(5000)).toBe(5);
});

test('what an update brings is told once', () => {
  host.update();
  expect(host.update({}, 1)).toEqual({ ...NOTHING, asked: true });
  expect(host.update()).toEqual(NOTHING);
  expect(host.update({ live: false })).toEqual(NOTHING);
  expect(host.update({ live: true })).toEqual({ ...NOTHING, resumed: true });
  expect(host.update()).toEqual(NOTHING);
  expect(host.update({ status: 'gone' })).toEqual(NOTHING);
  expect(host.update({ status: 'present' })).toEqual({ ...NOTHING, returned: true });
  expect(host.update()).toEqual(NOTHING);
});

test('nothing is read of what is paused, gone, out of sight, or not due', () => {
  host.update();
  host.update({ live: false });
  expect(host.readsIn(5000)).toBe(0);
  host.update({ live: true, status: 'gone' });
  expect(host.readsIn(5000)).toBe(0);
  host.update({ status: 'present' });
  page.hidden = true;
  expect(host.readsIn(5000)).toBe(0);
  page.hidden = false;
  host.due = false;
  expect(host.readsIn(5000)).toBe(0);
  // Who comes back looks, due or not.
  page.dispatchEvent(new Event('visibilitychange'));
  expect(host.reads).toBe(1);
});

test('another interval counts from its update on, and never less than a quarter of a second', () => {
  host.update();
  expect(host.readsIn(900)).toBe(0);
  host.update({ interval: 2000 });
  expect([host.readsIn(1900), host.readsIn(200)]).toEqual([0, 1]);
  // An update without another interval does not put the next look off.
  host.update({ interval: 10 });
  expect(host.readsIn(200)).toBe(0);
  host.update();
  expect(host.readsIn(100)).toBe(1);
});

test('a part that was taken out reads nothing, and goes on where it is put back', () => {
  host.update();
  host.watcher.hostDisconnected();
  expect(host.readsIn(5000)).toBe(0);
  page.dispatchEvent(new Event('visibilitychange'));
  expect(host.reads).toBe(0);
  host.watcher.hostConnected();
  expect(host.readsIn(2000)).toBe(2);
  expect(host.update()).toEqual(NOTHING);
});
