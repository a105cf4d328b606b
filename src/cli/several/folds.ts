// `nabla train --folds`.

import type { SeveralRun } from './flags.js';

export async function trainFolds(_: SeveralRun): Promise<void> {
  throw new Error('Not built yet.');
}
