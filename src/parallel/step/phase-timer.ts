// A worker's timer of the phases of its steps (gather, forward, …). Each phase ends with a lap, so the laps of a step follow
// one another without a gap and add up to its time. A reading of the clock takes 0.06 to 0.12 µs by itself, seven of them 5 % of
// the shortest steps, and more in the caches: so of short steps only some are timed. Those between are timed as a whole, and
// what a timed one takes longer than they do is the cost of the clock and taken off its laps. Off, a lap is one comparison.
//
// Where the system takes the core away in a timed step, for some milliseconds, that one step outweighs all others: true of the time
// that was spent, but not of where a step spends it. So bursts of steps are also kept apart, and those that were interrupted left out.

/** The phases of a step of one process, in the order in which tables show them; `update` includes the reduction of `partial`. */
const OWN_PHASES = ['gather', 'forward', 'backward', 'update', 'wait'] as const;
/**
 * Those, and what a step has besides where several processes share the run: `exchange`, the time in which a rank's worker 0 sends rows and
 * waits for those of the other ranks, and in which its other workers wait for worker 0 to have them.
 */
export const STEP_PHASES = [...OWN_PHASES, 'exchange'] as const;
export type StepPhase = (typeof STEP_PHASES)[number];
/** A figure for each phase; without `exchange` where there was none. */
export type PhaseFigures = Readonly<Record<(typeof OWN_PHASES)[number], number>> & { readonly exchange?: number };
export const GATHER = 0;
export const FORWARD = 1;
export const BACKWARD = 2;
export const UPDATE = 3;
export const WAIT = 4;
export const EXCHANGE = 5;

/** Microseconds of steps for each one that is timed: its readings then cost less than one part in a hundred. */
const MICROSECONDS_PER_TIMED_STEP = 250;
/** Steps that are timed one after another: among many that are not, a single timed step finds the clock's code out of the caches. */
const BURST = 8;
/** Bursts that are kept apart, the latest ones; numbers of each: its steps, and milliseconds of each phase. */
const MOST_BURSTS = 256;
const BURST_FIELDS = 1 + STEP_PHASES.length;
/** A burst whose steps take so many times as long as those of the middle one was interrupted. */
const INTERRUPTED = 4;
/** Milliseconds that a reading of the clock may seem to take. */
const MOST_READING = 0.0005;
/**
 * Laps that a step may have: gather, forward, wait, forward, backward, wait; exchange, gather, exchange and wait between ranks; then update
 * and wait up to three times. Where layers are sliced, eight more.
 */
const MOST_LAPS = 24;
/** Numbers that a trace keeps of a lap: step, phase, begin, end. */
export const TRACE_FIELDS = 4;

/** Which of a run's steps are to be timed. */
export interface Timing {
  /** Every one of the first steps so many, and every lap of theirs is kept as a trace. */
  readonly traced: number;
  /** One step in so many, a few of them in a row; 0 for none. */
  readonly every: number;
}

/** Which phases there is something to show of. */
export function phasesOf(figures: readonly PhaseFigures[]): readonly StepPhase[] {
  return figures.some(({ exchange }) => exchange !== undefined) ? STEP_PHASES : OWN_PHASES;
}

/** Numbers in the order of STEP_PHASES, by their names. */
export function byPhase(numbers: readonly number[]): PhaseFigures {
  const shown = numbers[EXCHANGE] > 0 ? STEP_PHASES : OWN_PHASES;
  return Object.fromEntries(shown.map((name, k) => [name, numbers[k]])) as PhaseFigures;
}

/** How many steps of so many microseconds there must be for each one that is timed. */
export function thinning(stepMicroseconds: number): number {
  return Math.max(1, Math.ceil(MICROSECONDS_PER_TIMED_STEP / stepMicroseconds));
}

/** Where the time of a series of steps went, on one worker. */
export interface Timings {
  /** Milliseconds of each of STEP_PHASES, over all steps: those of the timed ones times steps / timed. */
  readonly phases: readonly number[];
  /** Of STEP_PHASES in the latest timed steps, as far as nothing interrupted them: where a step spends its time. */
  readonly usual: readonly number[];
  /** Steps done. */
  readonly steps: number;
  /** [laps][TRACE_FIELDS]: numbers of step and phase, begin and end in milliseconds since 1970. */
  readonly trace: Float64Array;
}

export class PhaseTimer {
  /** Milliseconds and laps of each phase. */
  readonly #totals = new Float64Array(STEP_PHASES.length);
  readonly #counts = new Float64Array(STEP_PHASES.length);
  /** The last lap's end, in an array because a fraction in a field is boxed. */
  readonly #last = new Float64Array(1);
  /** Milliseconds of the steps between bursts, and when the last burst ended. */
  readonly #between = new Float64Array(2);
  #timing: Timing | undefined;
  #on = false;
  #trace = new Float64Array(0);
  #kept = 0;
  #steps = 0;
  #timed = 0;
  /** Steps between two bursts, in all. */
  #untimed = 0;
  #burstEnd = 0;
  /** [MOST_BURSTS][BURST_FIELDS], used round and round, and how many there were in all. */
  readonly #bursts = new Float64Array(MOST_BURSTS * BURST_FIELDS);
  #burstCount = 0;
  /** Where the current burst is among them. */
  #burst = 0;

