/// The members of a JSON object, in the order in which they were added.
struct JSONObject: Hashable, Sendable {
  /// A key and its value.
  struct Member: Hashable, Sendable {
    let key: String
    let value: JSON
  }

  private(set) var members: [Member] = []

  /// Adds a member behind the others, or nothing if there is no value.
  ///
  /// - Precondition: No member has this key.
  mutating func add(_ key: String, _ value: (any JSONRepresentable)?) {
    guard let value else { return }
    precondition(self[key] == nil, "two members named \(key)")
    members.append(Member(key: key, value: value.json))
  }

  /// Adds all members of another object behind the others.
  ///
  /// - Precondition: The two have no key in common.
  mutating func add(contentsOf other: JSONObject) {
    for member in other.members { add(member.key, member.value) }
  }

  /// The value of a member, or nil if there is none of this name.
  ///
  /// - Complexity: O(members); results have a few dozen at most.
  subscript(key: String) -> JSON? {
    members.first { $0.key == key }?.value
  }

  /// The name of a member that is not `defined`, or of one in it, if there is any.
  var undefinedKey: String? {
    for member in members {
      if case .object(let object) = member.value {
        if let key = object.undefinedKey { return "\(member.key).\(key)" }
      } else if member.value.defined == nil {
        return member.key
      }
    }
    return nil
  }

  /// The members that are `defined`.
  var defined: JSONObject {
    var result = JSONObject()
    result.members = members.compactMap { member in
      member.value.defined.map { Member(key: member.key, value: $0) }
    }
    return result
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Creates an object from a literal; members that are nil are left out.
  init(dictionaryLiteral elements: (String, (any JSONRepresentable)?)...) {
    for (key, value) in elements { add(key, value) }
  }
}

extension JSONObject: CustomStringConvertible {
  var description: String { json.description }
}
