/**
 * A listener has no room for one more client, and some wait: for room, or to be accepted. Fires on Unix listeners. Which of them a connect(2) waits at the kernel does not tell: of several full ones none is named. Silent while it is
 * short, and where nobody waits.
 */
import { fullListeners } from '../edges/streams';
import type { Rule } from '../finding';
import type { Verdict } from '../verdict';
import { partiesOf, refsOf, sinceOne, waitersOf } from '../waiters';

export const backlogFull: Rule<'backlogFull'> = {
  seconds: 3,
  cites: 'listen(2), connect(2)',
  find({ outward, waiting, machine }) {
    const full = fullListeners(machine);
    if (full.length === 0) return [];
    const connecting = full.length === 1 ? outward.filter((one) => waitsInConnect(one)) : [];
    return full.flatMap(({ ref, backlog, endpoints = [] }) => {
      const unaccepted = machine
        .of('unix')
        .filter(({ listener, flags }) => listener === ref && flags.includes('unaccepted'))
        .flatMap((client) => waiting.at(client.ref));
      const clients = waitersOf([...connecting, ...unaccepted]);
      if (!backlog || clients.length === 0) return [];
      const holders = partiesOf(endpoints);
      return {
        severity: 'warning',
        ...(connecting.length > 0 && { proof: 'likely', doubts: ['uncertain'] }),
        subjects: [ref, ...refsOf([...clients, ...holders], machine)],
        ...sinceOne(clients),
        parts: { listener: ref, ...backlog, clients, holders },
      };
    });
  },
};

/** Only where the backlog is full a Unix socket waits in its connect. */
function waitsInConnect({ wait, on }: Verdict): boolean {
  return wait?.call === 'connect' && on?.startsWith('unix:') === true;
}
