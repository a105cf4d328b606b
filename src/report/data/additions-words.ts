// What the members of an average add to it, as people read it in a terminal and on a page: a row for each, and sentences that say which of it is
// more than luck and how often members disagree.

import type { Addition, MemberAddition, SplitAdditions } from '../../experiments/members/events.js';
import { count, fixed, listed, percent } from '../../text.js';

/** Below it, shared among all members, what one adds is taken for more than luck: of twenty that add nothing one in twenty would pass it. */
const LEVEL = 0.05;

interface AdditionColumn {
  readonly head: string;
  readonly text: (member: MemberAddition) => string;
}

const between = ({ interval }: Addition, text: (value: number) => string): string => (interval ? interval.map(text).join(' to ') : '–');
const costText = (value: number): string => value.toPrecision(4);
const points = (share: number): string => fixed(100 * share, 2);
const signed = (text: string): string => (text.startsWith('-') || Number.parseFloat(text) === 0 ? text : `+${text}`);
const lessCost = ({ cost, without }: MemberAddition): string => (without.cost === 0 ? '–' : signed(percent(cost.mean / without.cost, 1)));
const ofClasses = (use: (accuracy: Addition, member: MemberAddition) => string) => (member: MemberAddition) =>
  member.accuracy ? use(member.accuracy, member) : '–';

const OF_CLASSES: readonly AdditionColumn[] = [
  { head: 'alone', text: ({ alone }) => percent(alone.accuracy ?? 0, 2) },
  { head: 'without it', text: ({ without }) => percent(without.accuracy ?? 0, 2) },
  { head: 'adds', text: ofClasses(({ mean }) => signed(points(mean))) },
  { head: 'between', text: ofClasses((accuracy) => between(accuracy, points)) },
  { head: 'p', text: ofClasses(({ p }) => pText(p)) },
  { head: 'less cost', text: lessCost },
];
const OF_NUMBERS: readonly AdditionColumn[] = [
  { head: 'cost alone', text: ({ alone }) => costText(alone.cost) },
  { head: 'without it', text: ({ without }) => costText(without.cost) },
  { head: 'less cost', text: lessCost },
  { head: 'between', text: (member) => between(member.cost, (value) => (member.without.cost === 0 ? '–' : percent(value / member.without.cost, 1))) },
  { head: 'p', text: ({ cost }) => pText(cost.p) },
];

const columnsOf = ({ disagreement }: SplitAdditions): readonly AdditionColumn[] => (disagreement ? OF_CLASSES : OF_NUMBERS);

/** 'alone', 'without it', … */
export function additionHeads(split: SplitAdditions): string[] {
  return columnsOf(split).map(({ head }) => head);
}

/** The cells of each member. */
export function additionRows(split: SplitAdditions): string[][] {
  return split.members.map((member) => columnsOf(split).map(({ text }) => text(member)));
}

export const ADDS_MEANING =
  'Adds: points of accuracy by which the average is better with the member than without it, between bounds that hold 95 times of 100; p: how likely so much is by luck, from the samples that only one of the two has right (McNemar).';
export const LESS_COST_MEANING =
  'Less cost: by how much of itself the cost of the average is smaller with the member, between bounds that hold 95 times of 100; p: how likely so much is by luck (Student, in pairs).';

/** Which members add more than luck, and which take away. */
export function luckText(split: SplitAdditions): string {
  const K = split.members.length;
  const sure = split.members.flatMap((member, k) => {
    const { mean, p } = member.accuracy ?? member.cost;
    return p !== null && p < LEVEL / K ? [{ name: String(k + 1), better: mean > 0 }] : [];
  });
  const adding = sure.filter(({ better }) => better).map(({ name }) => name);
  const hurting = sure.filter(({ better }) => !better).map(({ name }) => name);
  const limit = `p below 0.05 / ${K}`;
  if (sure.length === 0)
    return `What any single member adds could be luck on these ${count(split.samples)} ${split.split} samples: none has ${limit}.`;
  const parts = [
    ...(adding.length > 0 ? [`${called(adding)} ${adding.length === 1 ? 'adds' : 'add'} more than luck (${limit})`] : []),
    ...(hurting.length > 0 ? [`without ${called(hurting).toLowerCase()} the average is better, by more than luck (${limit})`] : []),
  ];
  const rest = K - sure.length;
  const others = rest === 0 ? '' : ` What ${rest === 1 ? 'the other one adds' : `each of the other ${count(rest)} adds`} could be luck.`;
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.${others}`;
}

const called = (numbers: readonly string[]): string => `${numbers.length === 1 ? 'Member' : 'Members'} ${listed(numbers)}`;

/** '3.2 % of the samples …'; undefined where targets are numbers. */
export function disagreementText({ disagreement }: SplitAdditions): string | undefined {
  if (!disagreement) return undefined;
  const pairs = disagreement.flatMap((row, m) => row.slice(m + 1).map((share, k) => ({ share, names: `${m + 1} and ${m + 2 + k}` })));
  const sorted = pairs.toSorted((a, b) => a.share - b.share);
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  const mean = pairs.reduce((sum, { share }) => sum + share, 0) / pairs.length;
  const of = pairs.length === 1 ? '' : `: least ${least.names} (${percent(least.share, 2)}), most ${most.names} (${percent(most.share, 2)})`;
  return `Two members name different classes for ${percent(mean, 2)} of the samples${pairs.length === 1 ? '' : ' in the mean'}${of}.`;
}

function pText(p: number | null): string {
  if (p === null) return '–';
  return p < 1e-4 ? '< 0.0001' : String(Number(p.toPrecision(2)));
}