  /** Resets the timer for a series of steps; without `timing` it stays off. */
  start(timing: Timing | undefined): void {
    this.#timing = timing;
    this.#on = false;
    if (!timing) return;
    this.#totals.fill(0);
    this.#counts.fill(0);
    this.#between.fill(0);
    this.#trace = new Float64Array(timing.traced * MOST_LAPS * TRACE_FIELDS);
    this.#kept = 0;
    this.#steps = 0;
    this.#timed = 0;
    this.#untimed = 0;
    this.#burstEnd = 0;
    this.#burstCount = 0;
  }

  /** A step begins here. */
  step(): void {
    if (!this.#timing) return;
    const step = this.#steps++;
    const on = step < this.#timing.traced || step % (this.#timing.every * BURST) < BURST;
    if (on) this.#begin(step);
    else if (this.#on) this.#pause(step);
    this.#on = on;
  }

  #begin(step: number): void {
    const now = performance.now();
    if (!this.#on && this.#burstEnd > 0) {
      this.#between[0] += now - this.#between[1];
      this.#untimed += step - this.#burstEnd;
    }
    if (!this.#on) {
      this.#burst = (this.#burstCount++ % MOST_BURSTS) * BURST_FIELDS;
      this.#bursts.fill(0, this.#burst, this.#burst + BURST_FIELDS);
    }
    this.#bursts[this.#burst]++;
    this.#timed++;
    this.#last[0] = now;
  }

  #pause(step: number): void {
    this.#between[1] = performance.now();
    this.#burstEnd = step;
  }

  /** What has been done since the last lap belongs to this phase. */
  lap(phase: number): void {
    if (!this.#on || !this.#timing) return;
    const begin = this.#last[0];
    const end = performance.now();
    this.#totals[phase] += end - begin;
    this.#counts[phase]++;
    this.#bursts[this.#burst + 1 + phase] += end - begin;
    this.#last[0] = end;
    if (this.#steps <= this.#timing.traced && this.#kept < this.#trace.length) this.#keep(phase, begin, end);
  }

  #keep(phase: number, begin: number, end: number): void {
    this.#trace[this.#kept++] = this.#steps - 1;
    this.#trace[this.#kept++] = phase;
    this.#trace[this.#kept++] = performance.timeOrigin + begin;
    this.#trace[this.#kept++] = performance.timeOrigin + end;
  }

  /** What was measured since `start`; undefined while the timer is off. */
  read(): Timings | undefined {
    if (!this.#timing) return undefined;
    const scale = this.#timed === 0 ? 0 : this.#steps / this.#timed;
    const usual = this.#usualBursts();
    const lap = this.#timeOfLap(usual);
    const lapsOf = (phase: number, steps: number): number => (this.#timed === 0 ? 0 : (this.#counts[phase] * steps) / this.#timed);
    const bare = (milliseconds: number, phase: number, steps: number): number => Math.max(0, milliseconds - lapsOf(phase, steps) * lap);
    return {
      phases: Array.from(this.#totals, (milliseconds, phase) => bare(milliseconds, phase, this.#timed) * scale),
      usual: STEP_PHASES.map((_, phase) => bare(sumOf(usual, 1 + phase), phase, sumOf(usual, 0))),
      steps: this.#steps,
      trace: this.#trace.slice(0, this.#kept),
    };
  }

  /** The latest bursts but those that were interrupted. */
  #usualBursts(): Float64Array[] {
    const bursts = Array.from({ length: Math.min(this.#burstCount, MOST_BURSTS) }, (_, k) =>
      this.#bursts.subarray(k * BURST_FIELDS, (k + 1) * BURST_FIELDS),
    );
    const stepOf = (burst: Float64Array): number => (burst.reduce((sum, field) => sum + field, 0) - burst[0]) / burst[0];
    const middle = bursts.map(stepOf).sort((a, b) => a - b)[(bursts.length - 1) >> 1];
    return bursts.filter((burst) => stepOf(burst) <= INTERRUPTED * middle);
  }

  /** Milliseconds by which each lap makes a step longer: what the steps of these bursts took more than those between, over their laps. */
  #timeOfLap(bursts: readonly Float64Array[]): number {
    const laps = this.#counts.reduce((sum, n) => sum + n, 0) / this.#timed;
    if (this.#timed === 0 || this.#untimed < this.#timed || laps === 0) return 0;
    const step = STEP_PHASES.reduce((sum, _, phase) => sum + sumOf(bursts, 1 + phase), 0) / sumOf(bursts, 0);
    return Math.min(MOST_READING, Math.max(0, step - this.#between[0] / this.#untimed) / laps);
  }
}

function sumOf(bursts: readonly Float64Array[], field: number): number {
  return bursts.reduce((sum, burst) => sum + burst[field], 0);
}
