// The parts of the page, in their order. A new one is a file that exports a `Panel` (store.ts), and a row here.

import { scalingPanel } from './scaling/panel.js';
import type { Panel } from './store.js';
import { trainingPanel } from './training/panel.js';

export const PANELS: readonly Panel[] = [trainingPanel, scalingPanel];
