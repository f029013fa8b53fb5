import Kernels

/// Finds the pixels of a recording that fire far more often than the others.
///
/// A pixel is hot if its number of events exceeds
///
///     m · exp(k · max(1.4826 · MAD, 1 / √m))
///
/// where m is the median of the numbers of events over the pixels that have any, and MAD the median of |ln(number / m)|. Both
/// medians hardly notice the hot pixels themselves. Numbers of events spread over orders of magnitude, hence the logarithm;
/// 1.4826 · MAD is the standard deviation of a normal distribution, and 1 / √m that of the logarithm of a count by chance.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | k | `sigmas` | 1 | 5 | 1…100 |
///
/// - Reference: the median absolute deviation, Rousseeuw and Croux, 1993, doi:10.1080/01621459.1993.10476408
public enum HotPixels {
  /// Reads a recording to its end and finds its hot pixels, in the order of rows.
  /// - Parameters:
  ///   - sensor: Size of the camera; needed where the recording does not state it. Events outside of it are ignored.
  ///   - sigmas: How far above the median, in standard deviations of the logarithm.
  /// - Throws: `RecordingError`, as reading does, or if a setting is out of range.
  public static func find(
    in source: any EventSource, sensor: SensorSize? = nil, sigmas: Double = 5
  ) throws(RecordingError) -> [PixelPosition] {
    try RecordingError.checkSetting("threshold of hot pixels in standard deviations", sigmas, in: 1...100)
    guard let sensor = sensor ?? source.sensor else {
      throw .setting(
        name: "sensor size", expected: "WIDTHxHEIGHT, as the recording does not state it", found: "none")
    }
    try sensor.checkState(of: "search for hot pixels")
    var counts = [UInt32](repeating: 0, count: sensor.pixelCount)
    var batch = EventBatch()
    while try source.next(into: &batch) {
      for (x, y) in zip(batch.x, batch.y) where Int(x) < sensor.width && Int(y) < sensor.height {
        let pixel = Int(y) * sensor.width + Int(x)
        if counts[pixel] < .max { counts[pixel] += 1 }
      }
    }
    return find(inCounts: counts, width: sensor.width, sigmas: sigmas)
  }

  private static func find(inCounts counts: [UInt32], width: Int, sigmas: Double) -> [PixelPosition] {
    let sorted = counts.filter { $0 > 0 }.sorted()
    guard !sorted.isEmpty else { return [] }
    let median = Double(sorted[sorted.count / 2])
    let deviations = sorted.map { abs(PortableDoubleMath.log(Double($0) / median)) }.sorted()
    let spread = max(1.4826 * deviations[deviations.count / 2], 1 / median.squareRoot())
    let threshold = median * PortableDoubleMath.exp(sigmas * spread)
    return counts.indices.filter { Double(counts[$0]) > threshold }.map {
      PixelPosition(x: $0 % width, y: $0 / width)
    }
  }
}
