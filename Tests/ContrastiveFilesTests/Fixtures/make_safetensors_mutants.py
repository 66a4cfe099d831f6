"""Headers, changed at random, and whether the official reader takes them: pip install safetensors; python
make_safetensors_mutants.py

Each line of safetensors-mutants.tsv is whether it is taken, the number of bytes of data behind the header, and the header.
"""

import json
import os
import random
import struct

import safetensors

os.chdir(os.path.dirname(os.path.abspath(__file__)))
random.seed(19)

SIZES = {"BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
         "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32,
         "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64}
NO_TYPES = ["F31", "f32", "bool", "Bool", "BOOL ", "U4", "I1", "C128", "F8", "F8_E3M4", "F128", "BF8", "", "U", "STR"]
NUMBERS = ["-1", "-0", "1.0", "1e1", "01", "true", "null", '"3"', "[3]", "4294967296", "9223372036854775807",
           "9223372036854775808", "18446744073709551615", "18446744073709551616", "99999999999999999999"]


def good():
    """A few tensors that adjoin, as lists of members whose values are JSON text."""
    tensors, offset = [], 0
    for name in random.sample(["a", "b", "c.weight", "d"], random.choice([1, 1, 2, 3])):
        dtype = random.choice(list(SIZES) + ["BOOL"] * 4)
        shape = [random.choice([0, 1, 2, 3, 4, 8]) for _ in range(random.choice([0, 1, 1, 2, 2, 3]))]
        bits = SIZES[dtype]
        for extent in shape:
            bits *= extent
        end = offset + bits // 8
        tensors.append([name, ["dtype", json.dumps(dtype)], ["shape", [str(e) for e in shape]],
                        ["data_offsets", [str(offset), str(end)]]])
        offset = end
    return tensors, offset


def text(tensors, metadata):
    def value(v):
        return v if isinstance(v, str) else "[" + ",".join(v) + "]"
    members = [metadata] if metadata else []
    for name, *fields in tensors:
        members.append(json.dumps(name) + ":{" + ",".join(f'"{k}":{value(v)}' for k, v in fields) + "}")
    return "{" + ",".join(members) + "}"


def nearby(number):
    return str(max(0, int(number) + random.choice([-8, -2, -1, 1, 1, 2, 8]))) if random.random() < 0.7 \
        else random.choice(NUMBERS)


def mutant():
    tensors, size = good()
    metadata = random.choice([None, None, '"__metadata__":{"a":"b"}'])
    fields = random.choice(tensors)[1:]
    kind = random.randrange(9)
    if kind == 0:
        fields[0][1] = json.dumps(random.choice(list(SIZES) + NO_TYPES))
    elif kind in (1, 2):
        numbers = random.choice(fields[1:])[1]
        if numbers:
            index = random.randrange(len(numbers))
            numbers[index] = nearby(numbers[index])
    elif kind == 3:
        numbers = random.choice(fields[1:])[1]
        change = random.choice(["append", "drop", "swap"])
        if change == "append":
            numbers.insert(random.randint(0, len(numbers)), random.choice(["0", "1", "2", "3"]))
        elif numbers and change == "drop":
            numbers.pop(random.randrange(len(numbers)))
        else:
            numbers.reverse()
    elif kind == 4:
        field = random.choice(fields)
        field[1] = random.choice(["null", "1", '"1"', "[]", "{}", "[1,2]", '"F32"', "true"])
    elif kind == 5:
        random.choice(fields)[0] = random.choice(["dtype", "shape", "data_offsets", "Dtype", "offsets", "x"])
    elif kind == 6:
        metadata = '"__metadata__":' + random.choice(
            ["{}", '{"a":1}', '{"a":null}', "[]", '"a"', "1", '{"a":{"b":"c"}}', '{"a":"\\ud800"}', '{"":""}'])
    elif kind == 7:
        size += random.choice([-1, 1, 8])
    header = text(tensors, metadata)
    if kind == 8:
        index = random.randrange(len(header))
        header = header[:index] + random.choice(["", random.choice('{}[]",:019eE-.tn \\')]) + header[
            index + random.randint(0, 1):]
    return header, max(0, size)


def taken(header, size):
    bytes_ = header.encode()
    try:
        safetensors.deserialize(struct.pack("<Q", len(bytes_)) + bytes_ + bytes(size))
        return True
    except Exception:
        return False


mutants = {}
while len(mutants) < 1740:
    header, size = mutant()
    mutants[header, size] = taken(header, size)
with open("safetensors-mutants.tsv", "w") as file:
    for (header, size), verdict in mutants.items():
        file.write(f"{'taken' if verdict else 'refused'}\t{size}\t{header}\n")
print(safetensors.__version__, len(mutants), "headers,", sum(mutants.values()), "taken")
