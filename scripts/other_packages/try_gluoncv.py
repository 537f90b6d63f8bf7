"""GluonCV: a residual network learns eight images by heart, without pretrained weights."""
import importlib.metadata

import mxnet as mx
from gluoncv import model_zoo
from mxnet import autograd, gluon, nd

NAME, STEPS = "resnet18_v1b", 5

mx.random.seed(0)
net = model_zoo.get_model(NAME, pretrained=False, classes=10)
net.initialize(mx.init.Xavier())
net.hybridize()
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.001})
loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
images, labels = nd.random.normal(shape=(8, 3, 64, 64)), nd.arange(8)

losses = []
for _ in range(STEPS + 1):
    with autograd.record():
        loss = loss_of(net(images), labels).mean()
    loss.backward()
    for name, parameter in net.collect_params().items():
        if parameter.grad_req != "null":
            size = parameter.grad().norm().asscalar()
            assert 0 < size < float("inf"), f"the gradient of {name} has the norm {size}"
    trainer.step(1)
    losses.append(loss.asscalar())

assert losses[-1] < losses[0] / 2, losses
print(f"gluoncv {importlib.metadata.version('gluoncv')}: {NAME}, "
      f"loss {losses[0]:.3f} -> {losses[-1]:.3f} in {STEPS} steps")
