// The words that other tools use for nabla's commands and for what commands alone have options for, and what is said of one that nabla
// does not have. Options of a run have their other words in their rows (option-row.ts). No such word works by itself: one thing has
// one name.

import type { Command } from 'commander';
import { meantBy, type NamedRows, proposal } from '../check.js';
import type { OptionRow } from '../option-row.js';
import { proposedOption } from '../options/unknown-option.js';
import { shellWord } from '../system/shell-word.js';
import { calledAs } from './called.js';
import { TableFlag } from './flags.js';

/** Commands by their names. */
export const COMMANDS: NamedRows = {
  train: { also: ['fit', 'learn', 'run', 'start'] },
  evaluate: { also: ['test', 'eval', 'score', 'validate', 'accuracy', 'assess', 'confusion'] },
  predict: { also: ['infer', 'inference', 'classify', 'recognise', 'forward'] },
  export: { also: ['convert', 'save', 'dump'] },
  ensemble: { also: ['average', 'committee', 'combine', 'blend', 'merge', 'vote', 'bag', 'stack', 'members'] },
  report: { also: ['html', 'plot', 'summary', 'show', 'view', 'visualise', 'page', 'info'] },
  runs: { also: ['list', 'ls', 'history', 'results', 'leaderboard', 'log'] },
  compare: { also: ['diff', 'versus', 'vs', 'ttest', 't-test', 'significance', 'ab-test'] },
  bench: { also: ['benchmark', 'perf', 'speed', 'scaling', 'profile'] },
  plan: { also: ['estimate', 'recommend', 'workers'] },
  tune: { also: ['autotune', 'calibrate'] },
  search: { also: ['sweep', 'optimise', 'hyperopt', 'optuna', 'grid-search', 'random-search', 'hpo'] },
  rate: {
    also: ['lr', 'lr-find', 'lr-finder', 'find-lr', 'lr-range-test', 'range-test', 'learning-rate', 'learning-rate-finder', 'eta', 'find-eta'],
  },
  check: { also: ['gradcheck', 'gradient-check', 'verify', 'check-gradients'] },
  diagnose: { also: ['debug', 'inspect', 'doctor', 'analyse', 'gradients'] },
  explain: { also: ['paths', 'derive'] },
  play: { also: ['playground', 'demo', 'ui', 'gui', 'browser', 'web', 'app', 'open'] },
  reproduce: { also: ['book', 'replicate', 'experiments'] },
  data: { also: ['dataset', 'datasets', 'load', 'describe', 'eda', 'explore', 'columns', 'head'] },
  complete: { also: ['completion', 'completions', 'autocomplete'] },
};

/** Those within a command, by its name. */
const NESTED: Readonly<Record<string, NamedRows>> = {
  data: { get: { also: ['fetch', 'download', 'pull', 'install', 'load'] } },
};

/** Words for what is no command of its own. */
const PARTS_OF_OTHERS: Readonly<Record<string, string>> = {
  resume: 'train --resume RUN',
  continue: 'train --resume RUN',
  watch: 'train --watch',
  serve: 'train --watch',
  onnx: 'export RUN --to onnx',
  help: '--help',
  version: '--version',
  dashboard: 'train --watch',
  prune: 'runs --prune',
  clean: 'runs --prune',
  delete: 'runs --prune',
  remove: 'runs --prune',
  rm: 'runs --prune',
  trace: 'train --trace FILE',
  download: 'data get NAME',
  fetch: 'data get NAME',
  get: 'data get NAME',
};

