/// The crossbars and processing elements of one layer.
///
///     B = ⌈rows / (groups · R)⌉    row blocks of a group          T = groups · B · ⌈columns / C⌉   crossbars
///     P = ⌈T / X⌉                  processing elements            columns · (groups · B − 1)       additions per read
///
/// Crossbars come column block by column block, in each the row blocks from the first input on, in each the groups: those
/// whose partial sums are added are neighbours.
public struct LayerPlacement: Sendable, Equatable {
  /// The layer.
  public let shape: LayerShape
  /// The chip.
  public let geometry: ChipGeometry
  /// Number of the first processing element on the chip, from 0.
  public let firstElement: Int

  private let blocksPerGroup: Int

  /// - Precondition: `shape.check()` found nothing.
  init(shape: LayerShape, geometry: ChipGeometry, firstElement: Int) {
    self.shape = shape
    self.geometry = geometry
    self.firstElement = firstElement
    blocksPerGroup = Self.ceiling(shape.rows / shape.rowGroups, over: geometry.crossbarRows)
  }

  static func ceiling(_ count: Int, over size: Int) -> Int { (count + size - 1) / size }

  // MARK: Counts

  /// Crossbars above each other: those whose sums are added for each output.
  public var gridRows: Int { shape.rowGroups * blocksPerGroup }
  /// Crossbars side by side.
  public var gridColumns: Int { Self.ceiling(shape.columns, over: geometry.crossbarColumns) }
  /// Crossbars of the layer.
  public var crossbarCount: Int { gridRows * gridColumns }
  /// Processing elements of the layer, none of them shared.
  public var elementCount: Int { Self.ceiling(crossbarCount, over: geometry.crossbarsPerElement) }
  /// Numbers of its processing elements on the chip.
  public var elements: Range<Int> { firstElement..<firstElement + elementCount }
  /// Numbers of the chip tiles that hold them; the first and the last may be shared with other layers.
  public var chipTiles: Range<Int> {
    firstElement / geometry.elementsPerChipTile..<(elements.upperBound - 1) / geometry.elementsPerChipTile + 1
  }

  /// Weights of the layer.
  public var weightCount: Int { shape.rows * shape.columns }
  /// Devices that carry them.
  public var usedDevices: Int { weightCount * geometry.devicesPerWeight }
  /// Devices of its crossbars, used or not.
  public var providedDevices: Int { crossbarCount * geometry.weightsPerCrossbar * geometry.devicesPerWeight }
  /// Used devices as a fraction of those of its crossbars.
  public var utilisation: Double { Double(usedDevices) / Double(providedDevices) }

  // MARK: Partial sums

  /// Additions of partial sums for one output when every crossbar is read.
  public var additionsPerColumn: Int { gridRows - 1 }
  /// Additions of partial sums for all outputs when every crossbar is read.
  public var additionsPerRead: Int { shape.columns * additionsPerColumn }
  /// Those among them whose summands come from different processing elements.
  public var additionsBetweenElements: Int {
    (0..<gridColumns).reduce(0) { sum, block in
      let first = block * gridRows
      let crossings =
        (first + gridRows - 1) / geometry.crossbarsPerElement - first / geometry.crossbarsPerElement
      return sum + crossings * columns(ofBlock: block).count
    }
  }

  // MARK: Places

  /// The crossbar `number` of the layer, from 0 to `crossbarCount`.
  public func crossbar(_ number: Int) -> PlacedCrossbar {
    precondition((0..<crossbarCount).contains(number), "no crossbar \(number) in a layer of \(crossbarCount)")
    let group = number % shape.rowGroups
    let block = number % gridRows / shape.rowGroups
    let rowsOfGroup = shape.rows / shape.rowGroups
    let first = group * rowsOfGroup + block * geometry.crossbarRows
    let element = firstElement + number / geometry.crossbarsPerElement
    return PlacedCrossbar(
      rows: first..<min(first + geometry.crossbarRows, (group + 1) * rowsOfGroup),
      columns: columns(ofBlock: number / gridRows),
      chipTile: element / geometry.elementsPerChipTile, element: element,
      slot: number % geometry.crossbarsPerElement, geometry: geometry)
  }

  /// The crossbars of one of the layer's processing elements, in the order of their slots.
  public func crossbars(ofElement element: Int) -> [PlacedCrossbar] {
    let first = (element - firstElement) * geometry.crossbarsPerElement
    return (first..<min(first + geometry.crossbarsPerElement, crossbarCount)).map(crossbar)
  }

  private func columns(ofBlock block: Int) -> Range<Int> {
    let first = block * geometry.crossbarColumns
    return first..<min(first + geometry.crossbarColumns, shape.columns)
  }
}

/// One crossbar with the part of a layer that it holds.
public struct PlacedCrossbar: Sendable, Equatable {
  /// Rows of the layer's matrix, on its first word lines.
  public let rows: Range<Int>
  /// Columns of the layer's matrix, on its first bit lines.
  public let columns: Range<Int>
  /// Number of the chip tile.
  public let chipTile: Int
  /// Number of the processing element on the chip.
  public let element: Int
  /// Place in the processing element, from 0.
  public let slot: Int

  private let geometry: ChipGeometry

  init(rows: Range<Int>, columns: Range<Int>, chipTile: Int, element: Int, slot: Int, geometry: ChipGeometry) {
    self.rows = rows
    self.columns = columns
    self.chipTile = chipTile
    self.element = element
    self.slot = slot
    self.geometry = geometry
  }

  /// Used devices.
  public var usedDevices: Int { rows.count * columns.count * geometry.devicesPerWeight }
  /// Word lines in use, as a fraction of all.
  public var rowFraction: Double { Double(rows.count) / Double(geometry.crossbarRows) }
  /// Bit lines in use, as a fraction of all.
  public var columnFraction: Double { Double(columns.count) / Double(geometry.crossbarColumns) }
  /// Used devices as a fraction of all.
  public var utilisation: Double { Double(rows.count * columns.count) / Double(geometry.weightsPerCrossbar) }
}
