/// Some rows of a table of events, each column as its file has it, widened to eight bytes a number.
struct EventColumns {
  /// What the eight bytes of a number are.
  enum Kind {
    case signed
    case unsigned
    case floating
  }

  /// A column in the storage.
  struct Column {
    var kind = Kind.signed
    /// Place of the first number, and from one number to the next.
    var (start, stride) = (0, 1)
  }

  var time = Column()
  var x = Column()
  var y = Column()
  var polarity = Column()
  /// Bits of the numbers.
  var storage: [UInt64] = []
  /// Rows that are good.
  var count = 0

  /// The column by its letter.
  subscript(_ column: CSVEventLayout.Column) -> Column {
    get {
      switch column {
      case .x: x
      case .y: y
      case .polarity: polarity
      default: time
      }
    }
    set {
      switch column {
      case .x: x = newValue
      case .y: y = newValue
      case .polarity: polarity = newValue
      default: time = newValue
      }
    }
  }

  /// Lays out a row as four numbers in the order time, x, y, polarity, or the columns one after another.
  mutating func layOut(rows: Int, inRows isInterleaved: Bool, kinds: (time: Kind, x: Kind, y: Kind, polarity: Kind)) {
    if storage.count != 4 * rows { storage = [UInt64](repeating: 0, count: 4 * rows) }
    let stride = isInterleaved ? 4 : 1
    func start(_ index: Int) -> Int { isInterleaved ? index : index * rows }
    time = Column(kind: kinds.time, start: start(0), stride: stride)
    x = Column(kind: kinds.x, start: start(1), stride: stride)
    y = Column(kind: kinds.y, start: start(2), stride: stride)
    polarity = Column(kind: kinds.polarity, start: start(3), stride: stride)
    count = 0
  }

  /// A number that is not as it should be.
  struct Flaw {
    var row: Int
    var column: CSVEventLayout.Column
    var found: String
  }

  /// Writes rows as events into free slots, up to the first number that is not as it should be.
  /// - Returns: Number of events written, and what ended them early.
  func write(_ rows: Range<Int>, into free: EventBatch.Slots, clock: TableClock) -> (count: Int, flaw: Flaw?) {
    var (good, flawed) = (rows.count, CSVEventLayout.Column?.none)
    func limit(_ column: CSVEventLayout.Column, _ count: Int) {
      if count < good { (good, flawed) = (count, column) }
    }
    storage.withUnsafeBufferPointer { numbers in
      limit(
        .time,
        fill(time, numbers, rows) {
          clock.microseconds($0, $1)
        } set: {
          free.timestampsInMicroseconds[$0] = $1
        })
      limit(
        .x,
        fill(x, numbers, rows) {
          Self.pixel($0, $1)
        } set: {
          free.x[$0] = UInt16(truncatingIfNeeded: $1)
        })
      limit(
        .y,
        fill(y, numbers, rows) {
          Self.pixel($0, $1)
        } set: {
          free.y[$0] = UInt16(truncatingIfNeeded: $1)
        })
      limit(
        .polarity,
        fill(polarity, numbers, rows) {
          Self.polarity($0, $1)
        } set: {
          free.polarities[$0] = UInt8(truncatingIfNeeded: $1)
        })
    }
    guard let flawed else { return (good, nil) }
    let row = rows.lowerBound + good
    return (good, Flaw(row: row, column: flawed, found: text(self[flawed], row: row)))
  }

  /// Converts a column; returns how many numbers were good before the first that was not.
  @inline(__always)
  private func fill(
    _ column: Column, _ numbers: UnsafeBufferPointer<UInt64>, _ rows: Range<Int>,
    _ convert: (UInt64, Kind) -> Int64?, set: (Int, Int64) -> Void
  ) -> Int {
    var place = column.start + rows.lowerBound * column.stride
    for index in 0..<rows.count {
      guard let value = convert(numbers[place], column.kind) else { return index }
      set(index, value)
      place += column.stride
    }
    return rows.count
  }

  @inline(__always)
  private static func whole(_ bits: UInt64, _ kind: Kind) -> Int64? {
    switch kind {
    case .signed: Int64(bitPattern: bits)
    case .unsigned: Int64(exactly: bits)
    case .floating: Int64(exactly: Double(bitPattern: bits))
    }
  }

  @inline(__always)
  private static func pixel(_ bits: UInt64, _ kind: Kind) -> Int64? {
    guard let value = whole(bits, kind), value >= 0, value < 65_536 else { return nil }
    return value
  }

  @inline(__always)
  private static func polarity(_ bits: UInt64, _ kind: Kind) -> Int64? {
    guard let value = whole(bits, kind), value >= -1, value <= 1 else { return nil }
    return value == 1 ? 1 : 0
  }

  private func text(_ column: Column, row: Int) -> String {
    let bits = storage[column.start + row * column.stride]
    return switch column.kind {
    case .signed: "\(Int64(bitPattern: bits))"
    case .unsigned: "\(bits)"
    case .floating: "\(Double(bitPattern: bits))"
    }
  }
}

/// How the times of a table become µs.
struct TableClock {
  var unit: TimeUnit
  /// Added to every time, in its unit.
  var offset: Int64 = 0

  /// The unit where nothing states one: fractions count seconds, whole numbers µs.
  static func usualUnit(of kind: EventColumns.Kind) -> TimeUnit {
    kind == .floating ? .seconds : .microseconds
  }

  /// A time in µs, to the nearest; `nil` for what is no time within 62 bits.
  @inline(__always)
  func microseconds(_ bits: UInt64, _ kind: EventColumns.Kind) -> Int64? {
    if kind == .floating {
      let time = (Double(bitPattern: bits) + Double(offset)) * (unit.seconds * 1e6)
      guard time.magnitude < 0x1p62 else { return nil }
      return Int64(time.rounded())
    }
    guard kind == .signed || bits <= Int64.max else { return nil }
    let (sum, overflow) = Int64(bitPattern: bits).addingReportingOverflow(offset)
    guard !overflow, sum.magnitude < 1 << 62 else { return nil }
    switch unit {
    case .microseconds: return sum
    case .nanoseconds: return (sum + (sum < 0 ? -500 : 500)) / 1000
    case .milliseconds, .seconds:
      let (time, overflow) = sum.multipliedReportingOverflow(by: unit == .seconds ? 1_000_000 : 1000)
      return overflow || time.magnitude >= 1 << 62 ? nil : time
    }
  }
}
