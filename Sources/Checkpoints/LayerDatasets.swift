import Crossbars

/// A dataset of one matrix or vector.
struct VectorDataset: LayerDataset {
  enum Extent {
    case rows
    case neurons
    case synapses
    case outputsByColumns
    case columns
    case outputs
    case classesByColumns

    func shape(_ size: LayerSize) -> [Int] {
      switch self {
      case .rows: [size.rows]
      case .neurons: [size.places * size.columns]
      case .synapses: [size.rows, size.columns]
      case .outputsByColumns: [size.outputs, size.columns]
      case .columns: [size.columns]
      case .outputs: [size.outputs]
      case .classesByColumns: [size.classes, size.columns]
      }
    }
  }

  let field: Field
  private let keyPath: WritableKeyPath<LayerSnapshot, [Float]> & Sendable
  private let extent: Extent

  init(_ field: Field, _ keyPath: WritableKeyPath<LayerSnapshot, [Float]> & Sendable, extent: Extent) {
    self.field = field
    self.keyPath = keyPath
    self.extent = extent
  }

  func write(_ layer: LayerSnapshot, group: String, to output: CheckpointOutput)
    throws(CheckpointError)
  {
    let values = layer[keyPath: keyPath]
    guard !values.isEmpty else { return }
    try output.write(lists: [values], shape: extent.shape(LayerSize(layer)), as: field.inside(group))
  }

  func read(
    into layer: inout LayerSnapshot, group: String, size: LayerSize, from input: CheckpointInput
  ) throws(CheckpointError) {
    guard try input.has(field.inside(group)) else { return }
    layer[keyPath: keyPath] = try input.values(field.inside(group), shape: extent.shape(size))
  }

  func check(_ layer: LayerSnapshot, size: LayerSize) throws(StateFlaw) {
    let values = layer[keyPath: keyPath]
    let shape = extent.shape(size)
    guard values.isEmpty || values.count == shape.reduce(1, *) else {
      throw StateFlaw(place: name, expected: "\(shape) values", found: "\(values.count)")
    }
    if let index = values.firstInfinite {
      let place = shape.count == 1 ? "\(index)" : "\(index / shape[1]), \(index % shape[1])"
      throw StateFlaw(place: "\(name)[\(place)]", expected: "a finite number", found: "\(values[index])")
    }
  }

  func extent(of layer: LayerSnapshot) -> String {
    let values = layer[keyPath: keyPath]
    return values.isEmpty ? "none" : "\(values.count)"
  }

  func numbers(of layer: LayerSnapshot) -> [Double] { layer[keyPath: keyPath].map(Double.init) }

  func copy(from other: LayerSnapshot, into layer: inout LayerSnapshot) {
    layer[keyPath: keyPath] = other[keyPath: keyPath]
  }
}

/// A dataset of one matrix for each device of a synapse.
struct PlaneDataset<Element: StoredNumber>: LayerDataset {
  let field: Field
  private let fieldOfIdealPair: Field
  private let keyPath: WritableKeyPath<LayerSnapshot, [[Element]]> & Sendable
  private let expected: String
  private let firstImpossible: @Sendable ([Element]) -> Int?

  /// - Parameter firstImpossible: index of the first value that is not as `expected`. It scans whole matrices, since a
  ///   closure for each element would not be inlined.
  init(
    _ field: Field, _ keyPath: WritableKeyPath<LayerSnapshot, [[Element]]> & Sendable, ofIdealPair: Field? = nil,
    expected: String, firstImpossible: @escaping @Sendable ([Element]) -> Int?
  ) {
    self.field = field
    self.keyPath = keyPath
    fieldOfIdealPair = ofIdealPair ?? field
    self.expected = expected
    self.firstImpossible = firstImpossible
  }

  func write(_ layer: LayerSnapshot, group: String, to output: CheckpointOutput)
    throws(CheckpointError)
  {
    let planes = layer[keyPath: keyPath]
    guard !planes.isEmpty else { return }
    let field = layer.array.isIdeal ? fieldOfIdealPair : field
    try output.write(
      lists: planes, shape: [planes.count, layer.rows, layer.columns],
      as: field.inside(group, stateUnit: layer.stateUnit))
  }

  func read(
    into layer: inout LayerSnapshot, group: String, size: LayerSize, from input: CheckpointInput
  ) throws(CheckpointError) {
    let field = field.inside(group)
    guard try input.has(field) else { return }
    layer[keyPath: keyPath] = try input.planes(field, rows: size.rows, columns: size.columns)
  }

  func check(_ layer: LayerSnapshot, size: LayerSize) throws(StateFlaw) {
    for (plane, values) in layer[keyPath: keyPath].enumerated() {
      guard values.count == size.rows * size.columns else {
        throw StateFlaw(
          place: "\(name)[\(plane)]", expected: "\([size.rows, size.columns]) values", found: "\(values.count)")
      }
      if let index = firstImpossible(values) {
        throw StateFlaw(
          place: "\(name)[\(plane), \(index / size.columns), \(index % size.columns)]", expected: expected,
          found: "\(values[index])")
      }
    }
  }

  func extent(of layer: LayerSnapshot) -> String {
    let planes = layer[keyPath: keyPath]
    return planes.isEmpty ? "none" : "\(planes.count) x \(planes[0].count)"
  }

  func numbers(of layer: LayerSnapshot) -> [Double] {
    layer[keyPath: keyPath].joined().map(\.number)
  }

  func copy(from other: LayerSnapshot, into layer: inout LayerSnapshot) {
    layer[keyPath: keyPath] = other[keyPath: keyPath]
  }
}

extension CrossbarArray.State {
  /// Whether the array is made of ideal pairs, which have weights and no devices.
  var isIdeal: Bool { conductances.isEmpty }
}
