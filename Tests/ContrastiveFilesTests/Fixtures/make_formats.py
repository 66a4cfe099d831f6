"""Makes the files in the folder of other formats: pip install numpy pandas pyarrow safetensors h5py scipy gguf fastavro idx2numpy py7zr lz4; python make_formats.py

Every file holds the same 4 × 3 rows, or labels of them, as it is written by the program that people use for it.
"""

import gzip
import json
import os
import pickle
import shutil
import sqlite3
import zipfile

import fastavro
import gguf
import h5py
import idx2numpy
import lz4.frame
import numpy as np
import pandas as pd
import py7zr
import pyarrow as pa
import pyarrow.orc
import scipy.io
from safetensors.numpy import save_file

os.chdir(os.path.dirname(os.path.abspath(__file__)))
shutil.rmtree("formats", ignore_errors=True)
os.mkdir("formats")
os.chdir("formats")

rows = np.arange(12, dtype="f4").reshape(4, 3) / np.float32(3) - 1
integers = np.arange(12, dtype="i4").reshape(4, 3) * 7 - 5
labels = ["cat", "dog", "cat", "golden retriever"]
numbers = np.array([3, 1, 3, 2**62 + 1])

# Zip archives of NumPy.
np.savez("arrays.npz", rows=rows, labels=np.array(labels), numbers=numbers)
np.savez_compressed("compressed.npz", rows=rows, fortran=np.asfortranarray(rows.astype(">f8")))
np.savez_compressed("one.npz", rows)
zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 100, 1  # so that all sizes are 64 bits wide
np.savez("zip64.npz", rows=rows, numbers=numbers)

# Text.
frame = pd.DataFrame(rows, columns=["e0", "e1", "e2"])
named = frame.assign(label=labels, number=numbers)
frame.to_csv("header.csv", index=False)
frame.to_csv("no-header.csv", index=False, header=False)
frame.to_csv("index.csv")
pd.DataFrame(rows).to_csv("counted.csv", index=False)
frame.to_csv("decimal-commas.csv", index=False, sep=";", decimal=",")
frame.to_csv("bom-crlf.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n")
frame.to_csv("header.tsv", index=False, sep="\t")
frame.to_csv("header.csv.gz", index=False)
named.to_csv("named.csv", index=False)
named.to_csv("quoted.tsv", index=False, sep="\t", quoting=1)
frame.to_csv("bars.csv", index=False, sep="|")
with open("excel.csv", "w") as file:
    file.write("sep=;\n")
    frame.to_csv(file, index=False, sep=";")
named[["label"]].to_csv("labels.csv", index=False)
pd.DataFrame({"text": labels, "embedding": rows.tolist()}).to_csv("lists.csv", index=False)
np.savetxt("savetxt.txt", rows)
np.savetxt("savetxt.csv", rows, delimiter=",", header="e0,e1,e2")
np.savetxt("numbers.txt", numbers[:3])
with open("printed.txt", "w") as file:
    print(rows, file=file)
with open("labels.txt", "w") as file:
    file.write("\n".join(labels) + "\n")

# JSON.
named.assign(embedding=rows.tolist()).drop(columns=["e0", "e1", "e2"]).to_json(
    "records.jsonl", orient="records", lines=True)
with open("vectors.jsonl", "w") as file:
    for row in rows.tolist():
        file.write(json.dumps(row) + "\n")
with open("document.json", "w") as file:
    json.dump(rows.tolist(), file, indent=2)

with open("hits.jsonl", "w") as file:
    for number, row in enumerate(rows.tolist()):
        source = {"title": labels[number], "embedding": row}
        file.write(json.dumps({"_index": "texts", "_id": str(number), "_source": source}) + "\n")
with open("answer.json", "w") as file:
    data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows.tolist())]
    usage = {"prompt_tokens": 8, "total_tokens": 8}
    json.dump({"object": "list", "data": data, "model": "none", "usage": usage}, file, indent=2)
with open("ids.json", "w") as file:
    json.dump({f"doc{number}": row for number, row in enumerate(rows.tolist())}, file)

# Rows with their lengths, or with a header of two.
for name, array in [("fvecs", rows), ("ivecs", integers), ("bvecs", integers.astype("u1"))]:
    lengths = np.full((4, 1), 3, "i4").view("u1").reshape(4, 4)
    np.hstack([lengths, array.view("u1").reshape(4, -1)]).tofile(f"rows.{name}")
for name, array in [
    ("fbin", rows), ("ibin", integers), ("u8bin", integers.astype("u1")), ("i8bin", integers.astype("i1")),
]:
    with open(f"rows.{name}", "wb") as file:
        np.array(array.shape, "u4").tofile(file)
        array.tofile(file)

# Tensors in several files.
shards = {"model-00001-of-00002.safetensors": {"rows": rows},
          "model-00002-of-00002.safetensors": {"mask": rows > 0, "numbers": numbers}}
for name, tensors in shards.items():
    save_file(tensors, name, {"format": "np"})
with open("model.safetensors.index.json", "w") as file:
    weights = {tensor: name for name, tensors in shards.items() for tensor in tensors}
    json.dump({"metadata": {"total_size": 92}, "weight_map": weights}, file, indent=2)

with gzip.GzipFile("rows.npy.gz", "wb", mtime=0) as file:
    np.save(file, rows)
np.save("rows.npy", rows)
os.rename("rows.npy", "no-suffix")

# What is not read.
frame.to_parquet("rows.parquet")
frame.to_feather("rows.feather")
table = pa.Table.from_pandas(frame)
with pa.ipc.new_stream("rows.arrows", table.schema) as stream:
    stream.write_table(table)
frame.to_csv("utf16.csv", index=False, encoding="utf-16")
frame.to_csv("rows.csv.bz2", index=False)
with open("rows.pkl", "wb") as file:
    pickle.dump(rows, file)
with h5py.File("rows.h5", "w") as file:
    file["embeddings"] = rows
scipy.io.savemat("rows.mat", {"embeddings": rows})
rows.tofile("rows.bin")
with sqlite3.connect("rows.sqlite") as database:
    database.execute("PRAGMA page_size = 512")
    database.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, embeddings BLOB)")
    for row in rows:
        database.execute("INSERT INTO rows (embeddings) VALUES (?)", (row.tobytes(),))
writer = gguf.GGUFWriter("rows.gguf", "none")
writer.add_tensor("embeddings", rows)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
field = {"name": "embeddings", "type": {"type": "array", "items": "float"}}
with open("rows.avro", "wb") as file:
    fastavro.writer(
        file, {"type": "record", "name": "row", "fields": [field]},
        [{"embeddings": row} for row in rows.tolist()], sync_marker=bytes(range(16)))
pa.orc.write_table(pa.table({"embeddings": rows.tolist()}), "rows.orc")
idx2numpy.convert_to_file("rows.idx", rows)
idx2numpy.convert_to_file("images.idx3-ubyte", np.arange(12, dtype="u1").reshape(2, 3, 2))
with open("images.idx3-ubyte", "rb") as images, gzip.GzipFile("images.idx3-ubyte.gz", "wb", mtime=0) as file:
    shutil.copyfileobj(images, file)
os.remove("images.idx3-ubyte")
with py7zr.SevenZipFile("rows.7z", "w") as archive:
    archive.write("no-suffix")
with open("no-suffix", "rb") as file:
    compressed = lz4.frame.compress(file.read())
with open("rows.npy.lz4", "wb") as file:
    file.write(compressed)
