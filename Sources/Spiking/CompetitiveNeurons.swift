import CKernels
import Glibc
import Kernels

/// Leaky integrate-and-fire neurons that inhibit each other and keep their firing rates apart by their thresholds.
///
///     U_j(t) = λ·U_j(t−1) + Σ w        candidates: U_j(t) > θ_j
///     after a spike: U_j = 0, or λ·U_j − θ_j instead of λ·U_j in the next tick
///     winner-take-all: of the candidates the one with the largest U_j − θ_j spikes; then all are silent at U = 0 for n ticks
///     otherwise:       every candidate spikes and is itself silent for its refractory time
///     after a sample:  θ_j ← max(0, θ_j + γ·(spikes_j − target))
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | λ = exp(−Δt/τ) | `leak` | 1 | | 0 to 1 |
/// | θ_j(0) | `threshold` | weight | 1 | > 0 |
/// | n | `inhibitionTicks`; `nil` without winner-take-all | ticks | | ≥ 0 |
/// | | `refractoryTicks` | ticks | 0 | ≥ 0 |
/// | | `resetsToZero`, else the threshold is subtracted | | | |
/// | γ | `homeostasis` | weight | 0 | ≥ 0 |
/// | | `targetSpikes` of a neuron in a sample | 1 | | ≥ 0 |
///
/// A silent neuron does not integrate.
/// - Reference: D. Querlioz, O. Bichler, P. Dollfus, C. Gamrat, IEEE Trans. Nanotechnol. 12, 288 (2013),
///   doi:10.1109/TNANO.2013.2250995: lateral inhibition and additive homeostasis.
public final class CompetitiveNeurons: @unchecked Sendable {
  /// What the user sets.
  public struct Parameters: Sendable, Equatable {
    /// Membrane decay λ per tick.
    public var leak: Float
    /// Threshold of a new neuron, weight units.
    public var threshold: Float
    /// Ticks of silence of all neurons after a spike; `nil` without winner-take-all.
    public var inhibitionTicks: Int?
    /// Ticks of silence of a neuron after its own spike.
    public var refractoryTicks: Int
    /// Whether a spike sets the potential to zero.
    public var resetsToZero: Bool
    /// Step γ of a threshold for each spike beyond the target, weight units.
    public var homeostasis: Float
    /// Spikes of a neuron in a sample at which its threshold rests.
    public var targetSpikes: Float

    /// Sets all numbers.
    public init(
      leak: Float, threshold: Float, inhibitionTicks: Int?, refractoryTicks: Int = 0, resetsToZero: Bool = true,
      homeostasis: Float = 0, targetSpikes: Float = 0
    ) {
      self.leak = leak
      self.threshold = threshold
      self.inhibitionTicks = inhibitionTicks
      self.refractoryTicks = refractoryTicks
      self.resetsToZero = resetsToZero
      self.homeostasis = homeostasis
      self.targetSpikes = targetSpikes
    }
  }

  /// What outlasts a sample.
  public struct State: Sendable, Equatable {
    /// Potential of each neuron, weight units.
    public var potentials: [Float]
    /// Threshold of each neuron, weight units.
    public var thresholds: [Float]

    /// A state from its parts.
    public init(potentials: [Float], thresholds: [Float]) {
      self.potentials = potentials
      self.thresholds = thresholds
    }
  }

  /// What the user set.
  public let parameters: Parameters
  /// Number of neurons and their blocks.
  public let layout: BlockedLayout
  /// Neurons that spiked in the last tick, in ascending order.
  public private(set) var spikes: [Int32] = []

  private let potentials: AlignedBuffer<Float>
  private let thresholds: AlignedBuffer<Float>
  private let candidates: AlignedBuffer<UInt8>
  private var candidateCount = 0
  private var inhibitedTicks = 0
  /// Silent neurons and how many ticks are left to them.
  private var silent: [(neuron: Int32, ticks: Int)] = []

  /// Neurons at rest behind the columns of `layout`.
  public init(parameters: Parameters, layout: BlockedLayout) {
    self.parameters = parameters
    self.layout = layout
    potentials = AlignedBuffer(count: layout.paddedColumns)
    thresholds = AlignedBuffer(count: layout.paddedColumns)
    candidates = AlignedBuffer(count: layout.paddedColumns / 8)
    thresholds.fill(.infinity)
    for neuron in 0..<layout.columns { thresholds[layout.paddedColumn(neuron)] = parameters.threshold }
  }

