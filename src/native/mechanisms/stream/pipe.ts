/** Anonymous pipes. */
import type { Mechanism } from '../../census/mechanism';
import { streamAbilities } from './abilities';
import { StreamReader } from './reader';

const KIND = 'pipe';

export function makePipe(): Mechanism<typeof KIND> {
  const reader = new StreamReader(KIND, (facts) => ({ kind: KIND, ...facts }));

  return {
    kind: KIND,
    read: (look, wanted) => reader.read(look, wanted),
    abilities: streamAbilities(KIND, reader),
  };
}
