"""Makes formats/rows.pt and formats/legacy.pt beside it, which are not read: pip install torch; python make_torch_formats.py"""

import os

import torch

os.chdir(os.path.dirname(os.path.abspath(__file__)))

rows = torch.arange(12).view(4, 3) / 3 - 1
torch.save(rows, "formats/rows.pt")
torch.save(rows, "formats/zip-without-a-name")
torch.save(rows, "formats/legacy.pt", _use_new_zipfile_serialization=False)
