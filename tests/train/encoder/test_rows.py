"""Products in 8 bits by rows: near what the network says in 32, the same alone and among others; weights come back."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="tuning networks takes the train extra")
torch = pytest.importorskip("torch", reason="tuning networks takes the train extra")
onnxruntime = pytest.importorskip("onnxruntime")

AXES = {"states": ("batch", "length"), "scores": ("batch", "length")}


class Layer(torch.nn.Module):
    """Two layers that read the same, one that reads their product."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.o = torch.nn.Linear(32, 48), torch.nn.Linear(32, 48), torch.nn.Linear(48, 8)

    def forward(self, states):
        return self.o(torch.tanh(self.q(states)) * self.k(states))


class Encoder(torch.nn.Module):
    """Something with layers."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.ModuleList([Layer()])

    def forward(self, states):
        return self.layer[0](states)


class Small(torch.nn.Module):
    """An encoder, the first channel of whose input is a hundred times the others, and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.scores = Encoder(), torch.nn.Linear(8, 4)

    def forward(self, states):
        return self.scores(self.encoder(states))


@pytest.fixture(scope="module")
def stored():
    """A network's weights, what it says of some texts, the texts, and its file."""
    from analyzer.train.encoder.network import int8_onnx, smooth

    torch.manual_seed(1)
    net = Small().eval()
    texts = torch.randn(6, 5, 32)
    texts[..., 0] *= 100
    weights = {name: value.clone() for name, value in net.state_dict().items()}
    with torch.inference_mode():
        said = net(texts).numpy()
    ranges = smooth(net, [{"states": texts}], 0.5)
    assert ranges.keys() == {"layer.0.q", "layer.0.k", "layer.0.o"}
    fixed = {name: ranges[name] for name in ("layer.0.q", "layer.0.k")}
    return weights, said, texts.numpy(), int8_onnx(net, (texts,), ("states",), ("scores",), AXES, fixed)


def run(stored, states):
    found = onnxruntime.InferenceSession(stored, providers=["CPUExecutionProvider"])
    return found.run(None, {"states": states})[0]


def test_it_says_nearly_the_same_in_8_bits(stored) -> None:
    _, said, texts, file = stored
    assert np.abs(run(file, texts) - said).max() < 0.02 * np.abs(said).max()
    kinds = [node.op_type for node in onnx.load_from_string(file).graph.node]
    assert "MatMul" not in kinds
    assert (kinds.count("MatMulIntegerToFloat"), kinds.count("ReduceMax"), kinds.count("QuantizeLinear")) == (4, 2, 3)


def test_what_it_says_of_a_text_does_not_hang_on_the_others(stored) -> None:
    _, _, texts, file = stored
    texts = texts.copy()
    texts[1:] *= 30
    assert np.array_equal(run(file, texts)[:1], run(file, texts[:1]))


def test_weights_come_back_where_layers_share_what_evens_out_their_input(stored) -> None:
    from analyzer.train.large.earlier import state_of

    weights, _, _, file = stored
    found = state_of(file, {name: torch.zeros_like(value) for name, value in weights.items()})
    for name, value in weights.items():
        assert torch.allclose(found[name], value, atol=float(value.abs().max()) / 20), name
