"""Makes torch.safetensors beside it: pip install torch safetensors; python make_torch.py"""

import os

import torch
from safetensors.torch import save_file

os.chdir(os.path.dirname(os.path.abspath(__file__)))

head = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU(), torch.nn.Linear(2, 2, bias=False))
with torch.no_grad():
    for parameter in head.parameters():
        parameter.copy_(torch.arange(parameter.numel()).view(parameter.shape) / 3 - 1)
tensors = head.state_dict() | {
    "half": torch.tensor([-1.5, 2.0**-24, 65504], dtype=torch.float16),
    "step": torch.tensor(7),
}
save_file(tensors, "torch.safetensors", {"format": "pt"})
