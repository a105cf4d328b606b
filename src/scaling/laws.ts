// Laws of scaling, and the curve of measured speed-ups that fits one. S(N) is the speed with N workers over that with one.
//
//   Amdahl      S = N / (1 + σ(N - 1))                  σ: the share of the work that is not shared out
//   universal   S = N / (1 + σ(N - 1) + κN(N - 1))      κ: what each pair of workers costs; with κ > 0 the curve has a top
//   Gustafson   S = N - σ(N - 1)                        for work that grows with the workers
//
// A law is stated only where it says something: of at least three worker counts, since two determine a number and show no law; with
// numbers that it knows (a share is from 0 to 1); where every speed-up lies near it; and about the worker counts that were measured.
//
// G. M. Amdahl, Validity of the single processor approach, AFIPS 1967; N. J. Gunther, Guerrilla Capacity Planning, 2007,
// chapter 4; J. L. Gustafson, Reevaluating Amdahl's law, CACM 31 (1988).

export interface Law {
  readonly name: 'Amdahl' | 'universal' | 'Gustafson';
  /** Share of the work that is not shared out: contention. From 0 to 1. */
  readonly sigma: number;
  /** Cost of each pair of workers as a share of all work: coherence. From 0 to 1, 0 but for the universal law. */
  readonly kappa: number;
  /** The worker count from which on more of them are slower; absent where that is none of those up to the largest measured. */
  readonly best?: number;
}

/** A measured or predicted speed-up. */
export interface SpeedUp {
  readonly workers: number;
  readonly speedUp: number;
}

/** Worker counts, one among them, of which a law can be seen. */
const LEAST_COUNTS = 3;
/** By how much a speed-up may differ from that of its law. Repeated measurements on a quiet machine differ by less. */
const MISFIT = 0.1;

export function speedUpOf({ name, sigma, kappa }: Law, workers: number): number {
  if (name === 'Gustafson') return workers - sigma * (workers - 1);
  return workers / (1 + sigma * (workers - 1) + kappa * workers * (workers - 1));
}

/**
 * The law for a mini-batch of fixed size: the universal one, or Amdahl's where pairs of workers cost nothing. Undefined where neither
 * can be seen or fits.
 *
 * N/S - 1 = σ(N - 1) + κN(N - 1) is linear in σ and κ: least squares, neither below zero.
 */
export function fitLaw(points: readonly SpeedUp[]): Law | undefined {
  if (countsOf(points) < LEAST_COUNTS) return undefined;
  const rows = points.filter(({ workers }) => workers > 1).map(({ workers: N, speedUp }) => ({ u: N - 1, v: N * (N - 1), y: N / speedUp - 1 }));
  const sum = (f: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + f(row), 0);
  const [uu, uv, vv, uy, vy] = [sum((r) => r.u * r.u), sum((r) => r.u * r.v), sum((r) => r.v * r.v), sum((r) => r.u * r.y), sum((r) => r.v * r.y)];
  const determinant = uu * vv - uv * uv;
  const sigma = (uy * vv - vy * uv) / determinant;
  const kappa = (vy * uu - uy * uv) / determinant;
  if (kappa <= 0) return whereItFits({ name: 'Amdahl', sigma: Math.max(0, uy / uu), kappa: 0 }, points);
  const bounded = sigma > 0 ? { sigma, kappa } : { sigma: 0, kappa: Math.max(0, vy / vv) };
  if (bounded.kappa === 0) return whereItFits({ name: 'Amdahl', ...bounded }, points);
  const best = Math.max(1, Math.sqrt(Math.max(0, 1 - bounded.sigma) / bounded.kappa));
  const measured = best <= Math.max(...points.map(({ workers }) => workers));
  return whereItFits({ name: 'universal', ...bounded, ...(measured && { best }) }, points);
}

/** The law for a mini-batch that grows with the workers: S = N - σ(N - 1), by least squares. Undefined where it cannot be seen or does not fit. */
export function fitGrowing(points: readonly SpeedUp[]): Law | undefined {
  if (countsOf(points) < LEAST_COUNTS) return undefined;
  const rows = points.filter(({ workers }) => workers > 1);
  const uu = rows.reduce((sum, { workers }) => sum + (workers - 1) ** 2, 0);
  const uy = rows.reduce((sum, { workers, speedUp }) => sum + (workers - 1) * (workers - speedUp), 0);
  return whereItFits({ name: 'Gustafson', sigma: Math.max(0, uy / uu), kappa: 0 }, points);
}

function countsOf(points: readonly SpeedUp[]): number {
  return new Set(points.map(({ workers }) => workers)).size;
}

function whereItFits(law: Law, points: readonly SpeedUp[]): Law | undefined {
  const near = ({ workers, speedUp }: SpeedUp): boolean => Math.abs(speedUp / speedUpOf(law, workers) - 1) <= MISFIT;
  return law.sigma <= 1 && law.kappa <= 1 && points.every(near) ? law : undefined;
}
