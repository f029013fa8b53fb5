import Hardware

/// How the layers of an experiment lie on a chip, as JSON and as text.
public struct FloorPlanReport: Encodable, Sendable {
  /// What the chip is built of.
  public struct Chip: Encodable, Sendable {
    /// Inputs of a crossbar.
    public let crossbarRows: Int
    /// Outputs of a crossbar.
    public let crossbarColumns: Int
    /// Devices that carry a weight.
    public let devicesPerWeight: Int
    /// Crossbars of a processing element.
    public let crossbarsPerElement: Int
    /// Processing elements of a chip tile.
    public let elementsPerChipTile: Int
  }

  /// The place of a layer.
  public struct Layer: Encodable, Sendable {
    /// Name.
    public let name: String
    /// Inputs and outputs.
    public let shape: [Int]
    /// Crossbars above each other and side by side.
    public let crossbarGrid: [Int]
    /// Crossbars.
    public let crossbars: Int
    /// Processing elements.
    public let elements: Int
    /// Number of the first chip tile, from 0.
    public let firstChipTile: Int
    /// Number of the last chip tile.
    public let lastChipTile: Int
    /// Devices that carry weights.
    public let devices: Int
    /// Those as a fraction of the devices of the layer's crossbars.
    public let utilisation: Double
    /// Additions of partial sums for one output in a read of every crossbar.
    public let additionsPerColumn: Int
    /// Additions of partial sums in a read of every crossbar.
    public let additionsPerRead: Int
    /// Those whose summands come from different processing elements.
    public let additionsBetweenElements: Int
  }

  /// Name of the experiment.
  public let experiment: String
  /// The chip.
  public let chip: Chip
  /// The layers, from the input on.
  public let layers: [Layer]
  /// Crossbars that hold weights.
  public let crossbars: Int
  /// Crossbars of all chip tiles.
  public let providedCrossbars: Int
  /// Processing elements in use.
  public let elements: Int
  /// Chip tiles.
  public let chipTiles: Int
  /// Devices that carry weights.
  public let devices: Int
  /// Devices of all chip tiles.
  public let providedDevices: Int
  /// Devices in use as a fraction of those of all chip tiles.
  public let utilisation: Double
  /// Devices in use as a fraction of those of the crossbars that hold weights.
  public let crossbarUtilisation: Double
  /// Additions of partial sums in a read of every crossbar.
  public let additionsPerRead: Int
  /// What stuck devices do to the weights; left out unless asked for.
  public let faults: FloorPlanFaults?
  /// Files that were written.
  public let files: [String]

  /// The report of a mapping.
  public init(_ mapping: ChipMapping, experiment: String, faults: FloorPlanFaults? = nil, files: [String] = []) {
    let geometry = mapping.geometry
    self.experiment = experiment
    chip = Chip(
      crossbarRows: geometry.crossbarRows, crossbarColumns: geometry.crossbarColumns,
      devicesPerWeight: geometry.devicesPerWeight, crossbarsPerElement: geometry.crossbarsPerElement,
      elementsPerChipTile: geometry.elementsPerChipTile)
    layers = mapping.layers.map {
      Layer(
        name: $0.shape.name, shape: [$0.shape.rows, $0.shape.columns], crossbarGrid: [$0.gridRows, $0.gridColumns],
        crossbars: $0.crossbarCount, elements: $0.elementCount, firstChipTile: $0.chipTiles.lowerBound,
        lastChipTile: $0.chipTiles.upperBound - 1, devices: $0.usedDevices, utilisation: $0.utilisation,
        additionsPerColumn: $0.additionsPerColumn, additionsPerRead: $0.additionsPerRead,
        additionsBetweenElements: $0.additionsBetweenElements)
    }
    crossbars = mapping.crossbarCount
    providedCrossbars = mapping.providedCrossbars
    elements = mapping.elementCount
    chipTiles = mapping.chipTileCount
    devices = mapping.usedDevices
    providedDevices = mapping.providedDevices
    utilisation = mapping.utilisation
    crossbarUtilisation = mapping.crossbarUtilisation
    additionsPerRead = mapping.additionsPerRead
    self.faults = faults
    self.files = files
  }
}

// MARK: Text

extension FloorPlanReport {
  /// For a terminal.
  public var text: String {
    var text =
      "\(experiment): \(count(layers.count, "layer")) on \(count(chipTiles, "chip tile")) of "
      + "\(count(chip.elementsPerChipTile, "processing element")) (PE) with "
      + "\(count(chip.crossbarsPerElement, "crossbar")) of \(chip.crossbarRows) x \(chip.crossbarColumns)\n\n"
    text += layerTable.rendered()
    text +=
      "\n\(share(crossbarUtilisation)) of the devices of \(count(crossbars, "crossbar")) in use, \(share(utilisation)) of "
      + "those of all \(NumberText.grouped(providedCrossbars)) crossbars on the chip\n"
    if let faults { text += "\n" + faults.text }
    return text + (files.isEmpty ? "" : "\n" + files.map { "wrote \($0)\n" }.joined())
  }

  private func share(_ fraction: Double) -> String { NumberText.fixed(fraction, decimals: 3) }

  private func count(_ number: Int, _ thing: String) -> String {
    "\(NumberText.grouped(number)) \(thing)\(number == 1 ? "" : "s")"
  }

  private var layerTable: TextTable {
    var table = TextTable(header: [
      "layer", "inputs x outputs", "crossbars", "rows x columns", "PEs", "chip tiles", "devices", "used", "additions",
      "between PEs",
    ])
    for layer in layers {
      table.append([
        layer.name, "\(layer.shape[0]) x \(layer.shape[1])", NumberText.grouped(layer.crossbars),
        "\(layer.crossbarGrid[0]) x \(layer.crossbarGrid[1])", NumberText.grouped(layer.elements),
        layer.firstChipTile == layer.lastChipTile
          ? "\(layer.firstChipTile)" : "\(layer.firstChipTile) to \(layer.lastChipTile)",
        NumberText.grouped(layer.devices), share(layer.utilisation), NumberText.grouped(layer.additionsPerRead),
        NumberText.grouped(layer.additionsBetweenElements),
      ])
    }
    if layers.count > 1 {
      table.append([
        "all", "", NumberText.grouped(crossbars), "", NumberText.grouped(elements), NumberText.grouped(chipTiles),
        NumberText.grouped(devices), share(crossbarUtilisation), NumberText.grouped(additionsPerRead),
        NumberText.grouped(layers.reduce(0) { $0 + $1.additionsBetweenElements }),
      ])
    }
    return table
  }
}
