/// Why neurons cannot be laid out as asked; each description is one sentence to act on.
public enum SpikingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A text that describes no feature layer.
  case badFeature(notation: String, part: String, reason: String)
  /// A feature layer that would have no neurons.
  case emptyFeature(part: String, height: Int, width: Int)
  /// A feature layer with more neurons or rows than this.
  case tooManyNeurons(part: String, expected: Int, found: Int)

  /// One sentence a user can act on.
  public var description: String {
    switch self {
    case .badFeature(let notation, let part, let reason):
      "feature layers \"\(notation)\": \"\(part)\" \(reason); write 12c5 for 12 kernels of 5 x 5, 12c5s2p1 with stride and "
        + "padding, 2a or 2m for mean or any spike of 2 x 2 places, joined by -"
    case .emptyFeature(let part, let height, let width):
      "feature layer \(part) does not fit on maps of \(height) x \(width) places; make it smaller or pad it"
    case .tooManyNeurons(let part, let expected, let found):
      "feature layer \(part) has \(found) neurons or kernel rows, at most \(expected) are possible"
    }
  }
}
