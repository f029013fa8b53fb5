/// The neurons of one node.
///
///     τsyn·I' = −I + w_in·S            CubaLI, CubaLIF; elsewhere I is the input itself
///     τ·v' = (v_leak − v) + r·I        IF: v' = r·I
///     spike where v > v_threshold, then v = v_reset            IF, LIF, CubaLIF
///
/// | symbol | unit | of |
/// | --- | --- | --- |
/// | τ, `timeConstants` (`tau`, `tau_mem`) | s | all but IF |
/// | τsyn, `synapseTimeConstants` (`tau_syn`) | s | CubaLI, CubaLIF |
/// | r, `resistances` | 1 (IF: 1/s) | all |
/// | v_leak, `leakPotentials` | 1 | all but IF |
/// | v_threshold, `thresholds` | 1 | IF, LIF, CubaLIF |
/// | v_reset, `resetPotentials` | 1, 0 where a file has none | IF, LIF, CubaLIF |
/// | w_in, `inputWeights` | 1, 1 where a file has none | CubaLI, CubaLIF |
public struct NIRNeurons: Sendable, Equatable {
  /// Types of NIR.
  public enum Kind: String, Sendable, CaseIterable {
    /// Integrate and fire, without a leak.
    case integrateAndFire = "IF"
    /// Leaky integrator, without spikes.
    case leakyIntegrator = "LI"
    /// Leaky integrate and fire.
    case leakyIntegrateAndFire = "LIF"
    /// Leaky integrator behind filtered synapses.
    case currentLeakyIntegrator = "CubaLI"
    /// Leaky integrate and fire behind filtered synapses.
    case currentLeakyIntegrateAndFire = "CubaLIF"

    /// Whether it spikes.
    public var spikes: Bool { self != .leakyIntegrator && self != .currentLeakyIntegrator }
    /// Whether its synapses are filtered.
    public var filters: Bool { self == .currentLeakyIntegrator || self == .currentLeakyIntegrateAndFire }
    /// Whether it leaks.
    public var leaks: Bool { self != .integrateAndFire }
  }

  /// Type of NIR.
  public var type: Kind
  /// Shape of the population.
  public var shape: [Int]
  /// Membrane time constant of each neuron, seconds; empty for IF.
  public var timeConstants: [Double] = []
  /// Time constant of the filter of each neuron, seconds; empty without filter.
  public var synapseTimeConstants: [Double] = []
  /// Resistance of each neuron.
  public var resistances: [Double]
  /// Potential that each neuron leaks to; empty for IF.
  public var leakPotentials: [Double] = []
  /// Potential above which each neuron spikes; empty without spikes.
  public var thresholds: [Double] = []
  /// Potential of each neuron after a spike; empty without spikes.
  public var resetPotentials: [Double] = []
  /// Weight of the input of each filter; empty without filter.
  public var inputWeights: [Double] = []

  /// Neurons without any other parameter.
  public init(type: Kind, shape: [Int], resistances: [Double]) {
    self.type = type
    self.shape = shape
    self.resistances = resistances
  }

  /// Number of neurons.
  public var count: Int { resistances.count }

  /// A parameter by the name that it has in a file.
  struct Parameter: Sendable {
    let name: String
    let units: String
    let description: String
    let path: WritableKeyPath<NIRNeurons, [Double]> & Sendable
    /// What neurons have whose file says nothing; `nil` where a file must.
    var standard: Double?
  }

  /// The parameters of a type, in the order of NIR.
  static func parameters(of type: Kind) -> [Parameter] {
    var list: [Parameter] = []
    if type.filters {
      list.append(
        Parameter(name: "tau_syn", units: "s", description: "synaptic time constant", path: \.synapseTimeConstants))
    }
    if type.leaks {
      list.append(
        Parameter(
          name: type.filters ? "tau_mem" : "tau", units: "s", description: "membrane time constant",
          path: \.timeConstants))
    }
    list.append(Parameter(name: "r", units: type.leaks ? "1" : "1/s", description: "resistance", path: \.resistances))
    if type.leaks {
      list.append(Parameter(name: "v_leak", units: "1", description: "leak potential", path: \.leakPotentials))
    }
    if type.spikes {
      list.append(Parameter(name: "v_threshold", units: "1", description: "firing threshold", path: \.thresholds))
      list.append(
        Parameter(
          name: "v_reset", units: "1", description: "potential after a spike", path: \.resetPotentials, standard: 0))
    }
    if type.filters {
      list.append(
        Parameter(name: "w_in", units: "1", description: "weight of the input", path: \.inputWeights, standard: 1))
    }
    return list
  }
}
