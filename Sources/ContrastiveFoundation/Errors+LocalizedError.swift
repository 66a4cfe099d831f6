public import ContrastiveEmbeddings
public import ContrastiveFiles

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

// What Foundation's `localizedDescription` of an error says: its line.

extension ContrastiveError: LocalizedError {
  public var errorDescription: String? { description }
}

extension ArrayFileError: LocalizedError {
  public var errorDescription: String? { description }
}
