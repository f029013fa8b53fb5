/// Prophesee EVT 3.0: words of 16 bits, little-endian, the type in the highest four.
///
/// Words change a state: EVT_ADDR_Y (0) the row, EVT_TIME_LOW (6) and EVT_TIME_HIGH (8) 12 bits each of the time, VECT_BASE_X (3)
/// the column that a vector begins with. EVT_ADDR_X (2) is one event; VECT_12 (4) one for each of its bits, in steps of one
/// column, and moves the base by 12. A vector is written where it takes fewer words than its events would, and keeps their order;
/// VECT_8 would take as many as VECT_12. The time wraps after 2²⁴ µs; a word for every 4096 µs, silent ones too, lets readers
/// count the wraps.
/// - Reference: docs.prophesee.ai, "EVT 3.0 Format"
struct EVT3Encoder: EventFormatEncoder {
  let formatName = "Prophesee EVT 3.0"
  let limits = EventLimits(
    width: 1 << 11, height: 1 << 11, times: 0 ... .max,
    longestSilence: Int64(EventLimits.mostBytesOfSilence / 2) << 12)

  private enum Word {
    static let addressY: UInt16 = 0x0000
    static let addressX: UInt16 = 0x2000
    static let vectorBaseX: UInt16 = 0x3000
    static let vector12: UInt16 = 0x4000
    static let timeLow: UInt16 = 0x6000
    static let timeHigh: UInt16 = 0x8000
  }

  /// Events of one time, row and polarity, of rising columns that fit into a vector.
  private struct Group {
    var time: Int64
    var y: UInt16
    /// Polarity at its place in the words that carry it.
    var polarity: UInt16
    /// Column of the lowest bit.
    var base: UInt16
    /// Whether the base is in force already.
    var continues: Bool
    var mask: UInt16
    var latestX: UInt16
  }

  private let sensor: SensorSize?
  private var group: Group?
  private var high: Int64 = -1
  private var low: UInt16?
  private var y: UInt16?
  /// Column and polarity that the next vector begins with.
  private var base: (x: UInt16, polarity: UInt16)?

  private static let vectorWidth: UInt16 = 12

  init(sensor: SensorSize?) {
    self.sensor = sensor
  }

  func header(eventCount: Int) -> [UInt8] { RAWHeader.bytes(version: 3, sensor: sensor) }

  mutating func encode(_ events: EventRun, to output: StreamedFile) throws(RecordingError) {
    for index in 0..<events.count {
      let (time, x, y) = (events.timestampsInMicroseconds[index], events.x[index], events.y[index])
      let polarity = UInt16(events.polarities[index] & 1) << 11
      if let open = group {
        if open.time == time, open.y == y, open.polarity == polarity, x > open.latestX,
          x - open.base < Self.vectorWidth
        {
          group?.mask |= 1 << (x - open.base)
          group?.latestX = x
          continue
        }
        try write(open, to: output)
      }
      var start = x
      if let base, base.polarity == polarity, x >= base.x, x - base.x < Self.vectorWidth {
        start = base.x
      }
      group = Group(
        time: time, y: y, polarity: polarity, base: start,
        continues: base?.x == start && base?.polarity == polarity,
        mask: 1 << (x - start), latestX: x)
    }
  }

  mutating func finish(to output: StreamedFile) throws(RecordingError) {
    if let group { try write(group, to: output) }
    group = nil
  }

  private mutating func write(_ group: Group, to output: StreamedFile) throws(RecordingError) {
    try advance(to: group.time, output)
    if y != group.y {
      y = group.y
      try write(Word.addressY | group.y, to: output)
    }
    if group.mask.nonzeroBitCount > (group.continues ? 1 : 2) {
      if !group.continues { try write(Word.vectorBaseX | group.polarity | group.base, to: output) }
      try write(Word.vector12 | group.mask, to: output)
      base = (group.base + Self.vectorWidth, group.polarity)
      return
    }
    var mask = group.mask
    while mask != 0 {
      try write(
        Word.addressX | group.polarity | (group.base + UInt16(mask.trailingZeroBitCount)),
        to: output)
      mask &= mask - 1
    }
    // Some readers keep one column for both kinds of words.
    base = nil
  }

  private mutating func advance(to time: Int64, _ output: StreamedFile) throws(RecordingError) {
    while high < time >> 12 {
      high += 1
      try write(Word.timeHigh | UInt16(high & 0xFFF), to: output)
      // Stated again, so that reading can begin at any EVT_TIME_HIGH.
      (low, y) = (nil, nil)
    }
    let timeLow = UInt16(time & 0xFFF)
    guard low != timeLow else { return }
    low = timeLow
    try write(Word.timeLow | timeLow, to: output)
  }

  private func write(_ word: UInt16, to output: StreamedFile) throws(RecordingError) {
    try output.write(atMost: 2) { free in
      free.storeBytes(of: word.littleEndian, as: UInt16.self)
      return 2
    }
  }
}
