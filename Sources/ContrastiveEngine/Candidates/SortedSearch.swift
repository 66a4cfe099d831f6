extension RandomAccessCollection where Element: Comparable, Index == Int {
  /// In a collection in order: the place of the first element that is not below `element`.
  package func firstIndex(notBelow element: Element) -> Int {
    var range = startIndex..<endIndex
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = self[middle] < element ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  /// In a collection in order: whether it holds an element.
  package func contains(sorted element: Element) -> Bool {
    let index = firstIndex(notBelow: element)
    return index < endIndex && self[index] == element
  }
}
