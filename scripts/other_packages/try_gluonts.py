"""GluonTS: a DeepAR learns a daily rhythm and forecasts a day, better than the mean of the past does."""
import importlib.metadata

import mxnet as mx
import numpy as np
import pandas as pd
from gluonts.dataset.common import ListDataset
from gluonts.mx import DeepAREstimator, Trainer

HOURS, EPOCHS = 24, 5

mx.random.seed(0)
np.random.seed(0)
start = pd.Period("2024-01-01 00:00", freq="h")
series = [10 + 5 * np.sin(np.arange(21 * HOURS) * 2 * np.pi / HOURS + phase) for phase in (0, 1, 2, 3)]
past = ListDataset([{"start": start, "target": values[:-HOURS]} for values in series], freq="h")

trainer = Trainer(epochs=EPOCHS, num_batches_per_epoch=20, learning_rate=0.01)
estimator = DeepAREstimator(freq="h", prediction_length=HOURS, context_length=HOURS, num_layers=1, num_cells=16,
                            batch_size=16, trainer=trainer)
forecasts = list(estimator.train(past).predict(past, num_samples=50))

assert [forecast.samples.shape for forecast in forecasts] == [(50, HOURS)] * len(series)
assert all(np.isfinite(forecast.samples).all() for forecast in forecasts)
error = np.mean([abs(forecast.mean - values[-HOURS:]).mean() for forecast, values in zip(forecasts, series)])
of_mean = np.mean([abs(values[:-HOURS].mean() - values[-HOURS:]).mean() for values in series])
assert error < of_mean / 2, (error, of_mean)
print(f"gluonts {importlib.metadata.version('gluonts')}: DeepAR, {EPOCHS} epochs, mean error of a day's forecast "
      f"{error:.2f}, of the mean {of_mean:.2f}")
