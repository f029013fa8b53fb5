import Kernels

/// One line of a crossbar as a ladder: nodes in series from a driver outwards, each with a conductance to somewhere else.
///
/// Towards the driver it counts in resistances, away from it in conductances, and it divides by nothing below 1: wires,
/// drivers and cells of zero need no cases of their own, and no attenuation overflows.
struct LineLadder: ~Copyable {
  let count: Int
  /// Driver and first segment, Ω.
  let near: Double
  /// One segment, Ω.
  let segment: Double
  /// Conductance at each node, S.
  let conductances: AlignedBuffer<Double>
  /// Voltage of each node for 1 V at the driver and 0 V behind the conductances.
  let gains: AlignedBuffer<Double>
  /// Voltage of a node over that of the node before it.
  private let steps: AlignedBuffer<Double>
  /// Conductance of all that lies beyond each node, S.
  private let beyond: AlignedBuffer<Double>
  /// Resistance from each node towards the driver, Ω.
  private let behind: AlignedBuffer<Double>
  private let scratch: AlignedBuffer<Double>

  init(count: Int, near: Double, segment: Double) {
    self.count = count
    self.near = near
    self.segment = segment
    conductances = AlignedBuffer(count: count)
    gains = AlignedBuffer(count: count)
    steps = AlignedBuffer(count: count)
    beyond = AlignedBuffer(count: count)
    behind = AlignedBuffer(count: count)
    scratch = AlignedBuffer(count: count)
  }

  /// Computes the gains from `conductances`.
  func updateGains() {
    let (g, last) = (conductances.base, count - 1)
    beyond.base[last] = 0
    for node in stride(from: last, to: 0, by: -1) {
      let load = g[node] + beyond.base[node]
      let step = 1 / (1 + segment * load)
      steps.base[node] = step
      beyond.base[node - 1] = load * step
    }
    gains.base[0] = 1 / (1 + near * (g[0] + beyond.base[0]))
    for node in 1..<max(count, 1) { gains.base[node] = gains.base[node - 1] * steps.base[node] }
  }

  /// Computes gains and resistances from `conductances`.
  func update() {
    updateGains()
    var resistance = near
    for node in 0..<count {
      behind.base[node] = resistance
      resistance = segment + resistance / (1 + resistance * conductances.base[node])
    }
  }

  /// Adds `factor` times the conductance matrix between the far sides of the conductances to the upper triangle of a
  /// column-major `[count × count]`, after multiplying the latter by `keep`.
  ///
  /// The transfer resistance between two nodes shrinks by one step for each node that the second moves outwards.
  func addAdmittance(
    _ factor: Double, to matrix: UnsafeMutablePointer<Double>, keeping keep: Double
  ) {
    let (g, transfer) = (conductances.base, scratch.base)
    for node in 0..<count {
      let step = steps.base[node]
      let weight = factor * g[node]
      let column = matrix + node * count
      for other in 0..<node {
        let resistance = transfer[other] * step
        transfer[other] = resistance
        column[other] = keep * column[other] - weight * g[other] * resistance
      }
      let (outwards, inwards) = (beyond.base[node], behind.base[node])
      let loaded = 1 / (1 + inwards * (g[node] + outwards))
      transfer[node] = inwards * loaded
      column[node] = keep * column[node] + weight * (1 + inwards * outwards) * loaded
    }
  }

  /// Voltages of the nodes for `drive` volts at the driver and currents injected into the nodes, A.
  func solve(
    drive: Double, injections: UnsafePointer<Double>, into voltages: UnsafeMutablePointer<Double>
  ) {
    var open = drive
    for node in 0..<count {
      open = (open + behind.base[node] * injections[node]) / (1 + behind.base[node] * conductances.base[node])
      scratch.base[node] = open
    }
    voltages[count - 1] = open
    for node in stride(from: count - 2, through: 0, by: -1) {
      let inner = behind.base[node] / (1 + behind.base[node] * conductances.base[node])
      let (whole, own) = (inner + segment, scratch.base[node])
      voltages[node] = whole > 0 ? (inner * voltages[node + 1] + segment * own) / whole : own
    }
  }
}