  /// Number of neurons.
  public var count: Int { layout.columns }

  /// Whether all neurons are silent in this tick: then nothing is read and `skip` takes the place of the steps.
  public var isInhibited: Bool { inhibitedTicks > 0 }

  /// Puts all neurons to rest; the thresholds stay.
  public func rest() {
    potentials.fill(0)
    inhibitedTicks = 0
    silent.removeAll(keepingCapacity: true)
    spikes.removeAll(keepingCapacity: true)
    candidateCount = 0
  }

  /// Lets a tick of inhibition pass.
  public func skip() {
    spikes.removeAll(keepingCapacity: true)
    inhibitedTicks -= 1
    for index in silent.indices { silent[index].ticks -= 1 }
    silent.removeAll { $0.ticks <= 0 }
  }

  /// Integrates the input of one block `[blockWidth]`, weight units.
  public func integrate(block: Int, input: UnsafePointer<Float>) {
    let start = block * layout.blockWidth
    candidateCount += cpk_compete(
      potentials.base + start, input, thresholds.base + start, parameters.leak, candidates.base + start / 8,
      layout.blockWidth)
  }

  /// Ends the tick, after all blocks: finds out who spikes.
  public func decide() {
    spikes.removeAll(keepingCapacity: true)
    defer { candidateCount = 0 }
    if !silent.isEmpty { hold() }
    guard candidateCount > 0 else { return }
    layout.forEachColumn(inBits: candidates.base) { spikes.append(Int32($0)) }
    guard !spikes.isEmpty else { return }
    guard let ticks = parameters.inhibitionTicks else {
      for neuron in spikes { reset(neuron) }
      return
    }
    var winner = spikes[0]
    for neuron in spikes.dropFirst() where margin(of: neuron) > margin(of: winner) { winner = neuron }
    spikes.removeAll(keepingCapacity: true)
    spikes.append(winner)
    let kept = afterSpike(of: winner)
    potentials.fill(0)
    potentials[layout.paddedColumn(Int(winner))] = kept
    inhibitedTicks = ticks
    if parameters.refractoryTicks > 0 { silent.append((winner, parameters.refractoryTicks)) }
  }

  private func margin(of neuron: Int32) -> Float {
    let place = layout.paddedColumn(Int(neuron))
    return potentials[place] - thresholds[place]
  }

  /// What a spike leaves: nothing, or what takes the threshold off the potential of the next tick.
  private func afterSpike(of neuron: Int32) -> Float {
    guard !parameters.resetsToZero else { return 0 }
    let place = layout.paddedColumn(Int(neuron))
    return potentials[place] - thresholds[place] / parameters.leak
  }

  private func reset(_ neuron: Int32) {
    let place = layout.paddedColumn(Int(neuron))
    potentials[place] = afterSpike(of: neuron)
    if parameters.refractoryTicks > 0 { silent.append((neuron, parameters.refractoryTicks)) }
  }

  /// Keeps silent neurons at zero.
  private func hold() {
    for index in silent.indices {
      let place = layout.paddedColumn(Int(silent[index].neuron))
      potentials[place] = 0
      candidates[place / 8] &= ~(1 << UInt8(place % 8))
      silent[index].ticks -= 1
    }
    silent.removeAll { $0.ticks <= 0 }
  }

  /// Moves the thresholds after a sample in which the neurons spiked so often `[columns]`.
  public func adjustThresholds(spikeCounts: UnsafePointer<Int32>) {
    guard parameters.homeostasis > 0 else { return }
    for neuron in 0..<layout.columns {
      let place = layout.paddedColumn(neuron)
      let excess = Float(spikeCounts[neuron]) - parameters.targetSpikes
      thresholds[place] = max(0, thresholds[place] + parameters.homeostasis * excess)
    }
  }

  /// The state, for a checkpoint or a look.
  public var state: State {
    get {
      let places = (0..<count).map { layout.paddedColumn($0) }
      return State(potentials: places.map { potentials[$0] }, thresholds: places.map { thresholds[$0] })
    }
    set {
      precondition(
        newValue.potentials.count == count && newValue.thresholds.count == count,
        "a state of \(count) neurons is needed")
      for neuron in 0..<count {
        potentials[layout.paddedColumn(neuron)] = newValue.potentials[neuron]
        thresholds[layout.paddedColumn(neuron)] = newValue.thresholds[neuron]
      }
    }
  }
}
