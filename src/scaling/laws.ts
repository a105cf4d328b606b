// Two laws of scaling, and the curve of measured speed-ups that fits each best. S(N) is the speed with N workers over that
// with one.
//
//   Amdahl      S = N / (1 + σ(N - 1))                  σ: the share of the work that is not shared out
//   universal   S = N / (1 + σ(N - 1) + κN(N - 1))      κ: what each pair of workers costs; with κ > 0 the curve has a top
//   Gustafson   S = N - σ(N - 1)                        for work that grows with the workers
//
// G. M. Amdahl, Validity of the single processor approach, AFIPS 1967; N. J. Gunther, Guerrilla Capacity Planning, 2007,
// chapter 4; J. L. Gustafson, Reevaluating Amdahl's law, CACM 31 (1988).

export interface Law {
  readonly name: 'Amdahl' | 'universal' | 'Gustafson';
  /** Share of the work that is not shared out: contention. */
  readonly sigma: number;
  /** Cost of each pair of workers: coherence. 0 but for the universal law. */
  readonly kappa: number;
  /** The worker count from which on more of them are slower; absent where κ is 0, and more are never slower. */
  readonly best?: number;
}

/** A measured or predicted speed-up. */
export interface SpeedUp {
  readonly workers: number;
  readonly speedUp: number;
}

export function speedUpOf({ name, sigma, kappa }: Law, workers: number): number {
  if (name === 'Gustafson') return workers - sigma * (workers - 1);
  return workers / (1 + sigma * (workers - 1) + kappa * workers * (workers - 1));
}

/**
 * The law for a mini-batch of fixed size: the universal one where at least three worker counts were measured, else Amdahl's,
 * since two points determine one number. Undefined for a single worker count.
 *
 * N/S - 1 = σ(N - 1) + κN(N - 1) is linear in σ and κ: least squares, neither below zero.
 */
export function fitLaw(points: readonly SpeedUp[]): Law | undefined {
  const rows = points.filter(({ workers }) => workers > 1).map(({ workers: N, speedUp }) => ({ u: N - 1, v: N * (N - 1), y: N / speedUp - 1 }));
  if (rows.length === 0) return undefined;
  const sum = (f: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + f(row), 0);
  const [uu, uv, vv, uy, vy] = [sum((r) => r.u * r.u), sum((r) => r.u * r.v), sum((r) => r.v * r.v), sum((r) => r.u * r.y), sum((r) => r.v * r.y)];
  const amdahl: Law = { name: 'Amdahl', sigma: Math.max(0, uy / uu), kappa: 0 };
  if (rows.length === 1) return amdahl;
  const determinant = uu * vv - uv * uv;
  const sigma = (uy * vv - vy * uv) / determinant;
  const kappa = (vy * uu - uy * uv) / determinant;
  if (kappa <= 0) return { ...amdahl, name: 'universal' };
  const bounded = sigma > 0 ? { sigma, kappa } : { sigma: 0, kappa: Math.max(0, vy / vv) };
  if (bounded.kappa === 0) return { name: 'universal', ...bounded };
  return { name: 'universal', ...bounded, best: Math.max(1, Math.sqrt(Math.max(0, 1 - bounded.sigma) / bounded.kappa)) };
}

/** The law for a mini-batch that grows with the workers: S = N - σ(N - 1), by least squares. */
export function fitGrowing(points: readonly SpeedUp[]): Law | undefined {
  const rows = points.filter(({ workers }) => workers > 1);
  if (rows.length === 0) return undefined;
  const uu = rows.reduce((sum, { workers }) => sum + (workers - 1) ** 2, 0);
  const uy = rows.reduce((sum, { workers, speedUp }) => sum + (workers - 1) * (workers - speedUp), 0);
  return { name: 'Gustafson', sigma: Math.max(0, uy / uu), kappa: 0 };
}
