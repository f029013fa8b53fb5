import Kernels

/// Devices stuck at an end of their range since fabrication, singly or in pieces of word and bit lines.
///
///     p = p_off + p_on                                total share of stuck devices, whatever the clustering
///     q = 1 − √(1 − c·p)                              share of dead row segments, and of dead column segments
///     p₁ = p·(1 − c) / (1 − c·p)                      share of stuck devices among those outside dead segments
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | p_off | `stuckOff`: devices stuck at Gmin | 1 | 0 | 0…1 |
/// | p_on | `stuckOn`: devices stuck at Gmax | 1 | 0 | 0…1, sum ≤ 1 |
/// | c | `clusteredShare` of the faults in dead segments | 1 | 0 | 0…1 |
/// | | `segmentLength` | devices | 16 | ≥ 1 |
///
/// A dead segment is stuck as a whole at one end, on with probability p_on/p. Segments start at multiples of their
/// length.
/// - Reference: C.-Y. Chen et al., IEEE Trans. Comput. 64, 180 (2015) measured 9.04 % and 1.75 % in a 4-Mb HfO2 array;
///   papers disagree on which is which. Clustering is an assumption (0.3 is a common choice).
public struct FabricationFaults: Sendable, Equatable {
  /// Share of devices stuck at Gmin.
  public var stuckOff: Double
  /// Share of devices stuck at Gmax.
  public var stuckOn: Double
  /// Share of the faults that lie in dead segments of lines.
  public var clusteredShare: Double
  /// Devices in a segment.
  public var segmentLength: Int

  /// Sets all numbers; without arguments no device is stuck.
  public init(stuckOff: Double = 0, stuckOn: Double = 0, clusteredShare: Double = 0, segmentLength: Int = 16) {
    self.stuckOff = stuckOff
    self.stuckOn = stuckOn
    self.clusteredShare = clusteredShare
    self.segmentLength = segmentLength
  }

  /// Share of devices that are stuck.
  public var total: Double { stuckOff + stuckOn }

  /// Whether a device is stuck: `nil` sound, `true` stuck on, `false` stuck off. A pure function of its place.
  ///
  /// - Parameters:
  ///   - stream: of the purpose `fabricationFaults`.
  ///   - plane: 0 for the plus device of a pair, 1 for the minus device, then those of the next pair of a synapse.
  ///   - columns: of the array.
  public func fault(
    stream: RandomStream, array: Int, plane: Int, row: Int, column: Int, columns: Int
  ) -> Bool? {
    guard total > 0 else { return nil }
    let place = Place(stream: stream, array: array, plane: plane)
    if clusteredShare > 0 {
      let dead = 1 - (1 - clusteredShare * total).squareRoot()
      let length = max(segmentLength, 1)
      let segments = (columns + length - 1) / length
      if let fault = fault(share: dead, place.uniform(row * segments + column / length, .rowSegment)) { return fault }
      if let fault = fault(share: dead, place.uniform(row / length * columns + column, .columnSegment)) { return fault }
    }
    let single = total * ((1 - clusteredShare) / (1 - clusteredShare * total))
    return fault(share: single, place.uniform(row * columns + column, .device))
  }

  /// Splits a uniform number in (0, 1] into stuck on, stuck off and sound where `share` of the things are stuck.
  private func fault(share: Double, _ uniform: Double) -> Bool? {
    if uniform <= stuckOn * (share / total) { return true }
    return uniform <= share ? false : nil
  }

  /// The draws of one plane.
  private struct Place {
    enum Thing: UInt64 {
      case device, rowSegment, columnSegment
    }

    let stream: RandomStream
    let array: Int
    let plane: Int

    func uniform(_ number: Int, _ thing: Thing) -> Double {
      // Planes beyond the first pair have event numbers of their own: 4 leaves room for the three things.
      let event = UInt64(plane / 2) * 4 + thing.rawValue
      return Double(RandomStream.uniform(stream.words(array: array, item: number * 2 + plane % 2, event: event)[0]))
    }
  }
}
