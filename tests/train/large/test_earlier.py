"""The weights of an earlier network come out of its 8-bit file as they went in, but for what 8 bits round away."""

import pytest

from analyzer.errors import ModelError
from analyzer.train.large.earlier import network_of, state_of

onnx = pytest.importorskip("onnx", reason="tuning networks takes the train extra")
torch = pytest.importorskip("torch", reason="tuning networks takes the train extra")


class Small(torch.nn.Module):
    """An embedding, a layer that is evened out, a head, and a part that nothing reads."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.unread = torch.nn.Embedding(50, 64), torch.nn.Linear(8, 8)
        self.layer, self.head = torch.nn.Linear(64, 32), torch.nn.Linear(32, 4)

    def forward(self, numbers):
        return self.head(torch.tanh(self.layer(self.words(numbers))))


def test_weights_come_back_out_of_the_file() -> None:
    from analyzer.train.encoder.network import int8_onnx

    torch.manual_seed(1)
    net = Small()
    stored = int8_onnx(net, (torch.tensor([[1, 2, 3]]),), ("input_ids",), ("stance",))
    found = state_of(stored, {name: torch.zeros_like(value) for name, value in net.state_dict().items()})
    for name, value in net.state_dict().items():
        if name.startswith("unread"):
            assert not found[name].any()
        else:
            assert torch.allclose(found[name], value, atol=float(value.abs().max()) / 100), name


def test_a_file_that_no_commit_has_is_told() -> None:
    with pytest.raises(ModelError, match="history"):
        network_of("0" * 40, "models/large/model.onnx.gz", "")
