/// Energy, latency and area of a network on a chip.
///
/// An operation is one multiply-accumulate. *Dense* operations count every weight at every place and tick, whether its input
/// spiked or not; *effective* ones those whose input spiked.
///
///     TOPS = operations / latency        TOPS/W = operations / energy        EDP = energy · latency
///
/// - Reference: A. Moitra et al. 2024, arXiv:2408.12767, equations 5 to 7.
public struct ChipEstimate: Sendable, Equatable {
  /// What a component belongs to.
  public enum Part: String, CaseIterable, Sendable {
    /// Driving rows through devices.
    case read
    /// Turning currents into codes.
    case convert
    /// Adding codes and updating neurons.
    case digital
    /// Moving spikes and codes.
    case communicate
    /// Changing devices.
    case write
    /// Waiting.
    case leak
  }

  /// Energy of one kind of event.
  public struct Component: Sendable, Equatable {
    /// What it belongs to.
    public var part: Part
    /// What it is.
    public var name: String
    /// How many.
    public var count: Double
    /// Joules.
    public var energy: Double

    init(_ part: Part, _ name: String, count: Double, energy: Double) {
      self.part = part
      self.name = name
      self.count = count
      self.energy = energy
    }
  }

  /// A layer.
  public struct Layer: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Where it lies.
    public var place: ChipPlan.Place
    /// What its energy is made of.
    public var components: [Component]
    /// Dense multiply-accumulates.
    public var operations: Double
    /// Those whose input spiked; `nil` where the estimate does not look at spikes.
    public var effectiveOperations: Double?
    /// Seconds that its crossbars were busy.
    public var readTime: Double
    /// Seconds that its crossbars were written.
    public var writeTime: Double
    /// Joules.
    public var energy: Double { components.reduce(0) { $0 + $1.energy } }
    /// Joules of a part.
    public func energy(of part: Part) -> Double {
      components.reduce(0) { $0 + ($1.part == part ? $1.energy : 0) }
    }
  }

  /// Area of one kind of circuit.
  public struct Area: Sendable, Equatable {
    /// What it is.
    public var name: String
    /// How many.
    public var count: Double
    /// Square metres.
    public var area: Double
  }

  /// Inferences, or samples learnt from, that `layers` add up.
  public var samples: Double
  /// Ticks of all samples.
  public var ticks: Double
  /// The layers, from the input on.
  public var layers: [Layer]
  /// What the area is made of.
  public var areas: [Area]
  /// Seconds of all samples.
  public var latency: Double
  /// Power of what waits, W/m².
  public var leakage: Double

  /// Joules of all samples, waiting included.
  public var energy: Double { layers.reduce(leakedEnergy) { $0 + $1.energy } }
  /// Joules of waiting.
  public var leakedEnergy: Double { leakage * area * latency }
  /// Square metres.
  public var area: Double { areas.reduce(0) { $0 + $1.area } }
  /// Watt, on average.
  public var power: Double { latency > 0 ? energy / latency : 0 }
  /// Dense multiply-accumulates of all samples.
  public var operations: Double { layers.reduce(0) { $0 + $1.operations } }
  /// 10¹² dense operations per second.
  public var teraOperationsPerSecond: Double { latency > 0 ? operations / latency / 1e12 : 0 }
  /// 10¹² dense operations per joule.
  public var teraOperationsPerJoule: Double { energy > 0 ? operations / energy / 1e12 : 0 }
  /// 10¹² dense operations per second and mm².
  public var teraOperationsPerSecondAndArea: Double { area > 0 ? teraOperationsPerSecond / (area * 1e6) : 0 }
  /// J·s of a sample.
  public var energyDelayProduct: Double { energy / samples * latency / samples }

  /// Kinds of events with what all layers add up to, in the order of the layers that have them.
  public var components: [Component] {
    var sums: [Component] = []
    for component in layers.flatMap(\.components) {
      if let index = sums.firstIndex(where: { $0.part == component.part && $0.name == component.name }) {
        sums[index].count += component.count
        sums[index].energy += component.energy
      } else {
        sums.append(component)
      }
    }
    return sums
  }

  /// Joules of a part.
  public func energy(of part: Part) -> Double {
    part == .leak ? leakedEnergy : layers.reduce(0) { $0 + $1.energy(of: part) }
  }
}
