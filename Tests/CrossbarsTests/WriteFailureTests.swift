import Devices
import Testing

@testable import Crossbars

@Suite struct WriteFailureTests {
  /// A lost train moves nothing, and is counted and wears as any other.
  @Test(arguments: [0, 0.02])
  func trainsAreLostWithTheirProbability(cycleSigma: Double) {
    var device = DeviceParameters.quiet
    device.cycleNoise.sigma = cycleSigma
    device.writeFailure = 0.2
    device.endurance = Endurance(scale: 1e6, shape: 2)
    let count = 10_000
    let array = CrossbarArray.make(rows: 10, columns: count / 10, device: device)
    let before = array.state.conductances
    array.program(all: 3)
    let lost = (0..<2).reduce(0) { $0 + zip(before[$1], array.state.conductances[$1]).count { $0 == $1 } }
    #expect(array.writeActivity.failedTrains == UInt64(lost))
    #expect(abs(Double(lost) - 0.2 * 2 * Double(count)) < 3.29 * (2 * Double(count) * 0.16).squareRoot())
    #expect(array.ledger.total(.set) == UInt64(3 * count) && array.ledger.total(.reset) == UInt64(3 * count))
    for plane in 0..<2 {
      for (travel, wear) in zip(array.ledger.travel(plane: plane), array.state.wear[plane]) {
        if travel == 0 { #expect(abs(wear - 0.06) < 1e-9) } else { #expect(wear > 0.06) }
      }
    }
    // Another write loses other trains.
    let middle = array.state.conductances
    array.program(all: -3, event: 1)
    let again = zip(middle[0], array.state.conductances[0]).enumerated().count {
      $0.element.0 == $0.element.1 && before[0][$0.offset] == middle[0][$0.offset]
    }
    #expect(abs(Double(again) - 0.04 * Double(count)) < 3.29 * (Double(count) * 0.04 * 0.96).squareRoot())
  }

  @Test func verifiedWritesTryAgain() {
    var device = DeviceParameters.quiet
    device.writeFailure = 0.3
    let array = CrossbarArray.make(
      rows: 4, columns: 200, device: device,
      writing: WriteParameters(scheme: .writeVerify(WriteVerify(tolerance: 0.03, verifyNoise: 0, attemptLimit: 200))))
    array.program(all: 5)
    let activity = array.writeActivity
    #expect(activity.converged == 1_600 && activity.gaveUp == 0)
    let pulses = Double(activity.setPulses + activity.resetPulses)
    #expect(abs(Double(activity.failedTrains) / pulses - 0.3) < 3.29 * (0.21 / pulses).squareRoot())
  }

  /// What is no number is found where it came in, and only then.
  @Test func firstFlawNamesThePlace() {
    let array = CrossbarArray.make(rows: 30, columns: 40, tile: (8, 16), device: .ideal)
    var changes = [Float](repeating: 0.1, count: 16)
    array.writeExactly(block: 1, row: 20, changes: changes, event: 8)
    #expect(array.firstFlaw == nil)
    changes[5] = .nan
    array.writeExactly(block: 1, row: 20, changes: changes, event: 9)
    changes[2] = .infinity
    array.writeExactly(block: 0, row: 3, changes: changes, event: 12)
    let expected = ArrayFlaw(row: 20, column: 21, tileRow: 2, tileColumn: 1, event: 9)
    #expect(array.firstFlaw == expected)
    #expect(array.effectiveWeights.count { $0.isNaN } == 2)
  }

  @Test(arguments: [DeviceParameters.rough, .technology("pcm-gst-2019"), .technology("stt-mram")])
  func soundArraysHaveNoFlaw(device: DeviceParameters) {
    let array = CrossbarArray.make(rows: 8, columns: 40, tile: (8, 16), device: device)
    for event in 0..<30 { array.program(all: event % 2 == 0 ? 400 : -1, event: UInt64(event), tick: UInt64(event)) }
    #expect(array.firstFlaw == nil)
    #expect(array.effectiveWeights.allSatisfy { $0.isFinite })
  }
}
