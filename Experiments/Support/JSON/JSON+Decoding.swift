extension JSON: Decodable {
  /// Reads any value; the members of objects are sorted by their keys, since decoders do not tell their order.
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let elements = try? container.decode([JSON].self) {
      self = .array(elements)
    } else {
      var object = JSONObject()
      let members = try container.decode([String: JSON].self)
      for (key, value) in members.sorted(by: { $0.key < $1.key }) { object.add(key, value) }
      self = .object(object)
    }
  }
}
