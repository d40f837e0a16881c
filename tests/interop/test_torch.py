"""PyTorch's protocol and this one, and what goes through its distributed checkpointing."""

from pathlib import Path
from typing import Any

import pytest
import torch
from test_resuming import text
from torch import nn
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful

from stateful import Stateful
from tests.interop.shown import Holder, linear
from tests.pages import content
from tests.project import read_text
from tests.verdicts import shapes
from tests.verdicts.checkers import ASKED, ask, check_comments

MATCHING = [shapes.exact, shapes.renamed_parameter, shapes.properties, shapes.data_attributes]


@pytest.mark.parametrize("value", [*MATCHING, *shapes.NO_MATCH], ids=type)
def test_both_answer_alike(value: object) -> None:
    assert isinstance(value, TorchStateful) is isinstance(value, Stateful) is (value in MATCHING)


@pytest.mark.parametrize(("base", "other"), [(Stateful, TorchStateful), (TorchStateful, Stateful)])
def test_nominal_subclass_matches_its_own_protocol_whatever_it_has(base: Any, other: Any) -> None:
    without = type("Without", (base,), {"state_dict": None, "load_state_dict": None})
    assert isinstance(without(), base)
    assert not isinstance(without(), other)


def test_what_is_loaded_by_pytorch_equals_what_was_saved(tmp_path: Path) -> None:
    def new_run(number: int) -> dict[str, Any]:
        module = linear()
        nn.init.constant_(module.weight, number)
        holder = Holder(tensor=torch.full((3,), number), nested={"list": [number, None]})
        return {"holder": holder, "module": module, "plain": number}

    saved, loaded = new_run(1), new_run(2)
    holder, module = loaded["holder"], loaded["module"]
    save(saved, checkpoint_id=tmp_path)
    load(loaded, checkpoint_id=tmp_path)
    assert loaded == {"holder": holder, "module": module, "plain": 1}
    assert text(holder.state) == text(saved["holder"].state)
    assert text(module.state_dict()) == text(saved["module"].state_dict())


# What takes mypy half of its time is skipped. The strict mode of pyright reports what PyTorch lacks
CONFIGURATION = {
    "mypy.ini": "[mypy]\n[mypy-torch._dynamo.*,torch._inductor.*]\nfollow_imports = skip\n",
    "pyrightconfig.json": '{"typeCheckingMode": "standard"}',
}


@pytest.mark.parametrize("checker", ASKED)
def test_type_checkers_say_what_the_comments_say(checker: str, tmp_path: Path) -> None:
    files = {
        "pytorch_uses.py": read_text("tests/interop/pytorch_uses.py"),
        "torch_dcp.py": read_text("docs/examples/torch_dcp.py"),
        **{content.file_name(page): content.code(page) for page in content.INTEROP_PAGES},
    }
    needed = {"test_resuming.py": read_text("docs/examples/test_resuming.py"), **CONFIGURATION}
    check_comments(ask(checker, tmp_path, files, needed))
