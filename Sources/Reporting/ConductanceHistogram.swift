/// How many devices of one layer have which conductance (or capacitance), before and after a run, in equal bins.
public struct ConductanceHistogram: Equatable, Sendable {
  /// Device counts per bin, at the start and at the end of the run.
  public struct Counts: Equatable, Sendable {
    /// Devices per bin before the first update.
    public var before: [Int]
    /// Devices per bin after the last update.
    public var after: [Int]

    /// Counts of the same bins before and after.
    public init(before: [Int], after: [Int]) {
      self.before = before
      self.after = after
    }

    var largest: Int { max(before.max() ?? 0, after.max() ?? 0) }
  }

  /// The layer's name, as the user gave it.
  public let layerName: String
  /// Unit of the bins, such as µS or fF.
  public let unit: String
  /// The ends of the bins in `unit`, ascending, one more than there are bins.
  public let binEdges: [Double]
  /// Devices that carry the positive part of a weight, or the whole weight when there is no pair.
  public let plus: Counts
  /// Devices that carry the negative part of a weight; nil when a weight is one device.
  public let minus: Counts?

  /// A histogram from counts; an empty array of counts stands for an unknown distribution.
  /// - Throws: ``ReportingError`` when the edges do not ascend or counts and bins differ in number.
  public init(
    layerName: String, unit: String = "µS", binEdges: [Double], plus: Counts, minus: Counts?
  ) throws(ReportingError) {
    let ascends = zip(binEdges, binEdges.dropFirst()).allSatisfy { $0 < $1 }
    guard binEdges.count > 1, ascends, binEdges.allSatisfy(\.isFinite) else { throw .badBinEdges(layer: layerName) }
    let sets = [plus.before, plus.after, minus?.before ?? [], minus?.after ?? []]
    for counts in sets where !counts.isEmpty && counts.count != binEdges.count - 1 {
      throw .wrongCount(
        layer: layerName, values: "devices per bin", expected: binEdges.count - 1, found: counts.count)
    }
    self.layerName = layerName
    self.unit = unit
    self.binEdges = binEdges
    self.plus = plus
    self.minus = minus
  }

  /// A histogram from the conductances themselves, in `unit`, over their common range; values not finite are left out.
  /// - Precondition: `binCount` is above zero.
  public init<Value: BinaryFloatingPoint>(
    layerName: String, unit: String = "µS", plusBefore: [Value], plusAfter: [Value], minusBefore: [Value] = [],
    minusAfter: [Value] = [],
    binCount: Int = 60
  ) {
    precondition(binCount > 0, "a histogram needs at least one bin")
    var (lower, upper) = (Double.infinity, -Double.infinity)
    for values in [plusBefore, plusAfter, minusBefore, minusAfter] {
      for value in values where value.isFinite {
        lower = min(lower, Double(value))
        upper = max(upper, Double(value))
      }
    }
    if lower > upper { (lower, upper) = (0, 1) }
    // One common value gets a range around it, wide enough that the edges stay distinct numbers.
    if upper - lower <= abs(upper) * 1e-9 {
      let half = max(abs(upper) * 0.05, 1e-3)
      (lower, upper) = (lower - half, upper + half)
    }
    let (origin, width) = (lower, (upper - lower) / Double(binCount))
    func counted(_ values: [Value]) -> [Int] {
      guard !values.isEmpty else { return [] }
      var counts = [Int](repeating: 0, count: binCount)
      for value in values where value.isFinite {
        let place = (Double(value) - origin) / width
        counts[place.isNaN ? 0 : Int(max(0, min(Double(binCount - 1), place)))] += 1
      }
      return counts
    }
    self.layerName = layerName
    self.unit = unit
    binEdges = (0...binCount).map { origin + Double($0) * width }
    plus = Counts(before: counted(plusBefore), after: counted(plusAfter))
    minus =
      minusBefore.isEmpty && minusAfter.isEmpty
      ? nil : Counts(before: counted(minusBefore), after: counted(minusAfter))
  }

  /// Name of the axis of the bins.
  var axisLabel: String { (unit.hasSuffix("F") ? "capacitance" : "conductance") + " (\(unit))" }

  var isEmpty: Bool { max(plus.largest, minus?.largest ?? 0) == 0 }
}
