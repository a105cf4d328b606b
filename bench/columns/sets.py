"""Sets of columns for bench/columns, and what scikit-learn reaches on them.

Iris, Wine, breast cancer and diabetes are those that scikit-learn brings; `adult` and `housing` are drawn here, by rules like those that
people have found in the census of 1994 and in California's housing of 1990: mixed kinds of columns, interactions, noise. For every set
and split: the rows as two files of CSV, and the score of an MLP of scikit-learn with its defaults behind standardised and one-hot columns.
Prints a line of JSON for each.

Usage: sets.py FOLDER SPLITS
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")


def shipped(load, target, **options):
    loaded = load(**options)
    frame = pd.DataFrame(loaded.data, columns=[name.replace(" ", "_") for name in loaded.feature_names])
    frame[target] = loaded.target_names[loaded.target] if hasattr(loaded, "target_names") else loaded.target
    return frame


def adult(rows=6000):
    draw = np.random.default_rng(0)
    work = draw.choice(["Private", "Self-emp", "Local-gov", "State-gov", "Federal-gov", "Without-pay"], rows, p=[0.7, 0.11, 0.07, 0.05, 0.05, 0.02])
    education = draw.integers(1, 17, rows)
    age = np.clip(draw.normal(38, 13, rows), 17, 90).round()
    hours = np.clip(draw.normal(40, 12, rows), 1, 99).round()
    sex = draw.choice(["Male", "Female"], rows, p=[0.67, 0.33])
    marital = draw.choice(["Married", "Never-married", "Divorced", "Widowed"], rows, p=[0.47, 0.33, 0.16, 0.04])
    occupation = draw.choice(["Exec", "Prof", "Craft", "Sales", "Service", "Clerical", "Farming"], rows)
    gain = np.where(draw.random(rows) < 0.08, np.exp(draw.normal(8, 1, rows)), 0).round()
    odds = -7.2 + 0.33 * education + 0.04 * (age - 38) - 0.0012 * (age - 38) ** 2 + 0.03 * hours + 1.9 * (marital == "Married")
    odds += 0.8 * np.isin(occupation, ["Exec", "Prof"]) + 0.6 * (work == "Self-emp") * (hours > 45) + 0.0003 * gain + 0.4 * (sex == "Male")
    income = np.where(draw.random(rows) < 1 / (1 + np.exp(-odds)), ">50K", "<=50K")
    columns = dict(age=age, workclass=work, education=education, marital=marital, occupation=occupation, sex=sex, gain=gain, hours=hours)
    return pd.DataFrame(dict(**columns, income=income))


def housing(rows=8000):
    draw = np.random.default_rng(0)
    income = np.exp(draw.normal(1.25, 0.45, rows))
    age = draw.integers(1, 53, rows)
    rooms = np.clip(draw.normal(5.4, 1.2, rows), 1, 12)
    occupancy = np.clip(draw.normal(3, 0.7, rows), 1, 8)
    latitude = draw.uniform(32.5, 42, rows)
    longitude = -114.3 - (latitude - 32.5) * 0.9 + draw.normal(0, 1, rows)
    population = np.exp(draw.normal(7, 0.7, rows)).round()
    coast = np.exp(-((longitude + 122 + (latitude - 37.7) * 0.8) ** 2) / 4)
    value = 0.45 * income + 0.009 * age + 0.08 * rooms - 0.25 * (occupancy - 3) + 1.1 * coast + 0.25 * np.sin(latitude) * coast
    value = np.clip(value + draw.normal(0, 0.45, rows), 0.15, 5)
    columns = dict(income=income, age=age, rooms=rooms, population=population, occupancy=occupancy, latitude=latitude, longitude=longitude)
    return pd.DataFrame(dict(**columns, value=value))


SETS = {
    "iris": (lambda: shipped(datasets.load_iris, "species"), "species"),
    "wine": (lambda: shipped(datasets.load_wine, "cultivar"), "cultivar"),
    "cancer": (lambda: shipped(datasets.load_breast_cancer, "diagnosis"), "diagnosis"),
    "diabetes": (lambda: shipped(datasets.load_diabetes, "progression", scaled=False), "progression"),
    "adult": (adult, "income"),
    "housing": (housing, "value"),
}


def model(features, is_words, seed):
    words = [name for name in features.columns if not pd.api.types.is_numeric_dtype(features[name])]
    numbers = [name for name in features.columns if name not in words]
    columns = make_column_transformer((StandardScaler(), numbers), (OneHotEncoder(handle_unknown="ignore"), words))
    if is_words:
        return make_pipeline(columns, MLPClassifier(random_state=seed, max_iter=1000))
    return make_pipeline(columns, TransformedTargetRegressor(MLPRegressor(random_state=seed, max_iter=1000), transformer=StandardScaler()))


folder, splits = sys.argv[1], int(sys.argv[2])
for name, (make, target) in SETS.items():
    frame = make()
    is_words = not pd.api.types.is_numeric_dtype(frame[target])
    for split in range(splits):
        training, test = train_test_split(frame, test_size=0.25, random_state=split, stratify=frame[target] if is_words else None)
        files = dict(training=f"{folder}/{name}-{split}-training.csv", test=f"{folder}/{name}-{split}-test.csv")
        training.to_csv(files["training"], index=False)
        test.to_csv(files["test"], index=False)
        begin = time.perf_counter()
        fitted = model(training.drop(columns=target), is_words, split).fit(training.drop(columns=target), training[target])
        score = fitted.score(test.drop(columns=target), test[target])
        line = dict(set=name, split=split, target=target, classes=is_words, rows=len(frame), score=score, seconds=time.perf_counter() - begin, **files)
        print(json.dumps(line), flush=True)
