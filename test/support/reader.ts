/** Tests that run parts of the helper in their own process have the real one as their reader. */
import { readWith } from '../../src/native/reader/reading';
import { BESIDE } from './helper';

readWith(BESIDE);
