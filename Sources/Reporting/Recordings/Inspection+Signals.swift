import Recordings

extension Inspection {
  /// Looks at a sampled recording, in one pass. A damaged one is described up to the damage.
  /// - Throws: `RecordingError` where not even the header can be read, or the options do not suit.
  static func signal(_ input: SignalInput) throws(RecordingError) -> Inspection {
    if input.format == .mat, input.options.array == nil { return try arrays(input) }
    let signal = try input.open()
    var statistics = SignalSpread(channelCount: signal.channels.count)
    var failure: RecordingError?
    var values: [Float] = []
    do throws(RecordingError) {
      while try signal.next(into: &values) { statistics.count(values) }
    } catch {
      failure = error
    }
    var result = Inspection(path: input.path, kind: "sampled recording")
    let rate = signal.sampleRateInHertz
    result.add("format", title(of: input.format))
    result.add("sample rate", "\(rate) Hz")
    result.add(
      "samples",
      "\(NumberText.grouped(statistics.sampleCount)) (\(NumberText.fixed(Double(statistics.sampleCount) / rate, decimals: 3)) s)"
    )
    if signal.originInSeconds != 0 {
      result.add("first sample", "\(NumberText.fixed(signal.originInSeconds, decimals: 6)) s")
    }
    if let count = signal.sampleCount, count != statistics.sampleCount {
      result.add("samples stated", NumberText.grouped(count))
    }
    var listing = Listing(header: ["channel", "unit", "least", "mean", "most", "missing"], rows: [])
    for (index, channel) in signal.channels.enumerated() { listing.rows.append(statistics.row(index, channel)) }
    result.listings.append(listing)
    result.damage = failure.map { "\($0)" }
    return result
  }

  private static func arrays(_ input: SignalInput) throws(RecordingError) -> Inspection {
    var result = Inspection(path: input.path, kind: "MATLAB file")
    let arrays = try MATFile(path: input.path).arrays()
    result.add("arrays", "\(arrays.count)")
    if !arrays.isEmpty { result.add("to look into one", "--array PATH --input-rate HZ") }
    result.listings.append(
      Listing(
        header: ["array", "shape"],
        rows: arrays.map { [$0.path, $0.shape.map(String.init).joined(separator: " x ")] }))
    return result
  }

  /// Looks at spoken words as spikes.
  /// - Throws: `RecordingError`.
  static func spokenDigits(_ path: String) throws(RecordingError) -> Inspection {
    let file = try SpokenDigitsFile(path: path)
    var result = Inspection(path: path, kind: "spoken words as spikes (SHD, SSC)")
    var (spikeCount, longest): (Int, Int64) = (0, 0)
    for sample in 0..<file.sampleCount {
      let spikes = try file.spikes(ofSample: sample)
      spikeCount += spikes.units.count
      longest = max(longest, spikes.timesInMicroseconds.last ?? 0)
    }
    result.add("samples", NumberText.grouped(file.sampleCount))
    result.add("channels", "\(SpokenDigitsFile.unitCount)")
    result.add("spikes", NumberText.grouped(spikeCount))
    result.add("longest sample", TimeText.seconds(longest))
    if let speakers = file.speakers { result.add("speakers", "\(Set(speakers).count)") }
    result.listings.append(
      Listing(
        header: ["class", "samples"],
        rows: file.classNames.enumerated().map { label, name in [name, "\(file.labels.count { $0 == label })"] }))
    return result
  }

  private static func title(of format: SignalInput.Format) -> String {
    switch format {
    case .wav: "WAV sound, in parts of full scale"
    case .wfdb: "WFDB record"
    case .mat: "MATLAB array"
    case .table: "text"
    }
  }
}

/// Least, most and mean of each channel of a signal.
private struct SignalSpread {
  private(set) var sampleCount = 0
  private var least: [Float]
  private var most: [Float]
  private var sums: [Double]
  private var counts: [Int]

  init(channelCount: Int) {
    least = [Float](repeating: .infinity, count: channelCount)
    most = [Float](repeating: -.infinity, count: channelCount)
    sums = [Double](repeating: 0, count: channelCount)
    counts = [Int](repeating: 0, count: channelCount)
  }

  mutating func count(_ values: [Float]) {
    let width = counts.count
    sampleCount += values.count / width
    for (place, value) in values.enumerated() where value.isFinite {
      let channel = place % width
      least[channel] = min(least[channel], value)
      most[channel] = max(most[channel], value)
      sums[channel] += Double(value)
      counts[channel] += 1
    }
  }

  func row(_ channel: Int, _ description: SampledSignal.Channel) -> [String] {
    let known = counts[channel]
    let figures =
      known == 0
      ? [Double.nan, .nan, .nan]
      : [
        Double(least[channel]), sums[channel] / Double(known), Double(most[channel]),
      ]
    return [description.name, description.unit] + figures.map { NumberText.fixed($0, decimals: 4) }
      + ["\(sampleCount - known)"]
  }
}
