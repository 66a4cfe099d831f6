extension ContrastiveError {
  /// The name of an argument.
  ///
  /// Those of this library are its members; what has names of its own, as parameters of a model, has others.
  public struct Argument: Hashable, Sendable {
    /// As it is written in messages.
    public let name: String

    public init(_ name: String) { self.name = name }
  }
}

extension ContrastiveError.Argument: CustomStringConvertible {
  public var description: String { name }
}
