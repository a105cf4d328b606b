// The commands, in the order in which the help lists them. A new one is a file beside this and a row here; help, completion and
// exit codes follow.

import type { Command } from 'commander';
import { benchCommand } from './bench.js';
import { checkCommand } from './check.js';
import { compareCommand } from './compare.js';
import { completeCommand } from './complete.js';
import { dataCommand } from './data.js';
import { diagnoseCommand } from './diagnose.js';
import { ensembleCommand } from './ensemble.js';
import { evaluateCommand } from './evaluate.js';
import { explainCommand } from './explain.js';
import { exportCommand } from './export.js';
import { planCommand } from './plan.js';
import { playCommand } from './play.js';
import { predictCommand } from './predict.js';
import { rateCommand } from './rate.js';
import { reportCommand } from './report.js';
import { reproduceCommand } from './reproduce.js';
import { runsCommand } from './runs.js';
import { searchCommand } from './search.js';
import { trainCommand } from './train.js';
import { tuneCommand } from './tune.js';

/** Each makes its command, given the program that it becomes part of. */
export const COMMANDS: readonly ((program: Command) => Command)[] = [
  trainCommand,
  searchCommand,
  rateCommand,
  dataCommand,
  evaluateCommand,
  predictCommand,
  exportCommand,
  ensembleCommand,
  runsCommand,
  compareCommand,
  benchCommand,
  planCommand,
  tuneCommand,
  checkCommand,
  diagnoseCommand,
  explainCommand,
  playCommand,
  reproduceCommand,
  completeCommand,
  reportCommand,
];
