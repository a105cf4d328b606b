// Learning rate schedules: what η is multiplied with in a step, as a function of the step alone, so that any worker can work it
// out and a run can go on from any point. `halve` depends on the validation, and is decided by training/rate-and-stopping.ts.

export const SCHEDULE_NAMES = ['constant', 'step', 'halve', 'cosine', 'restarts'] as const;
export type ScheduleName = (typeof SCHEDULE_NAMES)[number];
/** What other tools call them. */
export const SCHEDULE_WORDS: Readonly<Record<ScheduleName, { readonly also: readonly string[] }>> = {
  constant: { also: ['none', 'fixed', 'const'] },
  step: { also: ['step-lr', 'steps', 'step-decay', 'piecewise', 'staircase'] },
  halve: { also: ['plateau', 'reduce-on-plateau', 'reduce-lr-on-plateau', 'adaptive'] },
  cosine: { also: ['cosine-annealing', 'cosine-decay', 'cosine-annealing-lr', 'cosine-schedule', 'one-cycle'] },
  restarts: { also: ['sgdr', 'warm-restarts', 'cosine-restarts', 'cosine-annealing-warm-restarts', 'cyclic', 'cosine-decay-restarts'] },
};

export type Schedule =
  | { readonly kind: 'constant' }
  /** η is multiplied with `factor` after every so many epochs. */
  | { readonly kind: 'step'; readonly every: number; readonly factor: number }
  /** η is halved whenever the validation has not improved for so many epochs; at 1/128 of it the run ends (book, chapter 3). */
  | { readonly kind: 'halve'; readonly patience: number }
  /** η rises from 0 over the first epochs, then falls to 0 along half a cosine (Loshchilov and Hutter 2017, without restarts). */
  | { readonly kind: 'cosine'; readonly warmUp: number }
  /**
   * η falls to 0 along half a cosine over the `first` epochs, is at once what it was, and falls again, over `factor` times as many epochs
   * each time: T₀ and T_mult of I. Loshchilov and F. Hutter, SGDR: stochastic gradient descent with warm restarts (ICLR 2017), equation 5
   * with η_min = 0.
   */
  | { readonly kind: 'restarts'; readonly first: number; readonly factor: number };

export type Restarts = Schedule & { readonly kind: 'restarts' };

/** Whether η is another one from step to step, beside what is decided between epochs. */
export const changesBySteps = ({ kind }: Schedule): boolean => kind === 'step' || kind === 'cosine' || kind === 'restarts';

/** What η is multiplied with in step t, from 0, of a run of so many epochs of so many steps. */
export function rateFactor(schedule: Schedule, t: number, epochs: number, stepsPerEpoch: number): number {
  if (schedule.kind === 'step') {
    const drops = Math.floor(Math.floor(t / stepsPerEpoch) / schedule.every);
    return power(schedule.factor, drops);
  }
  if (schedule.kind === 'cosine') {
    const rising = schedule.warmUp * stepsPerEpoch;
    if (t < rising) return (t + 1) / (rising + 1);
    return 0.5 * (1 + cosinePi((t - rising) / (epochs * stepsPerEpoch - rising)));
  }
  if (schedule.kind === 'restarts') {
    const begin = fallAt(schedule, t, stepsPerEpoch);
    return 0.5 * (1 + cosinePi((t - begin) / fallLength(schedule, begin, stepsPerEpoch)));
  }
  return 1;
}

/** Where the fall of η begins that t is in, of `restarts`, in the unit of t, of which an epoch has so many. */
export function fallAt({ first, factor }: Restarts, t: number, ofEpoch = 1): number {
  let length = first * ofEpoch;
  if (factor === 1) return t - (t % length);
  let begin = 0;
  for (; begin + length <= t; length *= factor) begin += length;
  return begin;
}

/** How long a fall is that begins there: T₀, and T_mult times as much each time, is T₀ + (T_mult - 1) of all before it. */
export function fallLength({ first, factor }: Restarts, begin: number, ofEpoch = 1): number {
  return first * ofEpoch + (factor - 1) * begin;
}

/** x^n for whole n ≥ 0, by squaring: the same bits everywhere, which Math.pow does not promise. */
export function power(x: number, n: number): number {
  let [result, square] = [1, x];
  for (let k = n; k > 0; k = Math.floor(k / 2)) {
    if (k % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** cos πx for x in [0, 1], by its series around ½: the same bits everywhere, which Math.cos does not promise. */
function cosinePi(x: number): number {
  const u = Math.PI * (0.5 - x);
  const u2 = u * u;
  let sum = 0;
  // sin u = u (1 - u²/(2·3) (1 - u²/(4·5) (1 - …)))
  for (let k = 21; k >= 1; k -= 2) sum = 1 - (u2 / ((k + 1) * (k + 2))) * sum;
  return u * sum;
}
