# How scikit-learn deals samples out to folds: how many of each class every fold has, for classes of all sizes in any order, and for groups of
# all sizes, some of one class and some of several. folds.json holds what this printed with scikit-learn 1.9 and NumPy 2:
#
#   python folds.py > folds.json

import json
import warnings

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

warnings.simplefilter("ignore")
random = np.random.default_rng(18)


def counts(splitter, y, groups=None):
    """[folds][classes] samples."""
    X = np.zeros((len(y), 1))
    return [np.bincount(y[test], minlength=int(y.max()) + 1).tolist() for _, test in splitter.split(X, y, groups)]


def classes_case(sizes, folds):
    y = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    plain = counts(StratifiedKFold(folds), y)
    assert plain == counts(StratifiedKFold(folds, shuffle=True, random_state=3), y)
    return {"labels": y.tolist(), "folds": folds, "stratified": plain, "sizes": [len(test) for _, test in KFold(folds).split(y)]}


def groups_case(groups, folds, classes):
    sizes = random.integers(1, 12, groups)
    of = random.permutation(np.repeat(np.arange(groups), sizes))
    lean = random.integers(0, classes, groups)
    y = np.where(random.random(len(of)) < 0.6, lean[of], random.integers(0, classes, len(of)))
    return {
        "labels": y.tolist(),
        "groups": of.tolist(),
        "folds": folds,
        "stratified": counts(StratifiedGroupKFold(folds), y, of),
        "sizes": [len(test) for _, test in GroupKFold(folds).split(y, y, of)],
    }


print(
    json.dumps(
        {
            "classes": [
                classes_case([50, 50, 50], 5),
                classes_case([13, 7, 29, 5], 5),
                classes_case([11, 10, 3], 3),
                classes_case([4, 4, 4, 4, 4, 7], 4),
                classes_case([97, 2], 2),
                classes_case([17], 6),
            ],
            "groups": [groups_case(12, 3, 2), groups_case(20, 5, 3), groups_case(40, 4, 4), groups_case(9, 9, 2)],
        },
        separators=(",", ":"),
    )
)
