// From where on something counts as slow, for all that look into a network: in a run, on the command line, in a page.

/**
 * A neuron counts as saturated where |f'(z)| is below this share of f's largest slope: it then learns at less than a twentieth
 * of its best pace. For a sigmoid that is |z| > 4.4, an activation within 0.013 of 0 or 1.
 */
export const SATURATED_SLOPE = 0.05;

/** A weight has a low input where |a_in| is below this: by BP4 it learns at less than a twentieth of its neuron's bias, whose input is 1. */
export const LOW_INPUT = 0.05;

/** An output is wrong where it is further than this from its target. */
export const WRONG = 0.5;
