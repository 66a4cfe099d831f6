/// What the keys of a memory are to the rows of a batch: keys of a row's label are its positives,
/// keys of its id nothing to it, and the others its negatives.
package struct MemoryRoles: Sendable {
  /// The labels of the rows and, after them, of the keys.
  package let labels: LabelGroups

  /// Likewise the ids, if there are any.
  package let ids: LabelGroups?

  package let rowCount: Int

  package init(labels: LabelGroups, ids: LabelGroups?, rowCount: Int) {
    self.labels = labels
    self.ids = ids
    self.rowCount = rowCount
  }

  /// Whether a key is nothing to a row.
  package func isOwn(_ key: Int, ofRow row: Int) -> Bool {
    ids?.areTogether(row, rowCount + key) ?? false
  }

  package func forEachException(
    ofRow row: Int, in keys: Range<Int>, _ body: (_ key: Int, _ isPositive: Bool) -> Void
  ) {
    let members = rowCount + keys.lowerBound..<rowCount + keys.upperBound
    labels.forEachMember(ofRow: row, in: members) { member in
      let key = member - rowCount
      if !isOwn(key, ofRow: row) { body(key, true) }
    }
    ids?.forEachMember(ofRow: row, in: members) { body($0 - rowCount, false) }
  }

  /// How many of `keyCount` keys are a row's positives, and how many its negatives.
  package func counts(ofRow row: Int, among keyCount: Int) -> (positives: Int, negatives: Int) {
    var (positives, own) = (0, 0)
    forEachException(ofRow: row, in: 0..<keyCount) { _, isPositive in
      if isPositive { positives += 1 } else { own += 1 }
    }
    return (positives, keyCount - positives - own)
  }
}
