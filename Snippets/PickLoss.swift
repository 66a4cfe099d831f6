//! Losses for what is known of a batch: pairs, labels, duplicates, a memory.

import Contrastive
import Foundation

// snippet.batch
var random = SeededGenerator(seed: 7)
let views = UnitRows<Float>.random(
  rowCount: 32, columnCount: 16, using: &random
).matrix
let otherViews = try {
  var rows = UnitRows<Float>.random(
    rowCount: 32, columnCount: 16, using: &random
  ).matrix
  try rows.add(views, times: 2)
  return rows
}()
let labels = (0..<32).map { $0 % 4 }
// snippet.pairs
let oneWay = try InfoNCE(temperature: 0.1).value(
  queries: views, positives: otherViews)
let bothWays = try CLIP(temperature: 0.1).valueWithGradient(
  images: views, texts: otherViews)
let allPairs = try NTXent(temperature: 0.1).valueWithGradient(
  viewA: views, viewB: otherViews)
let yesOrNo = try SigLIP(temperature: 0.1, bias: -10).valueWithGradient(
  images: views, texts: otherViews)
print(
  String(
    format: "InfoNCE %.4f, CLIP %.4f, NT-Xent %.4f, SigLIP %.4f", oneWay,
    bothWays.value,
    allPairs.value, yesOrNo.value))
// snippet.duplicates
// Rows 0 and 16 are one text: neither is the other's negative.
var (texts, titles, ids) = (views, otherViews, Array(0..<32))
ids[16] = 0
for column in 0..<16 {
  texts[16, column] = texts[0, column]
  titles[16, column] = titles[0, column]
}
let infoNCE = InfoNCE(temperature: 0.1)
let asNegatives = try infoNCE.value(queries: texts, positives: titles)
let leftOut = try infoNCE.value(
  queries: texts, positives: titles, excluding: .equalIDs(ids))
print(
  String(format: "with the duplicate %.4f, without %.4f", asNegatives, leftOut))
// snippet.labels
let supervised = try SupCon(temperature: 0.1).valueWithGradient(
  embeddings: views, labels: labels)
print(String(format: "SupCon %.4f", supervised.value))
// snippet.memory
var memory = try CrossBatchMemory<Float>(capacity: 96, dimension: 16)
for batch in 1...3 {
  let rows = UnitRows<Float>.random(
    rowCount: 32, columnCount: 16, using: &random)
  let ids = try memory.enqueue(rows, labels: labels)
  let step = try SupCon(temperature: 0.1).valueWithGradient(
    embeddings: rows, labels: labels, ids: ids, memory: memory)
  print(
    String(
      format: "batch %d against %d keys: %.4f", batch, memory.count, step.value)
  )
}
// snippet.end
