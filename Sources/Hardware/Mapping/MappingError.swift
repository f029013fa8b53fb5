/// Why layers cannot be mapped; each description is one sentence to act on.
public enum MappingError: Error, Equatable, Sendable {
  /// A number of the chip that no chip can have.
  case badGeometry(name: String, expected: ClosedRange<Int>, found: Int)
  /// There is nothing to map, or more than `mostLayers`.
  case badLayerCount(expected: ClosedRange<Int>, found: Int)
  /// A layer has an impossible number of something.
  case badLayer(name: String, what: String, expected: ClosedRange<Int>, found: Int)
  /// The rows of a layer are not a multiple of its groups of rows.
  case unevenGroups(layer: String, rows: Int, groups: Int)
  /// A list does not have one number for each of something.
  case wrongCount(values: String, expected: Int, found: Int)
  /// Faults are not mapped around with weights stored like this.
  case unsupportedMapping(String)
  /// A weight, level or activity is no number that it can be.
  case badValue(values: String, index: Int, expected: String, found: Double)
}

extension MappingError: CustomStringConvertible {
  /// One sentence a user can act on.
  public var description: String {
    switch self {
    case .badGeometry(let name, let expected, let found):
      "\(name): expected \(expected.lowerBound) to \(expected.upperBound), found \(found)"
    case .badLayerCount(let expected, let found):
      "expected \(expected.lowerBound) to \(expected.upperBound) layers to map, found \(found)"
    case .badLayer(let name, let what, let expected, let found):
      "layer \"\(name)\": expected \(expected.lowerBound) to \(expected.upperBound) \(what), found \(found)"
    case .unevenGroups(let layer, let rows, let groups):
      "layer \"\(layer)\": \(rows) rows cannot be cut into \(groups) groups of equal length; give a multiple of \(groups)"
    case .wrongCount(let values, let expected, let found):
      "expected \(expected) \(values), found \(found); give one for each place"
    case .unsupportedMapping(let mapping):
      "mapping around faults is for weights held by pairs or single devices, found \(mapping); leave out --faults"
    case .badValue(let values, let index, let expected, let found):
      "\(values): expected \(expected), found \(found) at position \(index)"
    }
  }
}
