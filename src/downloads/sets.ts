// The public data sets that `nabla data get` fetches: one row each, with all that is said of it. Addresses, sizes and hashes are those
// that are published: by torchvision (datasets/mnist.py), TensorFlow Datasets (url_checksums/*.txt) and scikit-learn
// (datasets/_california_housing.py; its repository at a tag). A row without a published SHA-256 has no place here.

import type { PublicSet, PublishedFile } from './public-set.js';
import { californiaCsv, classCsv, emnistFolders } from './unpack.js';

const IDX = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', 't10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'] as const;

/** The four files of MNIST or a relative of it, each at every mirror: bytes and SHA-256 in the order of their names above. */
function idxFiles(mirrors: readonly string[], known: readonly (readonly [bytes: number, sha256: string])[]): PublishedFile[] {
  return IDX.map((name, k) => ({ name, urls: mirrors.map((mirror) => `${mirror}/${name}`), bytes: known[k][0], sha256: known[k][1] }));
}

const EMNIST_PARTS = ['balanced', 'byclass', 'bymerge', 'digits', 'letters', 'mnist'] as const;

const SCIKIT_LEARN = 'https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.7.2/sklearn/datasets/data';

export const PUBLIC_SETS: readonly PublicSet[] = [
  {
    name: 'mnist',
    title: 'MNIST: 60,000 and 10,000 handwritten digits, 28 × 28',
    licence: 'Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0',
    files: idxFiles(
      ['https://ossci-datasets.s3.amazonaws.com/mnist', 'https://storage.googleapis.com/cvdf-datasets/mnist'],
      [
        [9_912_422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
        [28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
        [1_648_877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
        [4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
      ],
    ),
    results: IDX,
    options: '',
    byPath: true,
  },
  {
    name: 'fashion-mnist',
    title: 'Fashion-MNIST: 60,000 and 10,000 pictures of clothes, 28 × 28',
    licence: 'Zalando Research; MIT, https://github.com/zalandoresearch/fashion-mnist',
    files: idxFiles(
      [
        'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com',
        'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion',
      ],
      [
        [26_421_880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'],
        [29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
        [4_422_102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'],
        [5_148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
      ],
    ),
    results: IDX,
    options: '',
  },
  {
    name: 'kmnist',
    title: 'Kuzushiji-MNIST: 60,000 and 10,000 cursive Japanese characters of 10 classes, 28 × 28',
    licence: 'ROIS-DS Center for Open Data in the Humanities; CC BY-SA 4.0, https://github.com/rois-codh/kmnist',
    files: idxFiles(
      ['http://codh.rois.ac.jp/kmnist/dataset/kmnist', 'https://codh.rois.ac.jp/kmnist/dataset/kmnist'],
      [
        [18_165_135, '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4'],
        [29_497, 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17'],
        [3_041_136, 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5'],
        [5_120, '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c'],
      ],
    ),
    results: IDX,
    options: '',
  },
  {
    name: 'emnist',
    title: `EMNIST: handwritten letters and digits, 28 × 28, divided in six ways: ${EMNIST_PARTS.join(', ')}`,
    licence: 'G. Cohen and others, from NIST Special Database 19; https://www.nist.gov/itl/products-and-services/emnist-dataset',
    files: [
      {
        name: 'gzip.zip',
        urls: ['https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip', 'https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip'],
        bytes: 561_753_746,
        sha256: 'fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e',
      },
    ],
    unpack: (path) => emnistFolders(path, EMNIST_PARTS, IDX),
    results: EMNIST_PARTS.flatMap((part) => IDX.map((name) => `${part}/${name}`)),
    parts: EMNIST_PARTS,
    options: '--transpose',
  },
  {
    name: 'iris',
    title: 'Iris: 150 flowers of 3 species, 4 measurements in centimetres',
    licence: "R. A. Fisher (1936); scikit-learn's copy, BSD-3-Clause",
    files: [
      {
        name: 'iris.csv',
        urls: [`${SCIKIT_LEARN}/iris.csv`],
        bytes: 2_734,
        sha256: 'f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449',
      },
    ],
    unpack: (path) => [classCsv(path, 'iris.csv', ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'], 'species')],
    results: ['iris.csv'],
    options: '--target species',
  },
  {
    name: 'wine',
    title: 'Wine: 178 wines of 3 cultivars, 13 chemical measurements',
    licence: "M. Forina and others, UCI Machine Learning Repository, CC BY 4.0; scikit-learn's copy, BSD-3-Clause",
    files: [
      {
        name: 'wine_data.csv',
        urls: [`${SCIKIT_LEARN}/wine_data.csv`],
        bytes: 11_157,
        sha256: '10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede',
      },
    ],
    unpack: (path) => [
      classCsv(
        path,
        'wine.csv',
        [
          'alcohol',
          'malic_acid',
          'ash',
          'alcalinity_of_ash',
          'magnesium',
          'total_phenols',
          'flavanoids',
          'nonflavanoid_phenols',
          'proanthocyanins',
          'color_intensity',
          'hue',
          'od280/od315_of_diluted_wines',
          'proline',
        ],
        'class',
      ),
    ],
    results: ['wine.csv'],
    options: '--target class',
  },
  {
    name: 'california-housing',
    title: 'California housing: 20,640 districts of 1990, 8 numbers each and the median value of a house',
    licence: 'R. K. Pace and R. Barry (1997), StatLib; CC BY 4.0, https://doi.org/10.6084/m9.figshare.3829992',
    files: [
      {
        name: 'cal_housing.tgz',
        urls: ['https://ndownloader.figshare.com/files/5976036', 'https://www.dcc.fc.up.pt/~ltorgo/Regression/cal_housing.tgz'],
        bytes: 441_963,
        sha256: 'aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681',
      },
    ],
    unpack: (path) => [californiaCsv(path, 'california-housing.csv')],
    results: ['california-housing.csv'],
    options: '--target MedHouseVal',
  },
];
