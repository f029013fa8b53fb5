/// What can be wrong with the values handed to a figure or a report.
public enum ReportingError: Error, Equatable {
  /// An array does not have one value per device.
  case wrongCount(layer: String, values: String, expected: Int, found: Int)
  /// A number of rows, columns, tile rows or tile columns that no array can have.
  case impossibleShape(layer: String, rows: Int, columns: Int, tileRows: Int, tileColumns: Int)
  /// Histogram bin edges that are not finite and increasing.
  case badBinEdges(layer: String)
  /// A picture of more pixels than can be drawn.
  case tooManyPixels(width: Int, height: Int, most: Int)
}

extension ReportingError: CustomStringConvertible {
  /// One sentence: the place, what was expected, what was found, what to do.
  public var description: String {
    switch self {
    case .wrongCount(let layer, let values, let expected, let found):
      "layer \"\(layer)\": expected \(expected) values of \(values), found \(found); give one value for each place"
    case .impossibleShape(let layer, let rows, let columns, let tileRows, let tileColumns):
      "layer \"\(layer)\": \(rows) × \(columns) devices in tiles of \(tileRows) × \(tileColumns) cannot be drawn; "
        + "give sizes of zero or more and tiles of at least 1 × 1"
    case .badBinEdges(let layer):
      "layer \"\(layer)\": the histogram bin edges are not finite and increasing; give at least two, in µS, ascending"
    case .tooManyPixels(let width, let height, let most):
      "a picture of \(width) × \(height) pixels: expected at most \(most) in all; crop the recording, or magnify it less"
    }
  }
}
