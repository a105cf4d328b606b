# Means and deviations of awkward columns as NumPy gives them, for columns.test.ts, which holds what this prints. NumPy 2.
import numpy as np

k = np.arange(1000)
steps = (k * 7919) % 1000 / 8
for name, values in {
    'plain': steps - 60,
    'a large offset': steps + 1e6,
    'one value far away': np.where(k == 700, 3e7, steps),
    'tiny': (steps + 1) * 2.0**-80,
    'large': (steps - 60) * 2.0**100,
    'of all sizes': (steps - 60) * 2.0 ** (k % 60 - 30),
}.items():
    x = values.astype(np.float32).astype(np.float64)
    print(f"['{name}', {float(x.mean())!r}, {float(x.std())!r}],")
