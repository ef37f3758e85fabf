/** `npm run fuzz`: a million mutated inputs to every parser (IPC_INSPECTOR_FUZZ says how many, IPC_INSPECTOR_SEED with which seed). A part of it runs with the unit tests. */
import { test } from 'vitest';
import { random } from '../support/inProcess';
import { feed, PARSERS } from '../support/parsers';

const INPUTS = Number(process.env.IPC_INSPECTOR_FUZZ ?? 1_000_000);
const SEED = Number(process.env.IPC_INSPECTOR_SEED ?? Date.now() % 2 ** 31);

for (const parser of PARSERS)
  test(`${parser.name}: ${INPUTS} inputs, seed ${SEED}`, { timeout: 3_600_000 }, () =>
    feed(parser, INPUTS, random(SEED)),
  );
