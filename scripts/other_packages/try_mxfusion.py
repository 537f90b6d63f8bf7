"""MXFusion: a Gaussian process learns a sine from twenty noisy points and predicts it between them."""
import importlib.metadata

import mxfusion as mf
import mxnet as mx
import numpy as np
from mxfusion.components.distributions.gp.kernels import RBF
from mxfusion.components.variables import PositiveTransformation
from mxfusion.inference import MAP, GradBasedInference, ModulePredictionAlgorithm, TransferInference
from mxfusion.modules.gp_modules import GPRegression

STEPS, NOISE = 100, 0.05

mf.common.config.DEFAULT_DTYPE = "float64"
random = np.random.RandomState(0)
x, between = np.linspace(0, 1, 20)[:, None], np.linspace(0.1, 0.9, 33)[:, None]
y = np.sin(6 * x) + NOISE * random.normal(size=x.shape)
x, y, new = (mx.nd.array(values, dtype="float64") for values in (x, y, between))

model = mf.Model()
model.n = mf.Variable()
model.x = mf.Variable(shape=(model.n, 1))
model.noise = mf.Variable(shape=(1,), transformation=PositiveTransformation(), initial_value=0.1)
model.kernel = RBF(input_dim=1, variance=1, lengthscale=1)
model.y = GPRegression.define_variable(X=model.x, kernel=model.kernel, noise_var=model.noise, shape=(model.n, 1))

learning = GradBasedInference(inference_algorithm=MAP(model=model, observed=[model.x, model.y]))
learning.run(x=x, y=y, max_iter=STEPS, learning_rate=0.1)
predicting = TransferInference(ModulePredictionAlgorithm(model=model, observed=[model.x], target_variables=[model.y]),
                               infr_params=learning.params)
mean = predicting.run(x=new)[0][0].asnumpy()

assert mean.shape == (1, *between.shape), mean.shape
error = abs(mean[0] - np.sin(6 * between)).mean()
noise = learning.params[model.noise].asscalar() ** 0.5
assert error < NOISE and 0.5 < noise / NOISE < 2, (error, noise)
print(f"mxfusion {importlib.metadata.version('mxfusion')}: Gaussian process, {STEPS} steps, mean error {error:.3f}, "
      f"noise found {noise:.3f} of {NOISE}")
