public import Contrastive
import Foundation
public import Testing

/// The known answers of one loss, from the named Python packages in float64.
///
/// Natural logarithms; gradients are by the raw inputs.
public struct Reference: Decodable, Sendable {
  public let loss: String
  public let cases: [Case]

  public struct Case: Decodable, Sendable, CustomTestStringConvertible {
    public let name: String
    public let inputs: [String: Input]
    public let parameters: [String: Parameter]
    public let expected: Expected

    /// What multiplies the cosine in the exponent, where the case says so.
    public let sharpness: Double?

    public var testDescription: String { name }
  }

  /// A nested list of numbers of one to three dimensions, row by row.
  public struct Input: Decodable, Sendable {
    public let shape: [Int]
    public let elements: [Double]

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let vector = try? container.decode([Double].self) {
        (shape, elements) = ([vector.count], vector)
      } else if let rows = try? container.decode([[Double]].self) {
        (shape, elements) = ([rows.count, rows.first?.count ?? 0], rows.flatMap { $0 })
      } else {
        let blocks = try container.decode([[[Double]]].self)
        shape = [blocks.count, blocks.first?.count ?? 0, blocks.first?.first?.count ?? 0]
        elements = blocks.flatMap { $0.flatMap { $0 } }
      }
    }
  }

  /// A number, a name, a choice of two, or a list of numbers.
  public enum Parameter: Decodable, Sendable {
    case number(Double)
    case text(String)
    case flag(Bool)
    case numbers([Double])

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let numbers = try? container.decode([Double].self) {
        self = .numbers(numbers)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  public struct Expected: Decodable, Sendable {
    public let loss: Double?
    public let perQuery: [Double]?
    public let gradients: [String: Gradient]?
    public let sizes: [String: Double]?
    public let probabilities: [Double]?
    public let probabilitiesText: [String]?
    public let logProbabilities: [Double]?
    public let entropy: Double?
  }

  /// A scalar or an array.
  public struct Gradient: Decodable, Sendable {
    public let elements: [Double]

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        elements = [number]
      } else {
        elements = try container.decode(Input.self).elements
      }
    }
  }

  /// Reads `Resources/NAME.json`.
  public static func named(_ name: String) -> Reference {
    do {
      return try decoded(name, as: Reference.self)
    } catch {
      fatalError("the reference answers \(name) cannot be read: \(error)")
    }
  }

  /// Reads `Resources/NAME.json`, answers of another form.
  public static func decoded<Answers: Decodable>(
    _ name: String, as answers: Answers.Type
  ) throws -> Answers {
    guard let url = Bundle.module.url(forResource: name, withExtension: "json") else {
      throw CocoaError(.fileNoSuchFile)
    }
    return try JSONDecoder().decode(answers, from: Data(contentsOf: url))
  }
}

extension Reference.Case {
  /// An input as a matrix; a third dimension joins the rows.
  public func matrix<Scalar: EmbeddingScalar>(
    _ name: String, as scalar: Scalar.Type = Scalar.self
  ) throws -> Matrix<Scalar> {
    let input = try #require(inputs[name], "no input \(name)")
    let columnCount = try #require(input.shape.last)
    return try Matrix(
      input.elements.map { Scalar($0) }, rowCount: input.elements.count / columnCount,
      columnCount: columnCount)
  }

  /// An input of numbers.
  public func numbers(_ name: String) throws -> [Double] {
    try #require(inputs[name], "no input \(name)").elements
  }

  /// An input of integers.
  public func integers(_ name: String) throws -> [Int] {
    try #require(inputs[name], "no input \(name)").elements.map { Int($0) }
  }

  /// An input of integers, row by row.
  public func integerRows(_ name: String) throws -> [[Int]] {
    let width = try #require(inputs[name]?.shape.last)
    let elements = try integers(name)
    return stride(from: 0, to: elements.count, by: width).map {
      Array(elements[$0..<$0 + width])
    }
  }

  public func number(_ name: String) throws -> Double {
    guard case .number(let value)? = parameters[name] else {
      throw MissingParameter(name: name)
    }
    return value
  }

  public func text(_ name: String) throws -> String {
    guard case .text(let value)? = parameters[name] else { throw MissingParameter(name: name) }
    return value
  }

  /// A parameter of numbers.
  public func list(_ name: String) throws -> [Double] {
    guard case .numbers(let values)? = parameters[name] else { throw MissingParameter(name: name) }
    return values
  }

  public func flag(_ name: String) throws -> Bool {
    guard case .flag(let value)? = parameters[name] else { throw MissingParameter(name: name) }
    return value
  }

  struct MissingParameter: Error {
    let name: String
  }
}
