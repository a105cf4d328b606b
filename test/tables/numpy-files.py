# Writes numpy-files.json: files as NumPy writes them, in base64, with what is in them. Run by hand, with NumPy 2:
#
#   python3 test/tables/numpy-files.py > test/tables/numpy-files.json

import base64
import io
import json

import numpy as np
from numpy.lib import format as npy

rng = np.random.default_rng(16)


def saved(array, version=None):
    out = io.BytesIO()
    npy.write_array(out, np.asanyarray(array), version=version)
    return base64.b64encode(out.getvalue()).decode()


def zipped(save, *arrays, **named):
    out = io.BytesIO()
    save(out, *arrays, **named)
    return base64.b64encode(out.getvalue()).decode()


def values(array):
    return [None if x != x else x for x in np.ascontiguousarray(array).ravel().tolist()]


numbers = []
for name in ['?', 'u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f2', 'f4', 'f8']:
    for order in '<>':
        dtype = np.dtype(name).newbyteorder(order)
        if dtype.kind in 'ui':
            limits = np.iinfo(dtype)
            array = np.array([[limits.min, limits.max, 1], [2, 3, 100]], dtype=dtype)
        elif dtype.kind == 'f':
            array = np.array([[0.5, -1.25, np.nan], [3e4, 6e-8, -0.0]], dtype=dtype)
        else:
            array = np.array([[True, False, True], [False, False, True]])
        numbers.append({'dtype': order + name, 'file': saved(array), 'values': values(array)})

records = np.zeros(3, dtype=[('age', '>i4'), ('name', 'U5'), ('code', 'S2'), ('well', '?'), ('px', '<f4', (2, 2)), ('day', 'M8[D]'), ('in', [('a', 'u1'), ('b', 'f8')])])
records['age'] = [31, -2, 7]
records['name'] = ['zoé', 'b', 'zoé']
records['code'] = [b'x', b'yy', b'x']
records['well'] = [True, False, True]
records['px'] = np.arange(12).reshape(3, 2, 2)
records['day'] = ['2020-01-02', 'NaT', '2021-03-04']
records['in']['a'] = [1, 2, 3]
records['in']['b'] = [0.5, np.nan, 1.5]

x, y = rng.integers(0, 256, (9, 4, 3), dtype=np.uint8), np.array([0, 1, 2, 0, 1, 2, 2, 1, 0], dtype=np.uint8)
split = {'x_train': x[:6], 'y_train': y[:6], 'x_test': x[6:], 'y_test': y[6:]}
picture = rng.integers(0, 256, (2, 2, 4, 3), dtype=np.uint8)
padded = np.zeros(2, dtype=np.dtype([('a', 'u1'), ('b', 'f8')], align=True))

print(json.dumps({
    'numbers': numbers,
    'versions': [saved(np.arange(4.0), version) for version in [(1, 0), (2, 0), (3, 0)]],
    'fortran': {'file': saved(np.asfortranarray(np.arange(2 * 3 * 4 * 3).reshape(2, 3, 4, 3))), 'flat': saved(np.asfortranarray(np.arange(12.0).reshape(3, 4)))},
    'words': {'unicode': saved(np.array([['b', 'a'], ['', 'é\U0001d11e']])), 'bytes': saved(np.array([b'no', b'yes', b'no'])), 'big': saved(np.array(['q', 'p'], dtype='>U3'))},
    'records': saved(records),
    'padded': saved(padded),
    'objects': zipped(lambda out, array: np.save(out, array, allow_pickle=True), np.array([{}, 1], dtype=object)),
    'complex': saved(np.array([1j])),
    'pixels': values(x),
    'labels': values(y),
    'keras': zipped(np.savez, **split),
    'compressed': zipped(np.savez_compressed, **split),
    'one hot': zipped(np.savez_compressed, X=x.reshape(9, 12).astype('f8'), y=np.eye(3)[y]),
    'channels first': zipped(np.savez, train_images=np.ascontiguousarray(picture.transpose(0, 3, 1, 2)), train_labels=np.array(['cat', 'dog'])),
    'channels last': zipped(np.savez, train_images=picture, train_labels=np.array([[1], [0]])),
    'ordered': zipped(np.savez, x[:6], y[:6], x[6:], y[6:]),
    'sklearn': zipped(np.savez, x[:6], x[6:], y[:6], y[6:]),
    'regression': zipped(np.savez, data=x.reshape(9, 12), target=np.linspace(0, 1, 18).reshape(9, 2)),
    'unknown': zipped(np.savez, foo=np.zeros((3, 4)), bar=np.zeros(7)),
    'lengths': zipped(np.savez, x_train=x, y_train=y[:5]),
    'weights': zipped(np.savez, x_train=x, y_train=y, w=np.ones(9)),
    'names beside': zipped(np.savez, x_train=x, y_train=y, class_names=np.array(['a', 'b', 'c', 'd'])),
}, indent=1))
