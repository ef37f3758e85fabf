/** The page of an object of a kind that this version does not know. */
import { objectPage } from './main';

objectPage();
