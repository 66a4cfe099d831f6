import Contrastive
import ContrastiveDistributed
import ContrastiveFiles
import ContrastiveTraining

extension Parameters<Float> {
  /// The sum over all ranks, with the same bits on every one: of a gradient of the whole batch's mean, each rank's rows have
  /// their part.
  func summed(over group: any RankGroup) throws(ContrastiveError) -> Parameters {
    var result = self
    for index in indices {
      let values = self[index].values
      let sums = try group.allReduce(values.elements.map { Double($0) })
      result[index].values = Matrix(
        rowCount: values.rowCount, columnCount: values.columnCount
      ) { Float(sums[$0 * values.columnCount + $1]) }
    }
    return result
  }

  /// - Throws: `CommandFailure`, on every rank, unless all have the same bits.
  func requireEqual(named name: String, across group: any RankGroup) throws {
    var checksum = Checksum()
    for parameter in self { checksum.append(parameter.values.elements.span) }
    let all = try group.allGather([Double(checksum.value)]).flatMap(\.self)
    guard let rank = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw CommandFailure(
      "\(name): those of rank \(rank) are not those of rank 0; start all ranks with one program and one kind of processor",
      status: .software)
  }
}
