// What the page of `nabla play` leaves out of the trainer that it is made of: parts that mean nothing in a page, or that cost more to load than they
// give on ten thousand digits. Each row has what stands in a module's place, under its names; with it, the bytes that it saves, minified and
// gzipped: of 151,400 in all, 94,900 are left. What is trained, and to which bits, is untouched: tests hold the page's hash against Node's.

import { fileURLToPath } from 'node:url';

const SMALL_D3 = `export * from ${JSON.stringify(fileURLToPath(new URL('../../dist/src/play/small-d3.js', import.meta.url)))};`;

/** By the path of a compiled module or the name of a package. */
const IN_PLACE = {
  // Doubts about settings and data (5,000): on these digits the curves show what they warn of.
  'src/options/doubts/index.js': 'export const settingWarnings = () => [];',
  'src/data/doubts.js': 'export const dataDoubts = () => [];',
  // What a result says to rows of numbers in any form: the page asks the reference, of its own digits (500).
  'src/inference/inputs.js': 'export const inputsOf = undefined;',
  // The test split once more, for figures that the page does not show (4,100).
  'src/inference/test-figures.js': 'export const testFigures = async () => undefined;',
  // What a network that has learnt nothing reaches: the curves show that too (1,000).
  'src/training/nothing-learnt.js': 'export const nothingLearnt = async () => undefined;',
  // Kernels that need a flag of V8, with the test of what they do; a newer Node; a library of the system (4,500).
  'src/kernels/wide.js': 'export const joinsVectors = () => false; export const testWide = () => ({ refused: "a page has none" });',
  'src/scaling/newer-node.js': 'export const newerNodeHint = () => undefined;',
  // Other processes (6,100).
  'src/parallel/ranks/rank-step.js': 'export class RankStep {} export const rowsBetweenLooks = () => 2 ** 30;',
  'src/parallel/ranks/rows.js': `
    export const ALONE = { rank: 0, size: 1 };
    export const rowsOfRank = (m) => ({ begin: 0, end: m });
    export const partOfOthers = () => [];`,
  'src/parallel/ranks/slices.js': `
    import { stride } from '../../kernels/kernels.js';
    import { LINE_FLOATS } from '../../model/layout.js';
    export const linesOfRows = (O) => { let unit = 1; while ((unit * stride(O)) % LINE_FLOATS) unit *= 2; return unit; };
    export const [inputsOfRank, columnsOfRank] = [({ I }) => ({ begin: 0, end: I }), ({ O }) => ({ begin: 0, end: O })];`,
  'src/training/exchange-tally.js': 'export class ExchangeTally { add() {} takeEpoch() {} }',
  // The strategy that other processes are for (900).
  'src/parallel/modes.js': `
    const both = { words: '', takesSparse: true, isTried: true };
    const [partial, owned] = [{ ...both, hasBlocks: true }, { ...both, hasBlocks: false }];
    export const [GRADIENT_MODES, TRIED_GRADIENTS, ACROSS] = [['partial', 'owned'], ['partial', 'owned'], ['auto']];
    export const GRADIENTS = { partial, owned, tree: partial };
    export const fixedShards = (gradient, asked) => (gradient === 'owned' ? undefined : asked);`,
  'src/parallel/step/tree.js': 'export const TreeGradient = undefined;',
  // What Linux says of groups of processes (700).
  'src/system/cgroup.js':
    'export const quotaOfGroups = () => Infinity; export const memoryOfGroups = () => undefined; export const tasksOfGroups = () => Infinity;',
  // Files: of a trace, of a checkpoint, and how often one is written (1,400).
  'src/options/checkpoint-every.js': 'export const checkEvery = (_, value) => value;',
  'src/training/trace.js': 'export const chromeTrace = undefined;',
  'src/training/early-end.js': 'export const keepLastGood = async (error) => error;',
  // Presets of the command line; the page has its own (1,300).
  'src/options/presets.js':
    'export const withPreset = (options) => { if (options.preset !== undefined) throw new RangeError("preset: expected none in this page, which has its own."); return options; }; export const presetText = () => undefined;',
  // Data that a program brings in any form: the page's digits are as they should be (2,600).
  'src/data/given.js': 'export const datasetOfProgram = (data) => data;',
  // Pictures changed while they are trained on (3,600): nothing that chapter 2 speaks of.
  'src/model/augmentation-text.js': `
    import { wrongValue } from '../errors.js';
    export const augmentationOf = (given) => { throw wrongValue('augment', 'none in this page', given, 'Train with it in Node.'); };
    export const augmentationText = undefined;`,
  'src/functions/augmentations.js': `
    export const [AUGMENTATION_NAMES, FOR_ALL_SAMPLES] = [[], []];
    export const [onlyForPictures, keepsZeros] = [() => [], () => true];`,
  'src/model/augmenter.js': 'export const augmentPlanOf = () => undefined; export const augmenterBytes = () => 0; export class Augmenter {}',
  'src/model/augmented-input.js': 'export class AugmentedInput {} export class AugmentedSparseInput {}',
  'src/kernels/scalar/augment.js': 'export const scalarAugment = () => ({});',
  // How files are read: their options are there by name, to be refused (1,300).
  'src/data/reading.js': `
    export const READING = 
      'validation,test,split,splitSeed,target,task,drop,features,categorical,missing,scale,transpose,size,colours,separator,decimal,header'.split(',');
    export const [BYTE_SCALE, readingOf, checkScale, scaleText] = [1 / 255, () => ({}), (_, scale) => scale, String];`,
  'src/options/reading-options.js': `
    import { READING } from '../data/reading.js';
    export const READING_OPTIONS = Object.fromEntries(READING.map((name) => [name, {}]));`,
  // Where the time of a step goes, which the page does not show (900).
  'src/parallel/step/phase-timer.js': `
    export const [GATHER, FORWARD, BACKWARD, UPDATE, WAIT, EXCHANGE, STEP_PHASES, TRACE_FIELDS] = [0, 1, 2, 3, 4, 5, [], 4];
    export const [byPhase, thinning, phasesOf] = [() => ({}), () => 1, () => []];
    export class PhaseTimer { start() {} step() {} lap() {} read() {} }`,
  // Samples outside of the memory that the kernels work on: ten thousand digits have their room there (400).
  'src/model/outside-input.js': `
    import { DenseInput, SparseInput } from './input.js';
    export const stagingBytes = () => 0;
    export const inputOf = (kernels, format, samples, { layout, parameters }) => {
      if (samples.outside) throw new RangeError('layers: expected a network that leaves room for the digits in 4 GB.');
      return new (format === 'sparse' ? SparseInput : DenseInput)(kernels, samples, layout, parameters);
    };`,
  // Limits of a process, and what a system says of errors (1,900).
  'src/system/memory.js': `
    import { machineMemory } from '#platform';
    export const freeMemory = () => ({ bytes: machineMemory(), whose: 'a page can have' });
    export const whyRefused = (bytes, said) => 'memory: ' + bytes + ' bytes were refused (' + said + '). Close other pages.';
    export const [arrayRefused, processLimit] = [() => undefined, () => Infinity];`,
  'src/system-errors.js': 'export const systemText = (thrown) => (thrown instanceof Error ? thrown.message : String(thrown));',
  'src/system/file-kinds.js': 'export const kindOf = () => undefined;',
  // What is likely meant by an option that does not exist, and what is likely wrong where a run diverges (1,500).
  'src/options/unknown-option.js': `
    import { checkOptions } from '../check.js';
    export const checkKnown = (options, names) => checkOptions(options, names, () => '');
    export const proposedOption = () => '';`,
  'fastest-levenshtein': 'export const distance = () => Infinity;',
  'src/training/divergence-hint.js': "export const divergenceHint = ({ eta }) => 'Try a smaller learning rate than η = ' + eta + '.';",
  // Functions that a module of one's own brings, and their test (1,200).
  'src/functions/custom.js': `
    import { wrongValue } from '../errors.js';
    import { ACTIVATION_NAMES, ELEMENTWISE } from './activations.js';
    import { COST_NAMES, costRow } from './costs.js';
    export const activationNames = () => ACTIVATION_NAMES;
    export const costNames = () => COST_NAMES;
    export const activationNamed = (name) => ELEMENTWISE[name];
    export const costNamed = costRow;
    export const ownActivation = () => undefined;
    export const ownCost = ownActivation;
    export const loadFunctions = async ([url]) => { if (url) throw wrongValue('functions', 'none in this page', url); };`,
  // Scales, lines and marks of charts: the few that these charts have (9,500).
  'd3-scale': SMALL_D3,
  'd3-shape': SMALL_D3,
};