/** Options that commands have beside those of a run. */
export const FLAGS: NamedRows = {
  out: { also: ['output', 'output-file', 'o', 'dest', 'file', 'save', 'save-to', 'html'] },
  to: { also: ['target', 'type', 'as', 'kind', 'export-format', 'into', 'dir', 'folder'] },
  probabilities: { also: ['proba', 'predict-proba', 'probs', 'scores', 'all-probabilities', 'all-classes'] },
  'with-inputs': { also: ['keep-columns', 'include-inputs', 'passthrough', 'carry', 'keep-inputs', 'with-columns', 'append'] },
  top: { also: ['top-k', 'k', 'n', 'num-classes'] },
  split: { also: ['subset', 'part', 'set', 'on'] },
  mistakes: { also: ['errors', 'worst', 'failures'] },
  scale: { also: ['normalise', 'rescale', 'divide-by'], differs: 'a factor, such as 1/255' },
  fit: { also: ['resize', 'preprocess', 'centre', 'center', 'crop'] },
  invert: { also: ['negative', 'inverse'] },
  label: { also: ['labels', 'target', 'target-column', 'label-column', 'y'] },
  header: { also: ['no-header', 'has-header', 'skip-header', 'names'], differs: 'yes, no or auto' },
  samples: { also: ['num-samples', 'n-samples', 'n', 'examples', 'limit'] },
  weights: { also: ['parameters', 'num-weights'] },
  step: { also: ['h', 'delta', 'eps', 'epsilon'] },
  range: {
    also: ['min-lr', 'max-lr', 'start-lr', 'end-lr', 'lr-range', 'bounds', 'between'],
    differs: 'the least and the largest η, such as 0.001,10',
  },
  rates: { also: ['num-training', 'num-iter', 'iterations', 'steps', 'points', 'n-rates'] },
  seeds: { also: ['repeats', 'n-seeds', 'num-seeds', 'repetitions'] },
  by: { also: ['metric', 'figure', 'score', 'scoring', 'monitor', 'on'] },
  members: { also: ['ensemble', 'n-members', 'n-estimators', 'bagging', 'models'] },
  rounds: { also: ['repeats', 'repetitions', 'trials', 'runs'] },
  seconds: { also: ['duration', 'time'] },
  save: { also: ['out', 'output', 'output-file', 'o', 'json'] },
  html: { also: ['page', 'report'] },
  sheet: { also: ['pictures', 'images', 'preview', 'contact-sheet', 'show-samples', 'grid'] },
  svg: { also: ['drawing', 'picture', 'out', 'output', 'o'] },
  compare: { also: ['baseline', 'against', 'diff'] },
  cores: { also: ['cpus', 'threads'] },
  hosts: { also: ['machines', 'nnodes', 'num-nodes', 'num-hosts', 'servers', 'processes', 'ranks', 'world-size', 'np'] },
  network: { also: ['bandwidth', 'gbit', 'gbps', 'link', 'line', 'net', 'interconnect'], differs: 'Gbit/s, such as 10' },
  config: { also: ['cfg', 'conf', 'config-file', 'params', 'c'] },
  watch: { also: ['live', 'ui', 'dashboard', 'tensorboard', 'serve'] },
  'watch-port': { also: ['port'] },
  port: { also: ['p', 'listen', 'server-port'] },
  'no-open': { also: ['no-browser', 'headless', 'silent', 'open', 'browser'] },
  where: { also: ['filter', 'query', 'select', 'only', 'if', 'w'], differs: 'a condition, such as eta=0.5' },
  state: { also: ['status', 'states'] },
  since: { also: ['after', 'newer', 'newer-than', 'from', 'last'] },
  before: { also: ['until', 'older', 'older-than', 'to'] },
  sort: { also: ['order', 'order-by', 'sort-by', 'by', 's'] },
  prune: { also: ['delete', 'remove', 'rm', 'clean', 'gc'] },
  yes: { also: ['y', 'force', 'confirm', 'no-dry-run', 'f'] },
  'no-keep-best': { also: ['all', 'best-too'] },
  format: { also: ['output-format', 'json'], differs: 'text or json' },
};

/** What to write instead of a command that does not exist, as a sentence; '' where nothing is likely. */
export function proposedCommand(word: string, command: Command): string {
  const { commands, parent } = command;
  if (parent === null && Object.hasOwn(PARTS_OF_OTHERS, word)) return `Write ${calledAs()} ${PARTS_OF_OTHERS[word]}.`;
  const names = commands.map((command) => command.name());
  return proposal(word, names, parent === null ? COMMANDS : NESTED[command.name()], (name) => name);
}

/**
 * The same of an option, with the value that followed it.
 * @param flag as it was typed: --lr, --lr=0.1
 * @param args all arguments of the command line
 */
export function proposedFlag(flag: string, { options }: Command, args: readonly string[]): string {
  const [word, given] = flag.replace(/^-+/, '').split('=');
  const value = given ?? args[args.indexOf(flag) + 1] ?? '-';
  const flags = new Map(options.flatMap((option) => (option.long ? [[option.long.slice(2), option] as const] : [])));
  const choices = (name: string): Pick<OptionRow, 'choices' | 'choiceWords'> => {
    const option = flags.get(name);
    return option instanceof TableFlag ? option.row : {};
  };
  const named = [...flags.keys()].find((name) => choices(name).choices?.includes(word));
  if (named !== undefined) return `Write --${named} ${word}.`;
  const rows: NamedRows = Object.fromEntries(
    [...flags].map(([name, option]) => [name, option instanceof TableFlag ? option.row : (FLAGS[name] ?? {})]),
  );
  return proposedOption(word, [...flags.keys(), 'help'], rows, (name) => {
    const follows = flags.get(name)?.required === true && rows[name].differs === undefined && !value.startsWith('-');
    const { choices: ours = [], choiceWords } = choices(name);
    return `--${name}${follows ? ` ${shellWord(meantBy(value, ours, choiceWords)?.name ?? value)}` : ''}`;
  });
}
