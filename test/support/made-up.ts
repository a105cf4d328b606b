// People and houses that nobody has met: tables like those of the census (Adult) and of California's districts, whose licences or sizes do
// not fit into the project. The same rows come from test/training/scikit-learn/parity.py, number by number.

/** Numbers from 0 to 1 by a seed (mulberry32), as parity.py draws them. */
export function drawing(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** About normal: the sum of four, to mean 0 and deviation 1. */
const normal = (draw: () => number): number => (draw() + draw() + draw() + draw() - 2) * Math.sqrt(3);
const oneOf = <T>(draw: () => number, all: readonly T[]): T => all[Math.floor(draw() * all.length)];

const WORK = ['Private', 'Private', 'Private', 'Private', 'Private', 'Private', 'Self-emp', 'Local-gov', 'State-gov', 'Federal-gov'];
const MARITAL = ['Married', 'Married', 'Married', 'Never-married', 'Never-married', 'Divorced', 'Widowed'];
const OCCUPATION = ['Exec', 'Prof', 'Craft', 'Sales', 'Service', 'Clerical', 'Farming'];

/** @returns CSV with the target 'income', of two classes */
export function madeUpPeople(rows: number, seed: number): string {
  const draw = drawing(seed);
  const lines = Array.from({ length: rows }, () => {
    const age = Math.round(Math.min(90, Math.max(17, 38 + 13 * normal(draw))));
    const [work, education, marital, occupation] = [oneOf(draw, WORK), 1 + Math.floor(16 * draw()), oneOf(draw, MARITAL), oneOf(draw, OCCUPATION)];
    const sex = draw() < 0.67 ? 'Male' : 'Female';
    const gain = draw() < 0.08 ? Math.floor(20_000 * draw() * draw()) : 0;
    const hours = Math.round(Math.min(99, Math.max(1, 40 + 12 * normal(draw))));
    const years = age - 38;
    const skilled = occupation === 'Exec' || occupation === 'Prof' ? 1 : 0;
    const married = marital === 'Married' ? 1.9 : 0;
    const z = -7.2 + 0.33 * education + 0.04 * years - 0.0012 * years * years + 0.03 * hours + married + 0.8 * skilled + 0.0003 * gain;
    const income = draw() < 1 / (1 + Math.exp(-z)) ? '>50K' : '<=50K';
    return [age, work, education, marital, occupation, sex, gain, hours, income].join();
  });
  return `age,workclass,education,marital,occupation,sex,gain,hours,income\n${lines.join('\n')}\n`;
}

/** @returns CSV with the target 'value', a number */
export function madeUpHouses(rows: number, seed: number): string {
  const draw = drawing(seed);
  const lines = Array.from({ length: rows }, () => {
    const income = Math.exp(1.25 + 0.45 * normal(draw));
    const age = 1 + Math.floor(52 * draw());
    const rooms = Math.max(1, 5.4 + 1.2 * normal(draw));
    const occupancy = Math.max(1, 3 + 0.7 * normal(draw));
    const latitude = 32.5 + 9.5 * draw();
    const longitude = -114.3 - 0.9 * (latitude - 32.5) + normal(draw);
    const coast = Math.exp(-((longitude + 122 + 0.8 * (latitude - 37.7)) ** 2) / 4);
    const value = 0.45 * income + 0.009 * age + 0.08 * rooms - 0.25 * (occupancy - 3) + 1.1 * coast + 0.45 * normal(draw);
    return [income, age, rooms, occupancy, latitude, longitude, Math.min(5, Math.max(0.15, value))].map((x) => x.toFixed(4)).join();
  });
  return `income,age,rooms,occupancy,latitude,longitude,value\n${lines.join('\n')}\n`;
}
