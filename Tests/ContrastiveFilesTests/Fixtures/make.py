"""Makes the fixtures beside it: pip install numpy ml_dtypes safetensors; python make.py"""

import os

import ml_dtypes
import numpy as np
from numpy.lib import format as npy
from safetensors.numpy import save_file

os.chdir(os.path.dirname(os.path.abspath(__file__)))

floats = [[-1.5, 0, 0.25], [1, 2.0**-24, 65504]]  # the last two: float16's smallest and largest
arrays = {name: np.array(floats, name) for name in ("float16", "float32", "float64")}
for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"):
    limits = np.iinfo(name)
    arrays[name] = np.array([[limits.min, 0, 1], [2, 3, limits.max]], name)
for name, array in arrays.items():
    np.save(f"{name}.npy", array)

array = arrays["float32"]
for version in (2, 3):
    with open(f"version{version}.npy", "wb") as file:
        npy.write_array(file, array, version=(version, 0))
np.save("scalar.npy", np.float64(0.07))
np.save("empty.npy", np.zeros((0, 4), "f4"))
np.save("rank1.npy", np.array([3, 1, 4]))
np.save("rank3.npy", np.arange(24, dtype="f4").reshape(2, 3, 4))
with open("fortran-column.npy", "wb") as file:  # column by column is row by row here
    npy.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": True, "shape": (3, 1)})
    file.write(np.arange(3, dtype="f4").tobytes())

# In other orders, and with dimensions of one element.
np.save("fortran.npy", np.asfortranarray(array))
np.save("fortran-rank3.npy", np.asfortranarray(np.arange(24, dtype=">i2").reshape(2, 3, 4)))
for name, original in arrays.items():
    np.save(f"big-endian-{name}.npy", original.astype(original.dtype.newbyteorder(">")))
np.save("middle.npy", array[:, None, :])
np.save("column.npy", np.asfortranarray(np.array([[3], [1], [4]], ">i8")))
np.save("bool.npy", array > 0)
np.save("string.npy", np.array(["a", "é"]))
np.save("string-column.npy", np.array([["cat"], ["dog"], ["cat"]], ">U4"))
np.save("bytes.npy", np.array([b"cat", b"doggy", b"cat"]))

# What is not read.
np.save("complex.npy", array.astype("c8"))
np.save("record.npy", np.array([(1, 2.0)], [("é", "i4"), ("y", "f4")]))
np.save("object.npy", np.array([None, {}], object))
np.save("bfloat16.npy", array.astype(ml_dtypes.bfloat16))

tensors = arrays | {
    "bfloat16": np.array([[-1.5, 0, 0.25], [1, 2.0**-24, 65280]], ml_dtypes.bfloat16),
    "scalar": np.array(0.07),
    "empty": np.zeros((0, 4), "f4"),
    "mask": array > 0,
    'naïve "κ"\n': np.arange(3, dtype="u1"),
}
save_file(tensors, "all.safetensors", {"format": "np", "note": 'τ = 0.07\n"quoted"\\'})
save_file({"weight": array}, "one.safetensors")
save_file({}, "none.safetensors")
