/** The acts on an event counter. */
import { t } from '../../../presentation/translate';
import { grouped } from '../../../presentation/values';
import type { KindActs } from './kindActs';

export const eventfd: KindActs<'eventfd'> = {
  acts: {
    post: {
      report: ({ ask }, { name, parameters, outcome }) =>
        ask.tellBriefly(
          t(
            'Added {0} to {1}; it was {2} right then.',
            grouped(parameters.value),
            name,
            grouped(outcome.result.value),
          ),
        ),
    },
  },
};
