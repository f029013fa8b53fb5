import HDF5Store

/// A dataset with a line of numbers for each block or tile of an array: its counts, or its sums.
struct RecordDataset<Record: Sendable, Number: HDF5Scalar & StoredNumber & Equatable>: LayerDataset {
  typealias Column = WritableKeyPath<Record, Number> & Sendable

  let field: Field
  private let keyPath: WritableKeyPath<LayerSnapshot, [Record]> & Sendable
  private let axes: [ArrayAxis]
  private let columns: [Column]
  private let blank: Record
  private let isRequired: Bool
  private let isOptional: Bool
  private let expected: String
  private let isPossible: @Sendable (Number) -> Bool

  /// - Parameters:
  ///   - axes: of the records; the columns are the last axis of the dataset.
  ///   - blank: a record that the columns of this and of other datasets are filled into.
  ///   - isRequired: whether every layer has the dataset.
  ///   - isOptional: whether the columns are left out where they are those of the blank record, all lines of them.
  init(
    _ field: Field, _ keyPath: WritableKeyPath<LayerSnapshot, [Record]> & Sendable, axes: [ArrayAxis],
    columns: [Column], blank: Record, isRequired: Bool = false, isOptional: Bool = false, expected: String = "a count",
    isPossible: @escaping @Sendable (Number) -> Bool = { _ in true }
  ) {
    self.field = field
    self.keyPath = keyPath
    self.axes = axes
    self.columns = columns
    self.blank = blank
    self.isRequired = isRequired
    self.isOptional = isOptional
    self.expected = expected
    self.isPossible = isPossible
  }

  func write(_ layer: LayerSnapshot, group: String, to output: CheckpointOutput)
    throws(CheckpointError)
  {
    let records = layer[keyPath: keyPath]
    guard !records.isEmpty, case .success(let shape) = axes.shape(of: records.count, layer, LayerSize(layer)) else {
      return
    }
    let values = records.flatMap { record in columns.map { record[keyPath: $0] } }
    let nothing = columns.map { blank[keyPath: $0] }
    if isOptional && values.indices.allSatisfy({ values[$0] == nothing[$0 % nothing.count] }) { return }
    try output.write(values, shape: shape + [columns.count], as: field.inside(group, stateUnit: layer.stateUnit))
  }

  func read(
    into layer: inout LayerSnapshot, group: String, size: LayerSize, from input: CheckpointInput
  ) throws(CheckpointError) {
    let field = field.inside(group)
    // Records that another dataset began must be complete.
    let has = try input.has(field)
    guard has || isRequired || (!isOptional && !layer[keyPath: keyPath].isEmpty) else { return }
    let axes = axes + [.fixed(columns.count)]
    let shape = try input.shape(of: field)
    guard axes.admits(shape, layer, size) else {
      throw input.unsound(field, expected: axes.words(layer, size), found: "\(shape)")
    }
    let values: [Number] = try input.values(field, shape: shape)
    var records = layer[keyPath: keyPath]
    if records.isEmpty { records = [Record](repeating: blank, count: values.count / columns.count) }
    for (index, value) in values.enumerated() {
      records[index / columns.count][keyPath: columns[index % columns.count]] = value
    }
    layer[keyPath: keyPath] = records
  }

  func check(_ layer: LayerSnapshot, size: LayerSize) throws(StateFlaw) {
    let records = layer[keyPath: keyPath]
    guard !records.isEmpty else { return }
    if case .failure(let wrong) = axes.shape(of: records.count, layer, size) {
      throw StateFlaw(place: name, expected: wrong.expected, found: "\(records.count) lines")
    }
    for (line, record) in records.enumerated() {
      for (column, path) in columns.enumerated() where !isPossible(record[keyPath: path]) {
        throw StateFlaw(
          place: "\(name), line \(line), column \(column)", expected: expected, found: "\(record[keyPath: path])")
      }
    }
  }

  func extent(of layer: LayerSnapshot) -> String {
    let records = layer[keyPath: keyPath]
    return records.isEmpty || isOptional ? "none" : "\(records.count)"
  }

  func numbers(of layer: LayerSnapshot) -> [Double] {
    layer[keyPath: keyPath].flatMap { record in columns.map { record[keyPath: $0].number } }
  }

  /// The columns of this dataset only: another may hold the rest of the record.
  func copy(from other: LayerSnapshot, into layer: inout LayerSnapshot) {
    let records = other[keyPath: keyPath]
    guard records.count == layer[keyPath: keyPath].count else {
      layer[keyPath: keyPath] = records
      return
    }
    for index in records.indices {
      for column in columns {
        layer[keyPath: keyPath][index][keyPath: column] = records[index][keyPath: column]
      }
    }
  }
}
