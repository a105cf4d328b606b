// The parts of the page, in their order. A new one is a file that exports a `Panel` (store.ts), and a row here.

import { digit } from './digit/panel.js';
import { paths } from './paths/panel.js';
import { scalingPanel } from './scaling/panel.js';
import { stepPanel } from './step/panel.js';
import type { Panel } from './store.js';
import { trainingPanel } from './training/panel.js';
import { weightsPanel } from './weights/panel.js';

export const PANELS: readonly Panel[] = [trainingPanel, digit, paths, stepPanel, weightsPanel, scalingPanel];
