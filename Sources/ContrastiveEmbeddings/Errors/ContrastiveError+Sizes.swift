// How many there are of something.
extension ContrastiveError.Argument {
  public static let batch = Self("batch")
  public static let batchSize = Self("batchSize")
  public static let capacity = Self("capacity")
  public static let chunkSize = Self("chunkSize")
  public static let classes = Self("classes")
  public static let dimension = Self("dimension")
  public static let dimensions = Self("dimensions")
  public static let inputDimension = Self("inputDimension")
  public static let memoryRowCount = Self("memoryRowCount")
  public static let neighborCount = Self("neighborCount")
  public static let noiseCount = Self("noiseCount")
  public static let outputDimension = Self("outputDimension")
  public static let rowCount = Self("rowCount")
  public static let threads = Self("threads")
  public static let tileColumns = Self("tileColumns")
  public static let tileRows = Self("tileRows")
}
