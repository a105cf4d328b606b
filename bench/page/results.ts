// bench/results/README.md from the records: every figure there is, each table with the machine that it came from. Pure
// functions of the records.

import { recordBody } from '../../src/report/terminal/record-table.js';
import { reproductionBody } from '../../src/report/terminal/reproduction.js';
import type { BarrierResult } from '../barrier.js';
import type { KernelsResult } from '../kernels.js';
import { figure, range } from '../measure.js';
import { ALL_NETWORKS, describeNetwork } from '../networks.js';
import type { BenchRecord } from '../record.js';
import type { ScalingResult } from '../scaling.js';
import type { StartResult } from '../start.js';
import type { ProfileResult, StepResult } from '../step/results.js';
import { augmentSection } from './augment.js';
import { columnsSection } from './columns.js';
import { csvSection } from './csv.js';
import { epochsSection } from './epochs.js';
import { manySection, searchSection } from './many.js';
import { distinct, source, table } from './markdown.js';
import { peersSection } from './peers.js';
import { playSection } from './play.js';
import { choiceSection, raceSection } from './race.js';
import { linksSection, ranksSection } from './ranks.js';
import type { Sized } from './records.js';
import { checkpointSection, failureSection, largeSection, soakSection } from './runs.js';
import { autoSection, phasesSection, planSection, tuneSection } from './scaling.js';
import { scalingLine, stepLine, usualLine } from './sentences.js';
import { sharingSection } from './sharing.js';

const HEAD = `# Benchmark results

Written by \`npm run bench:page\` from the newest record of each benchmark in this folder ([how they are measured](../README.md)). Figures are medians of alternating
rounds, with minimum and maximum. Compare within a table only: each is one run on one machine.`;

/** The usual machines first, then the others. */
export function resultsPage(sizes: readonly Sized[]): string {
  return `${[HEAD, ...sizes.flatMap(sectionsOf)].join('\n\n')}\n`;
}

function sectionsOf({ cores, records }: Sized): string[] {
  const { peers, race, choice, step, scaling, plan, tune, auto, phases, kernels, barrier, start, checkpoint, soak, failures, reproduce } = records;
  const section = (title: string, record: BenchRecord, body: string): string =>
    `## ${title}${cores === undefined ? '' : `, ${cores} cores`}\n\n${source(record)}\n\n${body}`;
  const { sharing, epochs, large, csv, columns, ranks, links, many, search, augment, play, simard, plain, ciresan } = records;
  const sections = [
    peers &&
      section(
        'Whole training steps beside other software (`npm run bench:peers`)',
        peers,
        `${usualLine(peers.results)}\n\n${peersSection(peers.results)}`,
      ),
    race && section('From command to accuracy (`npm run bench:race`)', race, raceSection(race.results)),
    choice && section('Which recipe suits whom (`npm run bench:race -- --choose`)', choice, choiceSection(choice.results)),
    step && section('One step on one core (`npm run bench:step`)', step, `${stepLine(step.results)}\n\n${stepSection(step.results)}`),
    scaling && section('Workers (`npm run bench:scaling`)', scaling, `${scalingLine(scaling.results)}\n\n${scalingSection(scaling.results)}`),
    plan && section('Predicted beside measured (`npm run bench:plan`)', plan, planSection(plan.results)),
    tune && section('What tune and auto choose (`npm run bench:tune`)', tune, tuneSection(tune.results)),
    auto && section('Auto beside busy processes (`npm run bench:auto`)', auto, autoSection(auto.results)),
    phases && section('The phases against the clock (`npm run bench:phases`)', phases, phasesSection(phases.results)),
    kernels && section('Matrix products on one core (`npm run bench:kernels`)', kernels, kernelsSection(kernels.results)),
    barrier && section('The barrier (`npm run bench:barrier`)', barrier, barrierSection(barrier.results)),
    sharing && section('Two threads that write next to each other (`npm run bench:sharing`)', sharing, sharingSection(sharing.results)),
    start && section('From command to first step (`npm run bench:start`)', start, startSection(start.results)),
    checkpoint && section('What a checkpoint costs (`npm run bench:checkpoint`)', checkpoint, checkpointSection(checkpoint.results)),
    ranks && section('Two processes that share a run (`npm run bench:ranks`)', ranks, ranksSection(ranks.results)),
    links && section('The plan for two hosts (`npm run bench:ranks-links`)', links, linksSection(links.results)),
    failures &&
      section('Runs of several processes in which something fails (`npm run bench:ranks-failures`)', failures, failureSection(failures.results)),
    soak && section('Memory of short epochs (`npm run bench:soak`)', soak, soakSection(soak.results)),
    epochs && section('Epochs of runs with an optimiser (`npm run bench:epochs`)', epochs, epochsSection(epochs.results)),
    large && section('Samples outside the arena (`npm run bench:large`)', large, largeSection(large.results)),
    csv && section('CSV into a table (`npm run bench:csv`)', csv, csvSection(csv.results)),
    many && section('Many networks at once (`npm run bench:many`)', many, manySection(many.results)),
    search && section('The search for good options (`npm run bench:search`)', search, searchSection(search.results)),
    augment && section('What augmentation costs (`npm run bench:augment`)', augment, augmentSection(augment.results)),
    play && section('The page of `nabla play` (`npm run bench:play`)', play, playSection(play.results)),
    columns && section('Columns from one command line (`npm run bench:columns`)', columns, columnsSection(columns.results)),
    simard && `## A record (\`nabla reproduce simard\`)\n\n${recordBody(simard)}`,
    plain && `## Without augmentation (\`nabla reproduce simard-plain\`)\n\n${recordBody(plain)}`,
    ciresan && `## Six layers (\`nabla reproduce ciresan\`)\n\n${recordBody(ciresan)}`,
    reproduce && `## The book's runs (\`nabla reproduce\`)\n\n${reproduce.created.slice(0, 10)}; ${reproductionBody(reproduce)}`,
  ];
  return sections.filter((text) => text !== undefined);
}

