/// The pulses every device of one layer has received, and which devices are stuck.
public struct WearMap: Equatable, Sendable {
  /// The layer's name, as the user gave it.
  public let layerName: String
  /// Inputs (word lines) of the layer.
  public let rows: Int
  /// Outputs (bit lines) of the layer.
  public let columns: Int
  /// Rows of one physical crossbar; the last tile may hold fewer.
  public let tileRows: Int
  /// Columns of one physical crossbar; the last tile may hold fewer.
  public let tileColumns: Int
  /// SET and RESET pulses per device, `[rows × columns]`, row-major.
  public let pulses: [UInt64]
  /// Devices that no longer switch, `[rows × columns]`, row-major; empty when there are none.
  public let stuck: [Bool]

  /// A map of `rows × columns` devices; negative counts are taken as zero.
  /// - Throws: ``ReportingError`` when the shape is impossible or an array does not have one value per device.
  public init(
    layerName: String, rows: Int, columns: Int, tileRows: Int, tileColumns: Int, pulses: [some BinaryInteger],
    stuck: [Bool] = []
  ) throws(ReportingError) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, tileRows > 0, tileColumns > 0, !overflow else {
      throw .impossibleShape(
        layer: layerName, rows: rows, columns: columns, tileRows: tileRows, tileColumns: tileColumns)
    }
    guard pulses.count == count else {
      throw .wrongCount(layer: layerName, values: "pulses", expected: count, found: pulses.count)
    }
    guard stuck.isEmpty || stuck.count == count else {
      throw .wrongCount(layer: layerName, values: "stuck devices", expected: count, found: stuck.count)
    }
    self.layerName = layerName
    self.rows = rows
    self.columns = columns
    self.tileRows = tileRows
    self.tileColumns = tileColumns
    self.pulses = pulses.map { UInt64(clamping: $0) }
    self.stuck = stuck
  }

  /// Tiles along the rows and along the columns.
  var tileCounts: (rows: Int, columns: Int) {
    ((rows + tileRows - 1) / tileRows, (columns + tileColumns - 1) / tileColumns)
  }
}
