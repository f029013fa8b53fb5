/// A dataset of numbers that an array keeps for its tiles, blocks or lines.
struct ListDataset<Element: StoredNumber>: LayerDataset {
  let field: Field
  private let keyPath: WritableKeyPath<LayerSnapshot, [Element]> & Sendable
  private let axes: [ArrayAxis]
  private let expected: String
  private let firstImpossible: @Sendable ([Element]) -> Int?

  /// - Parameter firstImpossible: index of the first value that is not as `expected`.
  init(
    _ field: Field, _ keyPath: WritableKeyPath<LayerSnapshot, [Element]> & Sendable, axes: [ArrayAxis],
    expected: String = "a count", firstImpossible: @escaping @Sendable ([Element]) -> Int? = { _ in nil }
  ) {
    self.field = field
    self.keyPath = keyPath
    self.axes = axes
    self.expected = expected
    self.firstImpossible = firstImpossible
  }

  func write(_ layer: LayerSnapshot, group: String, to output: CheckpointOutput)
    throws(CheckpointError)
  {
    let values = layer[keyPath: keyPath]
    guard !values.isEmpty, case .success(let shape) = axes.shape(of: values.count, layer, LayerSize(layer)) else {
      return
    }
    try output.write(lists: [values], shape: shape, as: field.inside(group))
  }

  func read(
    into layer: inout LayerSnapshot, group: String, size: LayerSize, from input: CheckpointInput
  ) throws(CheckpointError) {
    let field = field.inside(group)
    guard try input.has(field) else { return }
    let shape = try input.shape(of: field)
    guard axes.admits(shape, layer, size) else {
      throw input.unsound(field, expected: axes.words(layer, size), found: "\(shape)")
    }
    let stored: [Element.Stored] = try input.values(field, shape: shape)
    do throws(UnfitNumber) {
      layer[keyPath: keyPath] = try Element.values(stored)
    } catch {
      throw input.unsound(field, expected: "\(Element.self) values", found: error.text)
    }
  }

  func check(_ layer: LayerSnapshot, size: LayerSize) throws(StateFlaw) {
    let values = layer[keyPath: keyPath]
    guard !values.isEmpty else { return }
    if case .failure(let wrong) = axes.shape(of: values.count, layer, size) {
      throw StateFlaw(place: name, expected: wrong.expected, found: "\(values.count) values")
    }
    if let index = firstImpossible(values) {
      throw StateFlaw(place: "\(name), value \(index)", expected: expected, found: "\(values[index])")
    }
  }

  func extent(of layer: LayerSnapshot) -> String {
    let values = layer[keyPath: keyPath]
    return values.isEmpty ? "none" : "\(values.count)"
  }

  func numbers(of layer: LayerSnapshot) -> [Double] { layer[keyPath: keyPath].map(\.number) }

  func copy(from other: LayerSnapshot, into layer: inout LayerSnapshot) {
    layer[keyPath: keyPath] = other[keyPath: keyPath]
  }
}
