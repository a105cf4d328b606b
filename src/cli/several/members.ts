// `nabla train --members`.

import type { SeveralRun } from './flags.js';

export async function trainMembers(_: SeveralRun): Promise<void> {
  throw new Error('Not built yet.');
}
