/// Reads sampled channels from a table in text, such as CSV, with or without a column of times.
public enum SignalTableFile {
  /// Longest gap between two rows, in samples of the signal, that is filled.
  public static let gapLimit = 10_000_000.0

  /// Opens a file.
  ///
  /// With a rate, samples are found at its even times, from the first row on, on the lines between neighbouring rows: rows
  /// may come at any times that rise. Without a rate, the times must be even to half a step, which takes a reading of the
  /// whole file to know; the rows are then the samples. Without a column of times, the rows are the samples at the rate.
  /// - Parameters:
  ///   - path: The file.
  ///   - layout: What its columns are.
  ///   - sampleRateInHertz: The rate of the signal, in Hz.
  /// - Throws: `RecordingError`: the file cannot be read, lacks a column, or its times say no rate.
  public static func open(
    path: String, layout: SignalTableLayout, sampleRateInHertz: Double? = nil
  ) throws(RecordingError) -> SampledSignal {
    let file = try SizedFile(path: path)
    var table = try SignalTable(file: file, layout: layout)
    let channels = try channels(table.names, units: layout.units)
    guard layout.timeColumn != nil else {
      guard let sampleRateInHertz else {
        throw RecordingError.setting(
          name: "sample rate of \(path)", expected: "a number of Hz, since no column holds times", found: "none")
      }
      return try SampledSignal(channels: channels, sampleRateInHertz: sampleRateInHertz) {
        count throws(RecordingError) in
        try rows(of: &table, count)
      }
    }
    let span = try span(
      of: SignalTable(file: file, layout: layout), mustBeEven: sampleRateInHertz == nil, unit: layout.timeUnit.rawValue)
    guard let rate = sampleRateInHertz else {
      return try SampledSignal(
        channels: channels,
        sampleRateInHertz: Double(span.count - 1) / (span.last - span.first) / layout.timeUnit.seconds,
        originInSeconds: span.first * layout.timeUnit.seconds, sampleCount: span.count
      ) { count throws(RecordingError) in try rows(of: &table, count) }
    }
    var grid = UnevenRows(table: table, secondsPerUnit: layout.timeUnit.seconds, rate: rate)
    return try SampledSignal(
      channels: channels, sampleRateInHertz: rate, originInSeconds: span.first * layout.timeUnit.seconds
    ) {
      count throws(RecordingError) in try grid.next(count)
    }
  }

  private static func channels(_ names: [String], units: [String]) throws(RecordingError) -> [SampledSignal.Channel] {
    guard units.count == 1 || units.count == names.count else {
      throw RecordingError.setting(
        name: "units of the columns", expected: "one, or \(names.count), one a column", found: "\(units.count)")
    }
    return names.enumerated().map { .init(name: $0.element, unit: units.count == 1 ? units[0] : units[$0.offset]) }
  }

  private static func rows(of table: inout SignalTable, _ count: Int) throws(RecordingError) -> [Float] {
    var values: [Float] = []
    for _ in 0..<count {
      guard let row = try next(&table, before: values.isEmpty) else { break }
      values += row
    }
    return values
  }

  /// The next row; `nil` at the end, and at a damaged one where rows before it are to be delivered first.
  private static func next(_ table: inout SignalTable, before isFirst: Bool) throws(RecordingError) -> [Float]? {
    let place = table
    do {
      return try table.next()?.values
    } catch {
      guard !isFirst else { throw error }
      table = place
      return nil
    }
  }

  private struct Span {
    var first = 0.0
    var last = 0.0
    var count = 0
  }

  /// First and last time, in the unit of the table, and the number of rows; only the first time where times need not be even.
  private static func span(
    of table: SignalTable, mustBeEven: Bool, unit: String
  ) throws(RecordingError) -> Span {
    var rows = table
    var span = Span()
    while let row = try rows.next() {
      span.last = row.time
      if span.count == 0 { span.first = span.last }
      span.count += 1
      guard mustBeEven else { return span }
    }
    guard mustBeEven else { return span }
    guard span.count > 1, span.last > span.first else {
      throw rows.corrupt("rows at times that rise, or a stated sample rate", "\(span.count) rows")
    }
    let step = (span.last - span.first) / Double(span.count - 1)
    var even = table
    for index in 0..<span.count {
      guard let row = try even.next() else { break }
      let expected = span.first + Double(index) * step
      guard abs(row.time - expected) <= step / 2 else {
        throw even.corrupt(
          "even times, each \(step) \(unit) after the one before; state a sample rate to resample others",
          "\(row.time) \(unit) in place of \(expected) \(unit)")
      }
    }
    return span
  }
}

/// Samples at even times between rows at any times.
private struct UnevenRows {
  var table: SignalTable
  let secondsPerUnit: Double
  let rate: Double

  /// The rows before and after the next sample; times from the first row, in samples.
  private var before: (time: Double, values: [Float])?
  private var after: (time: Double, values: [Float])?
  private var zero = 0.0
  private var nextSample = 0

  init(table: SignalTable, secondsPerUnit: Double, rate: Double) {
    (self.table, self.secondsPerUnit, self.rate) = (table, secondsPerUnit, rate)
  }

  mutating func next(_ count: Int) throws(RecordingError) -> [Float] {
    var values: [Float] = []
    for _ in 0..<count {
      do {
        guard let sample = try nextSampleValues() else { break }
        values += sample
      } catch {
        // Good samples come first; reading on meets the error again.
        guard values.isEmpty else { break }
        throw error
      }
    }
    return values
  }

  private mutating func nextSampleValues() throws(RecordingError) -> [Float]? {
    let time = Double(nextSample)
    // Times in decimals rarely fall on a sample to the last bit.
    while after.map({ $0.time < time - 1e-6 }) ?? true {
      let place = table
      do {
        guard let row = try table.next() else { return nil }
        try take(row)
      } catch {
        table = place
        throw error
      }
    }
    guard let after else { return nil }
    nextSample += 1
    guard let before, after.time > time else { return after.values }
    let weight = Float((time - before.time) / (after.time - before.time))
    return zip(before.values, after.values).map { $0 + weight * ($1 - $0) }
  }

  private mutating func take(_ row: (time: Double, values: [Float])) throws(RecordingError) {
    let seconds = row.time * secondsPerUnit
    guard let last = after else {
      zero = seconds
      after = (0, row.values)
      return
    }
    let time = (seconds - zero) * rate
    guard time > last.time else { throw table.corrupt("a time after that of the row before", "\(seconds) s") }
    guard time - last.time <= SignalTableFile.gapLimit else {
      throw table.corrupt("a gap of at most \(Int(SignalTableFile.gapLimit)) samples", "\(time - last.time)")
    }
    (before, after) = (last, (time, row.values))
  }
}