function networkTitle(id: string): string {
  const network = ALL_NETWORKS.find((known) => known.id === id);
  return `### ${network ? describeNetwork(network) : id}`;
}

function stepSection(results: readonly StepResult[]): string {
  return results
    .map((result) => [networkTitle(result.network), waysTable(result), ...shareTable(result), phaseTable(result.profiles)].join('\n\n'))
    .join('\n\n');
}

/** The book's claim: a mini-batch as one matrix, against sample by sample. */
function waysTable({ kernels, ways }: StepResult): string {
  const headings = [`kernels ${kernels}, input`, 'as one matrix, samples/s', 'sample by sample', 'ratio'];
  return table(
    headings,
    ways.map(({ input, matrix, samples, ratio }) => [input, figure(matrix.median), figure(samples.median), range(ratio)]),
  );
}

function shareTable({ shares }: StepResult): string[] {
  if (shares.length === 0) return [];
  const headings = ['kernels blas, input', 'samples/s', 'GFLOP/s of the dense products, in the whole step', 'in bare cblas_sgemm', 'share'];
  const rows = shares.map(({ input, speed, step, bare, share }) => [input, figure(speed.median), range(step, 1), range(bare, 1), range(share)]);
  return [table(headings, rows)];
}

function phaseTable(profiles: readonly ProfileResult[]): string {
  const rows = profiles[0].phases.map(({ name }, k) => [name, ...profiles.map(({ phases }) => phases[k].microseconds.toFixed(1))]);
  const sums = profiles.map(({ phases }) => phases.reduce((sum, { microseconds }) => sum + microseconds, 0).toFixed(1));
  return table(['µs a step', ...profiles.map(({ kernels, input }) => `${kernels}, ${input}`)], [...rows, ['together', ...sums]]);
}

function scalingSection(results: readonly ScalingResult[]): string {
  const headings = ['workers', 'kernels', 'gradient', 'samples/s', 'minimum', 'maximum', 'over one worker'];
  return results
    .map(({ network, note, sides }) => {
      const best = new Set(distinct(sides, (side) => side.workers).map((workers) => bestSide(sides.filter((side) => side.workers === workers))));
      const rows = sides.map((side) => {
        const { workers, kernels, gradient, speed, speedUp } = side;
        const rate = best.has(side) ? `**${figure(speed.median)}**` : figure(speed.median);
        return [String(workers), kernels, gradient, rate, figure(speed.minimum), figure(speed.maximum), range(speedUp)];
      });
      const how = note === undefined ? '' : `Measured by ${note}.\n\n`;
      return `${networkTitle(network)}\n\n${how}${table(headings, rows)}\n\nBold: the best setting for that number of workers.`;
    })
    .join('\n\n');
}

function bestSide(sides: ScalingResult['sides']): ScalingResult['sides'][number] {
  return sides.reduce((best, side) => (side.speed.median > best.speed.median ? side : best));
}

function kernelsSection(results: readonly KernelsResult[]): string {
  const sets = distinct(results, ({ kernels }) => kernels);
  const keyOf = ({ S, I, O, product }: KernelsResult): string => `${S} × ${I} × ${O} ${product}`;
  const share = sets.includes('relaxed') && sets.includes('blas');
  const rows = distinct(results, keyOf).map((key) => {
    const cells = sets.map((set) => results.find((result) => keyOf(result) === key && result.kernels === set)?.gflops);
    const [relaxed, blas] = ['relaxed', 'blas'].map((set) => cells[sets.indexOf(set)]?.median ?? Number.NaN);
    return [key, ...cells.map((gflops) => (gflops ? range(gflops, 1) : '')), ...(share ? [(relaxed / blas).toFixed(2)] : [])];
  });
  return table(['S × I × O, GFLOP/s', ...sets, ...(share ? ['relaxed / blas'] : [])], rows);
}

function barrierSection(results: readonly BarrierResult[]): string {
  const [crossings, computing] = [results.filter(({ busy }) => busy === undefined), results.filter(({ busy }) => busy !== undefined)];
  const rows = crossings.map(({ workers, spins, microseconds, bound }) => [
    String(workers),
    String(spins),
    range(microseconds),
    bound === undefined ? '' : String(bound),
  ]);
  const crossed = table(['workers', 'spins', 'µs a crossing', 'bound'], rows);
  if (computing.length === 0) return crossed;
  const besides = computing.map(({ busy, workers, spins, microseconds }) => [String(busy), String(workers), String(spins), range(microseconds)]);
  const head = ['busy processes', 'workers', 'most spins', 'µs of work and a crossing'];
  return `${crossed}\n\nBeside busy processes, with some µs of work before each crossing:\n\n${table(head, besides)}`;
}

function startSection(results: readonly StartResult[]): string {
  return table(
    ['', 'seconds'],
    results.map(({ name, seconds }) => [name, range(seconds)]),
  );
}
