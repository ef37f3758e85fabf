/** A small chart of a figure over the time that this panel has looked. */
import { type TemplateResult, nothing, svg, html } from 'lit';

/** How many values a chart keeps, and so its width in steps. */
export const SPARK_MOST = 60;
const HEIGHT = 16;

/** The chart of `values`, the newest last, from zero to `top` (or to the largest value). */
export function sparkline(
  values: readonly number[],
  label: string,
  top = 0,
): TemplateResult | typeof nothing {
  if (values.length === 0) return nothing;
  const most = Math.max(top, ...values, 1);
  const start = SPARK_MOST - values.length;
  // A value that is not zero is seen, however small beside the largest.
  const y = (value: number) => HEIGHT - (value === 0 ? 0.5 : Math.max(1.5, (value / most) * HEIGHT));
  const steps = values.map(
    (value, at) => `${at === 0 ? 'M' : 'L'}${start + at} ${y(value).toFixed(1)}H${start + at + 1}`,
  );
  const path = steps.join('');
  return html`<svg
    class="spark"
    viewBox="0 0 ${SPARK_MOST} ${HEIGHT}"
    preserveAspectRatio="none"
    role="img"
    aria-label=${label}
  >
    ${svg`<path class="spark-area" d="${path}V${HEIGHT}H${start}Z"></path><path class="spark-line" d=${path}></path>`}
  </svg>`;
}
