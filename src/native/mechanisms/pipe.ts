/** Anonymous pipes. */
import type { Mechanism } from './mechanism';
import { streamAbilities } from './streamAbilities';
import { StreamReader } from './streams';

const KIND = 'pipe';
const reader = new StreamReader(KIND, (facts) => ({ kind: KIND, ...facts }));

export const pipe: Mechanism<typeof KIND> = {
  kind: KIND,
  read: (look, wanted) => reader.read(look, wanted),
  abilities: streamAbilities(KIND, reader),
};
