import Recordings

/// Checks that a sampled signal gives the same samples and the same end however many are asked for at a time.
struct SignalCheck {
  typealias Broken = DecoderCheck.Broken

  /// Samples that are read of a signal, whose gaps can be filled with more than any test has time for.
  private static let most = 1 << 14

  func run(_ choice: Choice, _ open: () throws(RecordingError) -> SampledSignal) throws(Broken) -> String {
    let first: SampledSignal
    let second: SampledSignal
    do {
      first = try open()
      second = try open()
    } catch {
      return error.brief
    }
    let whole = try drain(first, atMost: Self.most)
    let parts = try drain(second, atMost: choice.batchCapacity)
    let common = min(whole.bits.count, parts.bits.count)
    guard whole.bits[..<common] == parts.bits[..<common] else { throw Broken("other samples in pieces") }
    guard !whole.isWhole || !parts.isWhole || whole.bits.count == parts.bits.count && whole.error == parts.error else {
      throw Broken(
        "\(whole.bits.count) numbers and '\(String(describing: whole.error))', in pieces \(parts.bits.count) and "
          + "'\(String(describing: parts.error))'")
    }
    if whole.isWhole, whole.error == nil, let count = first.sampleCount,
      count * first.channels.count != whole.bits.count
    {
      throw Broken("\(whole.bits.count) numbers for \(count) samples of \(first.channels.count) channels")
    }
    return "\(whole.bits.count) numbers, " + (whole.error?.brief ?? (whole.isWhole ? "clean" : "more"))
  }

  private func drain(
    _ signal: SampledSignal, atMost count: Int
  ) throws(Broken) -> (bits: [UInt32], error: RecordingError?, isWhole: Bool) {
    var (bits, values): ([UInt32], [Float]) = ([], [])
    do {
      while try signal.next(into: &values, atMost: count) {
        guard values.count <= count * signal.channels.count, values.count % signal.channels.count == 0 else {
          throw Broken("\(values.count) numbers where \(count) samples were asked for")
        }
        bits += values.map(\.bitPattern)
        if bits.count >= Self.most { return (bits, nil, false) }
      }
    } catch let error as RecordingError {
      return (bits, error, true)
    } catch {
      throw error as? Broken ?? Broken("\(error)")
    }
    return (bits, nil, true)
  }
}