/** What rows of options say for the command line alone, as the compiler writes them: their help, and what other tools call them (4,200). */
const OF_ROWS = [
  /^\s+help: (?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`),?$/gm,
  /^\s+(?:also: \[[^\]]*\]|differs: '[^']*'|placeholder: '[^']*'),?$/gm,
];

/** What is loaded when it is needed, and never is in a page, which has no BLAS and no other ranks: it would be a file of its own (200). */
const NEVER_LOADED = /await import\('[./\w]+\/(?:blas|exchange)\.js'\)/;

/** Markup and styles as they are set out in the sources (350). */
const INDENTED = /\n +/g;
const AROUND_SIGNS = /(?<=[:;,{]) | (?=[{}])/g;

/** For the bundler. */
export function leftOut() {
  const used = new Set();
  const rows = Object.entries(IN_PLACE);
  return {
    name: 'left-out',
    load(id) {
      const [found, code] =
        rows.find(([path]) => (path.startsWith('src/') ? id.endsWith(`/dist/${path}`) : id.includes(`/node_modules/${path}/`))) ?? [];
      if (found === undefined) return undefined;
      used.add(found);
      return code;
    },
    transform(code, id) {
      if (/\/dist\/src\/(play|report)\/.*style\.js$/.test(id)) return code.replace(INDENTED, '\n').replace(AROUND_SIGNS, '');
      if (/\/dist\/src\/(play|report)\//.test(id)) return code.replace(INDENTED, '\n');
      if (/\/dist\/src\/.*(options|specification)\.js$/.test(id)) return OF_ROWS.reduce((rest, pattern) => rest.replace(pattern, ''), code);
      return NEVER_LOADED.test(code) ? code.replace(NEVER_LOADED, '{}') : undefined;
    },
    /** A module that was renamed would come back without a word. */
    buildEnd() {
      const unused = rows.map(([path]) => path).filter((path) => !used.has(path));
      if (unused.length > 0) throw new Error(`src/play/left-out.js names what the page does not load: ${unused.join(', ')}`);
    },
  };
}
