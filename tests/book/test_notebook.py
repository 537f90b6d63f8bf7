"""The published notebooks of chapter 3, cell by cell in our own words, in IPython and with the book's imports."""
import json
import subprocess
import sys

import pytest

from tests.conftest import real_data_folder
from tests.fresh import ROOT

NOTEBOOK = """
%matplotlib inline
import sys, time
import d2lzh as d2l
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import data as gdata, loss as gloss, nn
import numpy as np
import pandas as pd
# %%  3.2: its own way of choosing the format of figures
from IPython import display
from matplotlib import pyplot as plt
def use_svg_display():
    display.set_matplotlib_formats('svg')

use_svg_display()
plt.rcParams['figure.figsize'] = (3, 2)
plt.scatter([1, 2], [3, 4], 1);
# %%
w, b = nd.random.normal(scale=0.01, shape=(2, 1)), nd.zeros(shape=(1,))
for param in w, b:
    param.attach_grad()
features = nd.random.normal(scale=1, shape=(100, 2))
labels = 2 * features[:, 0] - 3.4 * features[:, 1] + 4.2
for epoch in range(5):
    for X, y in d2l.data_iter(10, features, labels):
        with autograd.record():
            loss = d2l.squared_loss(d2l.linreg(X, w, b), y)
        loss.backward()
        d2l.sgd([w, b], 0.1, 10)
print('loss %f' % d2l.squared_loss(d2l.linreg(features, w, b), labels).mean().asnumpy())
# %%  3.5: MXNet's own class
mnist_train = gdata.vision.FashionMNIST(train=True)
mnist_test = gdata.vision.FashionMNIST(train=False)
assert (len(mnist_train), len(mnist_test)) == (60000, 10000)
feature, label = mnist_train[0]
assert feature.shape == (28, 28, 1) and type(label) is np.int32
X, y = mnist_train[0:9]
d2l.show_fashion_mnist(X, d2l.get_fashion_mnist_labels(y))
# %%
to_tensor = gdata.vision.transforms.ToTensor()
test_iter = gdata.DataLoader(mnist_test.transform_first(to_tensor), 256, shuffle=False, num_workers=2)
assert sum(len(y) for X, y in test_iter) == 10000
# %%  3.7 and 3.10
train_iter, test_iter = d2l.load_data_fashion_mnist(256)
net = nn.Sequential()
net.add(nn.Dense(10))
net.initialize(init.Normal(sigma=0.01))
trainer = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': 0.1})
d2l.train_ch3(net, train_iter, test_iter, gloss.SoftmaxCrossEntropyLoss(), 1, 256, None, None, trainer)
assert d2l.evaluate_accuracy(test_iter, net) > 0.75
# %%
d2l.semilogy(range(1, 3), [1, 0.1], 'epochs', 'loss', range(1, 3), [2, 1], ['train', 'test'])
# %%  3.16: the paths of the book
train_data = pd.read_csv('../data/kaggle_house_pred_train.csv')
test_data = pd.read_csv('../data/kaggle_house_pred_test.csv')
assert train_data.shape == (1460, 81)
all_features = pd.concat((train_data.iloc[:, 1:-1], test_data.iloc[:, 1:]))
numeric = all_features.dtypes[all_features.dtypes != 'object'].index
all_features[numeric] = all_features[numeric].apply(lambda x: (x - x.mean()) / x.std())
all_features[numeric] = all_features[numeric].fillna(0)
all_features = pd.get_dummies(all_features, dummy_na=True)
assert all_features.shape in ((2919, 331), (2919, 330))  # pandas 2 takes a masonry called None for a missing one
train_features = nd.array(all_features[:1460].values)
train_labels = nd.array(train_data.SalePrice.values).reshape((-1, 1))
assert train_features.shape[0] == train_labels.size == 1460
"""
RUN = """
import json, sys
import d2lmx
from IPython.core.interactiveshell import InteractiveShell

class Shell(InteractiveShell):
    def enable_gui(self, gui=None):  # what %matplotlib calls, and a notebook's shell has
        pass

shell = Shell.instance()
for cell in json.loads(sys.argv[1]):
    shell.run_cell(cell.strip()).raise_error()
"""


@pytest.mark.slow
def test_cells_run_unchanged(tmp_path):
    pytest.importorskip("IPython")
    folder = real_data_folder("fashion-mnist").parent
    cells = NOTEBOOK.replace("# %%", "# %%#").split("# %%")
    done = subprocess.run([sys.executable, "-c", RUN, json.dumps(cells)], cwd=tmp_path, capture_output=True, text=True,
                          env={"PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg", "HOME": str(tmp_path),
                               "D2LMX_DATA": str(folder), "PATH": ""})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "loss 0.0" in done.stdout
    assert "epoch 1, loss 0.7" in done.stdout
