import Foundation

extension Error {
  /// Why the system refused: its own words where the error has them, for Foundation says of many that
  /// "the operation could not be completed".
  var systemReason: String {
    let error = self as NSError
    guard let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error else {
      return localizedDescription
    }
    let underlying = cause as NSError
    return underlying.domain == NSPOSIXErrorDomain
      ? unsafe String(cString: strerror(Int32(underlying.code))) : localizedDescription
  }
}
