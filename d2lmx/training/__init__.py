"""The training loop, its metrics, and both implementations of a model."""
from d2lmx.runtime.precision import mend_log_softmax

mend_log_softmax()
