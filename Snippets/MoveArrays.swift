//! Embeddings from NumPy and PyTorch, and back to them.

import Contrastive
import Foundation

let folder =
  FileManager.default.temporaryDirectory.path + "/MoveArrays-\(getpid())"
try FileManager.default.createDirectory(
  atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }

// snippet.numpy
// numpy.load("queries.npy") reads what this writes, and the other way round.
let queries: Matrix<Float> = [[1, 2, 3], [4, 5, 6]]
try queries.write(to: "\(folder)/queries.npy")
// Mapped, not copied.
let read = try Matrix<Float>(FileArray(reading: "\(folder)/queries.npy"))
print("equal:", read == queries)
// snippet.safetensors
// safetensors.torch.load_file("adapter.safetensors") reads a dictionary.
try SafetensorsFile.write(
  ["weight": WritableArray(queries)],
  metadata: ["temperature": "0.05"],
  to: "\(folder)/adapter.safetensors")
let file = try SafetensorsFile("\(folder)/adapter.safetensors")
let weight = try Matrix<Float>(file.tensor("weight"))
print(file.names, file.metadata, weight.rowCount, weight.columnCount)
// snippet.end
