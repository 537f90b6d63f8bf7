"""GluonNLP: a small BERT learns to tell praise from blame, from the words to the loss, without pretrained weights."""
import importlib.metadata

import gluonnlp as nlp
import mxnet as mx
from mxnet import autograd, gluon, nd

STEPS = 15
PRAISE = ["a good film", "what a fine and good book", "we like it", "a fine day and a fine film"]
BLAME = ["a bad film", "what a dull and bad book", "we hate it", "a dull day and a bad film"]

mx.random.seed(0)
sentences, labels = PRAISE + BLAME, nd.array([1] * len(PRAISE) + [0] * len(BLAME))
vocab = nlp.vocab.BERTVocab(nlp.data.count_tokens(" ".join(sentences).split()))
transform = nlp.data.BERTSentenceTransform(nlp.data.BERTTokenizer(vocab), max_seq_length=12, pair=False)
batchify = nlp.data.batchify.Tuple([nlp.data.batchify.Stack() for _ in range(3)])
tokens, lengths, types = batchify([transform([sentence]) for sentence in sentences])
assert tokens.shape == (8, 12) and lengths.asnumpy().tolist() == [len(text.split()) + 2 for text in sentences]

encoder = nlp.model.BERTEncoder(units=32, hidden_size=64, num_layers=2, num_heads=4, max_length=12, dropout=0.0)
bert = nlp.model.BERTModel(encoder, len(vocab), token_type_vocab_size=2, units=32, embed_size=32, use_decoder=False,
                           use_classifier=False)
net = nlp.model.BERTClassifier(bert, num_classes=2, dropout=0.0)
net.initialize(mx.init.Normal(0.02))
trainer = gluon.Trainer(net.collect_params(), "bertadam", {"learning_rate": 0.005})
loss_of, losses = gluon.loss.SoftmaxCELoss(), []
for _ in range(STEPS + 1):
    with autograd.record():
        output = net(tokens, types, lengths.astype("float32"))
        loss = loss_of(output, labels).mean()
    loss.backward()
    assert 0 < bert.word_embed[0].weight.grad().norm().asscalar() < float("inf")
    trainer.step(1)
    losses.append(loss.asscalar())

assert losses[-1] < losses[0] / 2 and (output.argmax(1) == labels).min().asscalar() == 1, losses
print(f"gluonnlp {importlib.metadata.version('gluonnlp')}: BERT of 2 layers, "
      f"loss {losses[0]:.3f} -> {losses[-1]:.3f} in {STEPS} steps")
