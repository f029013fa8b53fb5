/// A matrix of weights that wants a place on a chip.
public struct LayerShape: Sendable, Equatable {
  /// Name of the layer.
  public let name: String
  /// Inputs.
  public let rows: Int
  /// Outputs.
  public let columns: Int
  /// Equal parts of the rows that each begin on a crossbar of their own; 1 packs the rows without gaps.
  public let rowGroups: Int

  /// Most rows, and most columns, of a layer.
  public static let longestSide = 1 << 22

  /// Inputs that all meet all outputs.
  public init(name: String, rows: Int, columns: Int, rowGroups: Int = 1) {
    self.name = name
    self.rows = rows
    self.columns = columns
    self.rowGroups = rowGroups
  }

  /// A convolution with a square kernel: one group of rows, the input channels, for each place of the kernel.
  ///
  /// A crossbar then holds one place of the kernel for a block of input and a block of output channels, and the k² crossbars
  /// of a pair of blocks follow each other.
  /// - Reference: A. Moitra et al., SpikeSim, IEEE TCAD 42, 3815 (2023), arXiv:2210.12899.
  public static func convolution(
    name: String, inputChannels: Int, outputChannels: Int, kernelSize: Int
  ) -> LayerShape {
    // Beyond the limits the product is not needed: it is refused either way.
    let places = min(max(kernelSize, 0), longestSide) * min(max(kernelSize, 0), longestSide)
    let rows = places.multipliedReportingOverflow(by: inputChannels)
    return LayerShape(
      name: name, rows: rows.overflow ? .max : rows.partialValue, columns: outputChannels, rowGroups: places)
  }

  /// A recurrent layer: its inputs and the spikes of its own neurons meet all its neurons.
  public static func recurrent(name: String, inputs: Int, neurons: Int) -> LayerShape {
    let rows = inputs.addingReportingOverflow(neurons)
    return LayerShape(name: name, rows: rows.overflow ? .max : rows.partialValue, columns: neurons)
  }

  func check() throws(MappingError) {
    let sides = 1...Self.longestSide
    guard sides.contains(rows) else { throw .badLayer(name: name, what: "rows", expected: sides, found: rows) }
    guard sides.contains(columns) else {
      throw .badLayer(name: name, what: "columns", expected: sides, found: columns)
    }
    guard (1...rows).contains(rowGroups) else {
      throw .badLayer(name: name, what: "groups of rows", expected: 1...rows, found: rowGroups)
    }
    guard rows % rowGroups == 0 else { throw .unevenGroups(layer: name, rows: rows, groups: rowGroups) }
  }
}
