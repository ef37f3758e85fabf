/** The state of an object as one of its facts. */
import type { FactRecord } from '../facts';
import type { State } from './kindView';
import { stateLabel } from '../shared';

/** All of it in one line; nothing where there is nothing to say. `kernelName`: where it stands. */
export function stateFact<O>(states: (object: O) => readonly State[], kernelName?: string): FactRecord<O> {
  return {
    ...{ key: 'state', label: () => stateLabel() },
    ...(kernelName !== undefined && { kernelName }),
    value: (object) => {
      const said = states(object).map(({ text }) => text);
      return said.length > 0 ? said.join('; ') : undefined;
    },
  };
}
