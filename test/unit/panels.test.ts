/** The parts of the panels that need no browser. */
import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../src/protocol/pages/channel';
import { objectChannel } from '../../src/protocol/pages/object';
import { Bus } from '../../src/webview/bus';
import { hiddenSentence } from '../../src/webview/parts/hidden';

describe('hidden processes', () => {
  const words = { one: 'one', many: (count: string) => count, unknown: 'nobody knows' };
  test('none, one, and nobody knows how many, which is not none', () => {
    expect(hiddenSentence(0, words)).toBeUndefined();
    expect(hiddenSentence(1, words)).toBe('one');
    expect(hiddenSentence('unknown', words)).toBe('nobody knows');
  });
});

/** A page with its bus, and what it said. */
function open(page: string) {
  const said: Envelope[] = [];
  let hear: (data: unknown) => void = () => undefined;
  const port = {
    post: (envelope: Envelope) => void said.push(envelope),
    listen: (heard: typeof hear) => void (hear = heard),
  };
  const bus = new Bus(port, page, objectChannel);
  return { bus, said, hear: (envelope: Envelope) => hear(envelope) };
}

describe('the bus of a page', () => {
  test('an answer to the page before is none to this one', async () => {
    const { bus, said, hear } = open('now');
    const asked = bus.request('destroy', {});
    const [request] = said;
    if (request?.is !== 'request') throw new Error('nothing was asked');
    const { id } = request;
    expect(request.page).toBe('now');
    hear({ is: 'answer', page: 'before', id, data: { done: true } });
    hear({ is: 'answer', page: 'now', id, data: { done: false } });
    expect(await asked).toEqual({ done: false });
  });

  test('nor is an event, nor an answer that makes no sense', async () => {
    const { bus, said, hear } = open('now');
    let heard = 0;
    bus.on('sessions', () => heard++);
    hear({ is: 'event', page: 'before', name: 'sessions', data: {} });
    hear({ is: 'event', page: 'now', name: 'sessions', data: {} });
    expect(heard).toBe(1);
    const asked = bus.request('destroy', {});
    const id = said[0]?.is === 'request' ? said[0].id : 0;
    hear({ is: 'failure', page: 'before', id } as Envelope);
    hear({ is: 'answer', page: 'now', id, data: { done: true } });
    expect(await asked).toEqual({ done: true });
  });

  test('a page that is loaded again asks under other numbers', async () => {
    const first = open('now');
    void first.bus.request('destroy', {});
    await new Promise((resolve) => setTimeout(resolve, 5));
    const later = open('now');
    void later.bus.request('destroy', {});
    const [a, b] = [first, later].map(({ said }) => (said[0]?.is === 'request' ? said[0].id : 0));
    expect(b).toBeGreaterThan(a ?? Infinity);
    expect(Number.isSafeInteger(b)).toBe(true);
  });
});
