extension NetworkSnapshot {
  /// Why this snapshot, from a checkpoint, does not fit the network that `other` is a snapshot of: one sentence for
  /// each difference in layers, rows, columns, or in which state they have; empty when it fits.
  public func shapeMismatch(with other: NetworkSnapshot) -> [String] {
    let names = layers.map(\.name)
    let otherNames = other.layers.map(\.name)
    guard names == otherNames else {
      let texts = [names, otherNames].map { $0.joined(separator: ", ") }
      return ["layers \(texts[0]) in the checkpoint, \(texts[1]) in the experiment"]
    }
    return zip(layers, other.layers).flatMap { $0.shapeMismatch(with: $1) }
  }
}

extension LayerSnapshot {
  func shapeMismatch(with other: LayerSnapshot) -> [String] {
    func sentence(_ what: String, _ own: String, _ others: String) -> String? {
      own == others ? nil : "layer \(name): \(what) \(own) in the checkpoint, \(others) in the experiment"
    }
    let differences = [
      sentence("rows", "\(rows)", "\(other.rows)"), sentence("columns", "\(columns)", "\(other.columns)"),
      sentence("places", "\(places)", "\(other.places)"),
      sentence("unit of states", stateUnit, other.stateUnit),
    ].compactMap { $0 }
    guard differences.isEmpty else { return differences }
    return LayerSchema.datasets.compactMap {
      sentence("values of \($0.name)", $0.extent(of: self), $0.extent(of: other))
    }
  }
}
