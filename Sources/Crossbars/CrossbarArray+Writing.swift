import CKernels
import Devices
import Kernels

extension CrossbarArray {
  /// Sets all weights before learning, without pulses: what a factory or a first programming left on the array.
  ///
  /// Each pair is placed symmetrically around mid-range and clipped to the range of its devices; stuck devices stay stuck.
  /// - Parameter targets: row-major `[rows × columns]` weights.
  public func deploy(_ targets: [Float]) {
    precondition(targets.count == layout.rows * layout.columns, "one weight for each synapse")
    guard let devices else {
      let limit = parameters.weightLimit
      layout.scatter(targets.map { min(max($0, -limit), limit) }, into: weights.base)
      return refreshScratch()
    }
    let middle = midConductance
    for row in 0..<layout.rows {
      for column in 0..<layout.columns {
        let position = layout.index(row: row, column: column)
        let half = Double(targets[row * layout.columns + column]) / weightPerSiemens / 2
        devices.deploy(middle + half, at: position)
        devices.deploy(middle - half, at: position + layout.storageCount)
        refreshScratch(at: position)
      }
    }
  }

  /// Applies pulse requests to the pairs of one block: the plus device takes the pulses, the minus device their opposite.
  ///
  /// Requests to different blocks may run on different threads.
  public func program(_ requests: some Sequence<PulseRequest>, block: Int) {
    let firstColumn = layout.columns(inBlock: block).lowerBound
    let blockStart = block * layout.blockElements
    for request in requests {
      let position = Int(request.position)
      let pulses = Int(request.pulses)
      guard let devices else {
        moveContinuous(by: Float(pulses) * nominalStep, pulses: pulses, at: position)
        continue
      }
      let inside = position - blockStart
      let row = inside / layout.blockWidth
      let column = firstColumn + inside % layout.blockWidth
      devices.apply(pulses: pulses, row: row, column: column, plane: 0, at: position, ledger: ledger)
      devices.apply(
        pulses: -pulses, row: row, column: column, plane: 1, at: position + layout.storageCount, ledger: ledger)
      refreshScratch(at: position)
    }
  }

  /// Writes exact weight changes to one row of a block of an ideal array; each moved synapse counts one pulse.
  /// - Precondition: the device is continuous.
  public func writeExactly(block: Int, row: Int, changes: UnsafePointer<Float>) {
    precondition(devices == nil, "only a continuous device takes exact changes")
    let start = block * layout.blockElements + row * layout.blockWidth
    cpk_write_exact(
      weights.base + start, changes, parameters.weightLimit, ledger.setPulses.base + start,
      ledger.resetPulses.base + start, ledger.travel.base + start, layout.blockWidth)
    guard variances.count > 0 else { return }
    for column in 0..<layout.columns(inBlock: block).count { refreshScratch(at: start + column) }
  }

  private func moveContinuous(by change: Float, pulses: Int, at position: Int) {
    let limit = parameters.weightLimit
    let before = weights[position]
    let after = min(max(before + change, -limit), limit)
    weights[position] = after
    refreshScratch(at: position)
    ledger.record(pulses: pulses, displacement: Double(after - before), at: position)
  }

  /// Brings what a read needs into line with all devices.
  func refreshScratch() {
    for row in 0..<layout.rows {
      for column in 0..<layout.columns { refreshScratch(at: layout.index(row: row, column: column)) }
    }
  }

  /// Brings what a read needs into line with the devices of one pair.
  func refreshScratch(at position: Int) {
    let plus: Double
    let minus: Double
    if let devices {
      plus = Double(devices.conductances[position])
      minus = Double(devices.conductances[position + layout.storageCount])
      weights[position] = Float((plus - minus) * weightPerSiemens)
    } else {
      let half = Double(weights[position]) / weightPerSiemens / 2
      plus = midConductance + half
      minus = midConductance - half
    }
    if variances.count > 0 {
      let relative = parameters.device.readNoise * weightPerSiemens
      variances[position] = Float((plus * plus + minus * minus) * relative * relative)
    }
  }

  /// Mid-range of the typical device in siemens.
  var midConductance: Double {
    (parameters.device.onConductance.siemens + parameters.device.offConductance.siemens) / 2
  }
}
