"""One reading of a CSV file of numbers by pandas or Arrow, as float32, in a process of its own: bench/csv.ts starts it and reads the line
that it prints. Arguments: the path, and which reader: pandas, pandas-arrow, arrow."""

import json
import resource
import sys
import time

path, reader = sys.argv[1:]

if reader == "arrow":
    import pyarrow as pa
    from pyarrow import csv
else:
    import pandas as pd

    if reader == "pandas-arrow":
        import pyarrow.csv  # noqa: F401  loaded before the clock starts, as pandas itself is

begin = time.perf_counter()
if reader == "arrow":
    with open(path) as file:
        names = file.readline().strip().split(",")
    table = csv.read_csv(path, convert_options=csv.ConvertOptions(column_types={name: pa.float32() for name in names}))
elif reader == "pandas-arrow":
    table = pd.read_csv(path, engine="pyarrow", dtype="float32")
else:
    table = pd.read_csv(path, engine="c", dtype="float32")
seconds = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
rows, columns = (table.num_rows, table.num_columns) if reader == "arrow" else table.shape
values = (table.column(k).to_numpy() if reader == "arrow" else table.iloc[:, k].to_numpy() for k in range(columns))
total = sum(float(column.astype("float64").sum()) for column in values)
print(json.dumps({"seconds": seconds, "peakMegabytes": peak, "rows": rows, "columns": columns, "sum": total}))
