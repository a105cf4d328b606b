// `nabla train --seeds`.

import type { SeveralRun } from './flags.js';

export async function trainSeeds(_: SeveralRun): Promise<void> {
  throw new Error('Not built yet.');
}
