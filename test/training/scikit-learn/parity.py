# What scikit-learn's networks reach on the sets of own-data.test.ts with the same rows for training and test: columns of numbers
# standardised, words one-hot, and the defaults of MLPClassifier and MLPRegressor but for max_iter, with which they converge.
# scikit-learn 1.9, pandas 3. Prints the scores, a list for each set with one for each split; scores.json holds them.
import json
import math
import warnings
from pathlib import Path

import pandas as pd
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings('ignore')
SPLITS = 10
FIXTURES = Path(__file__).parent.parent.parent / 'fixtures'
M = 0xFFFFFFFF


def drawing(seed):
    """test/support/made-up.ts"""
    state = seed

    def draw():
        nonlocal state
        state = (state + 0x6D2B79F5) & M
        mixed = ((state ^ (state >> 15)) * (state | 1)) & M
        mixed ^= (mixed + (((mixed ^ (mixed >> 7)) * (mixed | 61)) & M)) & M
        return ((mixed ^ (mixed >> 14)) & M) / 2**32

    return draw


def normal(draw):
    return (draw() + draw() + draw() + draw() - 2) * math.sqrt(3)


def one_of(draw, choices):
    return choices[math.floor(draw() * len(choices))]


WORK = ['Private'] * 6 + ['Self-emp', 'Local-gov', 'State-gov', 'Federal-gov']
MARITAL = ['Married'] * 3 + ['Never-married'] * 2 + ['Divorced', 'Widowed']
OCCUPATION = ['Exec', 'Prof', 'Craft', 'Sales', 'Service', 'Clerical', 'Farming']


def people(rows, seed):
    draw, table = drawing(seed), []
    for _ in range(rows):
        age = math.floor(min(90, max(17, 38 + 13 * normal(draw))) + 0.5)
        work, education, marital, occupation = one_of(draw, WORK), 1 + math.floor(16 * draw()), one_of(draw, MARITAL), one_of(draw, OCCUPATION)
        sex = 'Male' if draw() < 0.67 else 'Female'
        gain = math.floor(20_000 * draw() * draw()) if draw() < 0.08 else 0
        hours = math.floor(min(99, max(1, 40 + 12 * normal(draw))) + 0.5)
        years, skilled, married = age - 38, occupation in ('Exec', 'Prof'), 1.9 if marital == 'Married' else 0
        z = -7.2 + 0.33 * education + 0.04 * years - 0.0012 * years * years + 0.03 * hours + married + 0.8 * skilled + 0.0003 * gain
        table.append([age, work, education, marital, occupation, sex, gain, hours, '>50K' if draw() < 1 / (1 + math.exp(-z)) else '<=50K'])
    return pd.DataFrame(table, columns=['age', 'workclass', 'education', 'marital', 'occupation', 'sex', 'gain', 'hours', 'income'])


def houses(rows, seed):
    draw, table = drawing(seed), []
    for _ in range(rows):
        income, age = math.exp(1.25 + 0.45 * normal(draw)), 1 + math.floor(52 * draw())
        rooms, occupancy = max(1, 5.4 + 1.2 * normal(draw)), max(1, 3 + 0.7 * normal(draw))
        latitude = 32.5 + 9.5 * draw()
        longitude = -114.3 - 0.9 * (latitude - 32.5) + normal(draw)
        coast = math.exp(-((longitude + 122 + 0.8 * (latitude - 37.7)) ** 2) / 4)
        value = 0.45 * income + 0.009 * age + 0.08 * rooms - 0.25 * (occupancy - 3) + 1.1 * coast + 0.45 * normal(draw)
        table.append([round(x, 4) for x in (income, age, rooms, occupancy, latitude, longitude, min(5, max(0.15, value)))])
    return pd.DataFrame(table, columns=['income', 'age', 'rooms', 'occupancy', 'latitude', 'longitude', 'value'])


def for_test(rows, split):
    """A quarter of them, the first of an order that is drawn by the split's number."""
    draw, order = drawing(split), list(range(rows))
    for k in range(rows - 1, 0, -1):
        other = math.floor(draw() * (k + 1))
        order[k], order[other] = order[other], order[k]
    return set(order[: rows // 4])


SETS = {
    'iris': pd.read_csv(FIXTURES / 'iris.csv'),
    'wine': pd.read_csv(FIXTURES / 'wine.csv'),
    'breast-cancer': pd.read_csv(FIXTURES / 'breast-cancer.csv'),
    'people': people(2000, 1),
    'houses': houses(2000, 1),
}

scores = {}
for name, table in SETS.items():
    target = table.columns[-1]
    words = [k for k in table.columns[:-1] if not pd.api.types.is_numeric_dtype(table[k])]
    numbers = [k for k in table.columns[:-1] if k not in words]
    scores[name] = []
    for split in range(SPLITS):
        kept = for_test(len(table), split)
        mask = [row in kept for row in range(len(table))]
        test, training = table[mask], table[[not one for one in mask]]
        prepared = make_column_transformer((StandardScaler(), numbers), (OneHotEncoder(handle_unknown='ignore'), words))
        classes = not pd.api.types.is_numeric_dtype(table[target])
        options = dict(random_state=split, max_iter=1000)
        network = MLPClassifier(**options) if classes else TransformedTargetRegressor(MLPRegressor(**options), transformer=StandardScaler())
        fitted = make_pipeline(prepared, network).fit(training.drop(columns=target), training[target])
        scores[name].append(round(float(fitted.score(test.drop(columns=target), test[target])), 6))
print('{\n' + ',\n'.join(f'  {json.dumps(name)}: {json.dumps(all)}' for name, all in scores.items()) + '\n}')
