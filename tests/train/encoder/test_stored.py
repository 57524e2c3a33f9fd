"""Networks as they are stored say what the tuned ones say, and what is masked costs no more than what is not."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="tuning networks takes the train extra")
torch = pytest.importorskip("torch", reason="tuning networks takes the train extra")
onnxruntime = pytest.importorskip("onnxruntime")


class Masked(torch.nn.Module):
    """Shares of the texts of a batch over their pieces, those that are masked left out, as the exporter writes it."""

    def forward(self, scores, attention_mask):
        closed = torch.finfo(scores.dtype).min * (1 - attention_mask.float())
        shares = torch.softmax(scores + closed[:, None], -1)
        return torch.where(torch.isnan(shares), 0.0, shares) * 2.0


def run(stored: bytes, given: dict[str, np.ndarray]):
    found = onnxruntime.InferenceSession(stored, providers=["CPUExecutionProvider"])
    return found.run(None, {node.name: given[node.name] for node in found.get_inputs()})[0]


def test_what_is_masked_gets_no_share_worth_the_name_and_the_others_theirs_to_the_bit() -> None:
    from analyzer.train.encoder.masks import eased
    from analyzer.train.encoder.network import int8_onnx

    rng = np.random.default_rng(1)
    scores = (rng.normal(size=(3, 7, 7)) * 8).astype(np.float32)
    mask = np.array([[1] * 7, [1] * 4 + [0] * 3, [1] + [0] * 6], dtype=np.int64)
    example = torch.tensor(scores), torch.tensor(mask)
    stored = int8_onnx(Masked(), example, ("scores", "attention_mask"), ("states",))
    lighter = eased(stored)
    kinds = [{node.op_type for node in onnx.load_from_string(each).graph.node} for each in (stored, lighter)]
    assert "IsNaN" in kinds[0]
    assert "IsNaN" not in kinds[1]
    before, after = (run(each, {"scores": scores, "attention_mask": mask}) for each in (stored, lighter))
    seen = np.broadcast_to(mask[:, None].astype(bool), before.shape)
    assert np.array_equal(before[seen], after[seen])
    assert np.all(after[~seen] < 1e-12)
    assert not np.any((after != 0) & (after < np.finfo(np.float32).tiny))  # none that is slow to reckon with
