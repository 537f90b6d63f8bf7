"""PyTorch: the same networks with tensors in memory, indexed per batch, tuned by hand; and with its DataLoader."""
import torch
from torch import nn

from benchmarks import arrays
from benchmarks.worker import repeat


def build(model, lr, batch_size=256, num_hiddens=256, loader="memory", num_examples=None, num_inputs=784):
    """Epochs of `model`, fed by tensors in "memory" or by a "DataLoader" with 4 workers as the book uses."""
    torch.manual_seed(0)
    if model == "mlp":
        net = nn.Sequential(nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, 10))
    else:
        net = nn.Linear(num_inputs, 10)
    for param in net.parameters():
        nn.init.normal_(param, std=0.01) if param.ndim == 2 else nn.init.zeros_(param)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, fused=True)
    loss = nn.CrossEntropyLoss()
    if loader == "DataLoader":
        train_iter, test_iter = (
            torch.utils.data.DataLoader(Images(X, y), batch_size, shuffle=shuffle, num_workers=4)
            for (X, y), shuffle in zip(arrays.fashion_mnist(), (True, False)))
    else:
        train, test = (part and [torch.from_numpy(part[0]), torch.from_numpy(part[1]).long()]
                       for part in arrays.data(num_examples, num_inputs))
        train_iter, test_iter = Batches(*train, batch_size), test and [test]

    def epoch():
        total, hits, n = torch.zeros(()), torch.zeros((), dtype=torch.int64), 0
        for X, y in train_iter:
            y_hat = net(X)
            batch_loss = loss(y_hat, y)
            optimizer.zero_grad()
            batch_loss.backward()
            optimizer.step()
            with torch.no_grad():
                total += batch_loss * len(X)
                hits += (y_hat.argmax(dim=1) == y).sum()
            n += len(X)
        result = {"loss": total.item() / n, "train_acc": hits.item() / n}
        if test_iter:
            with torch.no_grad():
                right = [net(X).argmax(dim=1) == y for X, y in test_iter]
            result["test_acc"] = torch.cat(right).float().mean().item()
        return result

    return repeat(epoch)


class Batches:
    """Shuffled batches by one index operation each."""

    def __init__(self, X, y, batch_size):
        self.X, self.y, self.batch_size = X, y, batch_size

    def __iter__(self):
        for rows in torch.randperm(len(self.X)).split(self.batch_size):
            yield self.X[rows], self.y[rows]


class Images(torch.utils.data.Dataset):
    """Images made into tensors one by one, as the usual `ToTensor` does."""

    def __init__(self, X, y):
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, index):
        return torch.from_numpy(self.X[index]).reshape(-1).float().div(255), int(self.y[index])
