import Contrastive
public import Testing

/// Expects an error in one line: a call that cannot be computed says why.
public func expectRefusal(
  _ line: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  let error = #expect(
    throws: ContrastiveError.self, sourceLocation: sourceLocation, performing: body)
  #expect(error?.description == line, sourceLocation: sourceLocation)
}
