/// `oracle.json`: edge cases in 80-digit arithmetic, rounded once.
struct Oracle: Decodable {
  struct Logarithm: Decodable {
    let b: Double
    let x: Double
    let value: Double
  }

  struct LossLimit: Decodable {
    let dimension: Int
    let temperature: Double
    let value: Double
  }

  struct Uniform: Decodable {
    let dimension: Int
    let temperature: Double
    let negatives: Int
    let value: Double
  }

  struct Floor: Decodable {
    let kind: String
    let count: Int
    let temperature: Double
    let value: Double
  }

  struct Polygon: Decodable {
    let points: Int
    let temperature: Double
    let value: Double
  }

  struct Scale: Decodable {
    let classes: Int
    let floor: Double
    let value: Double
  }

  let log0F1: [Logarithm]
  let alignedLossLimit: [LossLimit]
  let uniform: [Uniform]
  let floors: [Floor]
  let polygon: [Polygon]
  let scales: [Scale]
}
