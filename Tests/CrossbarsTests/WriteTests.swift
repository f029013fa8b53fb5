import Crossbars
import Devices
import Kernels
import Testing

@Suite struct WriteTests {
  /// Σ over the requests = Σ over the ledger, per device and kind: plus devices take the pulses, minus devices the opposite.
  @Test(arguments: [DeviceParameters.quiet, .rough, .ideal])
  func everyRequestedPulseIsCounted(device: DeviceParameters) {
    let array = CrossbarArray.make(rows: 13, columns: 37, tile: (8, 10), device: device)
    let layout = array.layout
    var random = ReferenceRandom(5)
    var up = [UInt32](repeating: 0, count: 13 * 37)
    var down = up
    for event in 0..<30 {
      for block in 0..<layout.blockCount {
        let requests = random.requests(layout, block: block)
        array.program(requests, block: block, event: UInt64(event))
        for request in requests {
          let inside = Int(request.position) - block * layout.blockElements
          let column = layout.columns(inBlock: block).lowerBound + inside % layout.blockWidth
          let index = inside / layout.blockWidth * 37 + column
          if request.pulses > 0 { up[index] += UInt32(request.pulses) } else { down[index] += UInt32(-request.pulses) }
        }
      }
    }
    #expect(array.ledger.pulses(.set, plane: 0) == up)
    #expect(array.ledger.pulses(.reset, plane: 0) == down)
    #expect(array.ledger.pulses(.set, plane: 1) == down)
    #expect(array.ledger.pulses(.reset, plane: 1) == up)
    let total = (up + down).reduce(UInt64(0)) { $0 + UInt64($1) }
    #expect(array.ledger.total(.set) == total && array.ledger.total(.reset) == total)
    #expect(array.ledger.isMirrored == device.isContinuous)
  }

  /// A device without noise lies where its own response puts it, pulse train after pulse train.
  @Test func devicesFollowTheirOwnResponse() {
    var device = DeviceParameters.quiet
    device.variation = DeviceVariation(nonlinearitySigma: 0.3, rangeSigma: 0.07)
    let array = CrossbarArray.make(rows: 3, columns: 5, device: device, index: 2, seed: 11)
    let factory = DeviceFactory(parameters: device, seed: 11)
    let model = DeviceModel(parameters: device)
    let start = (array.conductances(plane: 0), array.conductances(plane: 1))
    array.program(row: 2, column: 4, pulses: 7)
    array.program(row: 2, column: 4, pulses: -3, event: 1)
    for plane in 0..<2 {
      let own = factory.numbers(array: 2, device: 14 * 2 + plane)
      let sign: Double = plane == 0 ? 1 : -1
      let before = Double(plane == 0 ? start.0[14] : start.1[14])
      let middle = model.state(after: 7 * sign, from: before, of: own)
      let end = model.state(after: -3 * sign, from: middle, of: own)
      #expect(abs(Double(array.conductances(plane: plane)[14]) / end - 1) < 1e-6)
      let travel = abs(middle - before) + abs(end - middle)
      #expect(abs(array.ledger.travel(plane: plane)[14] / travel - 1) < 1e-5)
    }
    let difference = array.conductances(plane: 0)[14] - array.conductances(plane: 1)[14]
    #expect(abs(array.effectiveWeight(row: 2, column: 4) - difference * 0.5 / 9e-6) < 1e-6)
  }

  @Test func nominalStepIsOnePulseToAFreshPair() {
    for device in [DeviceParameters.quiet, .ideal] {
      let array = CrossbarArray.make(rows: 1, columns: 1, device: device)
      array.program(row: 0, column: 0, pulses: 1)
      #expect(abs(array.effectiveWeights[0] / array.nominalStep - 1) < 1e-5)
      array.program(row: 0, column: 0, pulses: 1_000)
      #expect(abs(array.effectiveWeights[0] - 0.5) < 1e-6)
    }
  }

  @Test func stuckDevicesAreCountedAndUnmoved() {
    var device = DeviceParameters.quiet
    device.faults = FabricationFaults(stuckOff: 0.3, stuckOn: 0.2)
    let array = CrossbarArray.make(rows: 30, columns: 40, device: device)
    array.deploy([Float](repeating: 0.1, count: 1200))
    let before = (0..<2).map { array.conductances(plane: $0) }
    array.program(all: 3)
    var stuck = 0
    for plane in 0..<2 {
      let after = array.conductances(plane: plane)
      for (index, condition) in array.conditions(plane: plane).enumerated() {
        switch condition {
        case .sound: #expect(after[index] != before[plane][index])
        case .fabricatedOff: #expect(after[index] == 1e-6 && before[plane][index] == 1e-6)
        case .fabricatedOn: #expect(abs(after[index] - 1e-5) < 1e-12 && before[plane][index] == after[index])
        case .wornOff, .wornOn, .wornInPlace: Issue.record("an unlimited device wore out")
        }
        if condition != .sound {
          stuck += 1
          #expect(array.ledger.travel(plane: plane)[index] == 0)
        }
      }
      #expect(array.ledger.pulses(plane == 0 ? .set : .reset, plane: plane) == [UInt32](repeating: 3, count: 1200))
    }
    #expect(stuck == array.stuckDeviceCount)
    // 2400 devices, half of them stuck: within 99.9 % of the binomial law.
    #expect(abs(Double(stuck) - 1200) < 3.29 * (2400 * 0.25).squareRoot())
  }

  /// An ideal pair keeps one device in its ledger; the other is its mirror image.
  @Test func exactWritesOfAnIdealPairAreMirrored() {
    let array = CrossbarArray.make(rows: 2, columns: 20, tile: (64, 16), device: .ideal)
    let changes: [Float] = [0.1, -0.2, 0, 0.9] + [Float](repeating: 0, count: 12)
    array.writeExactly(block: 1, row: 1, changes: changes)
    #expect(Array(array.effectiveWeights[36...]) == [0.1, -0.2, 0, 0.5])
    #expect(Array(array.ledger.pulses(.set, plane: 0)[36...]) == [1, 0, 0, 1])
    #expect(Array(array.ledger.pulses(.reset, plane: 0)[36...]) == [0, 1, 0, 0])
    #expect(Array(array.ledger.pulses(.set, plane: 1)[36...]) == [0, 1, 0, 0])
    #expect(array.ledger.total(.set) == 3 && array.ledger.total(.reset) == 3)
    // A weight of 0.1 is a tenth of the full swing of both devices: 0.9 µS each.
    for plane in 0..<2 { #expect(abs(array.ledger.travel(plane: plane)[36] - 0.9e-6) < 1e-13) }
    #expect(abs(array.conductances(plane: 0)[36] - array.conductances(plane: 1)[36] - 1.8e-6) < 1e-12)
  }
}
