public import ContrastiveEmbeddings

/// What can go wrong with a batch that is encoded in chunks.
public enum GradCacheError<Failure: Error>: Error {
  /// The encoder's own error, on the way forward or back.
  case encoder(Failure)

  /// Sizes that do not fit.
  case shape(ContrastiveError)
}

extension GradCacheError: Equatable where Failure: Equatable {}

extension GradCacheError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .encoder(let error): "\(error)"
    case .shape(let error): error.description
    }
  }
}
