import HDF5Store

/// Finds the events in an HDF5 file.
struct HDF5EventFinder {
  private let path: String
  private let file: HDF5File
  private let order: [CSVEventLayout.Column]

  /// Names of a column, the likeliest first.
  private static let names: [(column: CSVEventLayout.Column, names: [String])] = [
    (.time, ["t", "ts", "time", "times", "timestamp", "timestamps"]),
    (.x, ["x", "xs"]),
    (.y, ["y", "ys"]),
    (.polarity, ["p", "ps", "pol", "polarity", "polarities", "on"]),
  ]
  private static let usualPlaces = ["CD/events", "events", ""]
  private static let expectation =
    "records of x, y, p, t in CD/events or events, or datasets x, y, p, t in a group"

  init(path: String, columns: [CSVEventLayout.Column]) throws(RecordingError) {
    (self.path, order) = (path, columns)
    do {
      file = try HDF5File.open(at: path)
    } catch {
      throw RecordingError.unreadable(path: path, reason: "\(error)")
    }
  }

  /// The column that a name stands for in tables of events.
  static func column(named name: String) -> CSVEventLayout.Column? {
    names.first { $0.names.contains(name.lowercased()) }?.column
  }

  /// The events at a place, or at the first of the usual places that has some.
  func table(at place: String?, timeUnit: TimeUnit?) throws(RecordingError) -> HDF5EventTable {
    do {
      for candidate in place.map({ [$0] }) ?? Self.usualPlaces where try file.exists(candidate) {
        let name = candidate.split(separator: "/").joined(separator: "/")
        let found =
          try file.kind(of: name) == .dataset ? inDataset(name, isNamed: place != nil) : inGroup(name)
        if let found { return try table(found, timeUnit: timeUnit) }
      }
      let children = try file.children().prefix(12).map(\.name).joined(separator: ", ")
      throw RecordingError.fileFormat(
        file: path, part: place ?? "/", expected: Self.expectation,
        found: "only \(children.isEmpty ? "nothing" : children)")
    } catch let error as HDF5Error {
      throw invalid(place ?? "/", "events that can be read", "\(error)")
    } catch let error as RecordingError {
      throw error
    } catch {
      throw invalid(place ?? "/", "events that can be read", "\(error)")
    }
  }

  private typealias Found = (form: HDF5EventTable.Form, columns: [HDF5EventColumn], datasets: [String])

  private func inGroup(_ group: String) throws -> Found? {
    let names = try file.children(of: group).filter { $0.kind == .dataset }.map(\.name)
    var columns: [HDF5EventColumn] = []
    for (column, candidates) in Self.names {
      guard let name = candidates.first(where: names.contains) else { return nil }
      let type = try file.elementType(of: group + "/" + name)
      columns.append(HDF5EventColumn(column: column, name: name, kind: try kind(type, of: group + "/" + name)))
    }
    return (.datasets(group), columns, columns.map { group + "/" + $0.name })
  }

  private func inDataset(_ dataset: String, isNamed: Bool) throws -> Found? {
    let members = try file.members(of: dataset)
    if members.isEmpty {
      let shape = try file.shape(of: dataset)
      guard shape.count == 2, shape[1] == order.count, isNamed else { return nil }
      let kind = try kind(file.elementType(of: dataset), of: dataset)
      let columns = order.enumerated().filter { $0.element != .ignored }.map {
        HDF5EventColumn(column: $0.element, name: $0.element.rawValue, index: $0.offset, kind: kind)
      }
      return (.table(dataset, width: shape[1]), columns, [dataset])
    }
    var columns: [HDF5EventColumn] = []
    for (column, _) in Self.names {
      guard let member = members.first(where: { Self.column(named: $0.name) == column }) else { return nil }
      columns.append(
        HDF5EventColumn(column: column, name: member.name, kind: try kind(member.type, of: dataset + "." + member.name))
      )
    }
    return (.records(dataset), columns, [dataset])
  }

  /// What numbers of eight bytes hold the values of a type.
  private func kind(_ type: HDF5ElementType, of part: String) throws(RecordingError) -> EventColumns.Kind {
    if type.converts(to: Int64.hdf5ElementType) { return .signed }
    if type.converts(to: UInt64.hdf5ElementType) { return .unsigned }
    if type.converts(to: Double.hdf5ElementType) { return .floating }
    throw invalid(part, "numbers of at most 64 bits", "\(type)")
  }

  private func table(_ found: Found, timeUnit: TimeUnit?) throws -> HDF5EventTable {
    let shape = try file.shape(of: found.datasets[0])
    let isTable = if case .table = found.form { true } else { false }
    for dataset in found.datasets {
      let own = try file.shape(of: dataset)
      guard own.count == (isTable ? 2 : 1), own == shape else {
        throw invalid(dataset, "one number an event, as many as \(found.datasets[0]) has", "shape \(own)")
      }
    }
    let times = found.datasets[0]
    var clock = TableClock(unit: try timeUnit ?? statedUnit(times) ?? TableClock.usualUnit(of: found.columns[0].kind))
    var format = "HDF5 events"
    if case .records("CD/events") = found.form { format = "Prophesee HDF5" }
    if case .datasets = found.form, try file.exists("t_offset") {
      format = "DSEC HDF5"
      clock.offset = try file.readScalar("t_offset", as: Int64.self)
    }
    let table = HDF5EventTable(
      file: file, formatName: format, form: found.form, columns: found.columns, rowCount: shape[0],
      chunkRows: try file.chunkRows(of: times), clock: clock, sensor: try sensor())
    // A filter that is missing shows when a value is read, and is better told before than after.
    var first = EventColumns()
    if table.rowCount > 0 { try table.read(0..<1, into: &first) }
    return table
  }

  private func statedUnit(_ times: String) throws -> TimeUnit? {
    for name in ["unit", "units"] where try file.hasAttribute(name, of: times) {
      guard try file.attributeType(name, of: times) == .string else { continue }
      if let unit = TimeUnit.named(try file.textAttribute(name, of: times)) { return unit }
    }
    return nil
  }

  /// The size of the camera as Prophesee's files state it.
  private func sensor() throws -> SensorSize? {
    guard try file.hasAttribute("geometry"), try file.attributeType("geometry") == .string else { return nil }
    return try? SensorSize(file.textAttribute("geometry"))
  }

  private func invalid(_ part: String, _ expected: String, _ found: String) -> RecordingError {
    .fileFormat(file: path, part: part, expected: expected, found: found)
  }
}
