import Devices
import Testing

@testable import Crossbars

/// Write-verify from the RESET state to states anywhere in the range, against a table from an independent simulation of
/// the loop for devices without spread (500 attempts at most, verify noise 0.01).
///
/// The table takes the noise relative to the level, as it is with Gmin next to 0. A Gmin of a tenth of the range or more adds
/// noise to low states: nothing to the pulses, a tenth to the residuals at the tightest tolerance.
@Suite struct VerifiedWriteTableTests {
  struct Row: Sendable {
    var name: String
    var device: DeviceParameters
    var tolerance: Double
    var pulses: Double
    var highest: Int
    var residual: Double
  }

  private static func device(
    _ labels: (Double, Double), _ pulses: (Double, Double), sigma: Double
  ) -> DeviceParameters {
    var device = DeviceParameters.labelled(labels, pulses: pulses, cycleSigma: sigma)
    device.off = device.on * 1e-6
    return device
  }

  private static let table: [Row] = {
    let devices: [(String, DeviceParameters, [(Double, Int, Double)])] = [
      (
        "TaOx/HfOx", device((0.04, -0.63), (128, 128), sigma: 0.037),
        [(63, 216, 0.0081), (57, 207, 0.0125), (52, 199, 0.0198)]
      ),
      (
        "EpiRAM", device((0.5, -0.5), (64, 64), sigma: 0.02),
        [(31, 77, 0.0078), (29, 74, 0.0116), (28, 71, 0.0142)]
      ),
      (
        "AlOx/HfO2", device((1.94, -0.61), (40, 40), sigma: 0.05),
        [(21, 67, 0.0081), (16, 54, 0.0127), (14, 47, 0.0261)]
      ),
      (
        "FeFET", device((1.75, -1.46), (32, 32), sigma: 0.005),
        [(14, 34, 0.0077), (12, 31, 0.0116), (11, 29, 0.0145)]
      ),
      (
        "Ag:a-Si", device((2.4, -4.88), (97, 100), sigma: 0.035),
        [(36, 126, 0.0081), (31, 115, 0.0123), (28, 106, 0.0200)]
      ),
    ]
    return devices.flatMap { name, device, rows in
      zip([0.01, 0.02, 0.05], rows).map { tolerance, row in
        Row(
          name: name, device: device, tolerance: tolerance, pulses: row.0, highest: row.1, residual: row.2)
      }
    }
  }()

  @Test(arguments: table)
  func pulsesAndResidualsAreThoseOfTheTable(row: Row) {
    let count = 20_000
    let array = CrossbarArray.make(
      rows: 1, columns: count, device: row.device,
      writing: WriteParameters(
        direction: .oneSided,
        scheme: .writeVerify(WriteVerify(tolerance: row.tolerance, verifyNoise: 0.01, attemptLimit: 500))))
    var random = ReferenceRandom(17)
    let targets = random.floats(count, in: 0...0.5)
    array.programTargets(targets)
    let pulses = zip(array.ledger.pulses(.set, plane: 0), array.ledger.pulses(.reset, plane: 0))
      .map { Double($0 + $1) }
    let residuals = zip(array.levels(plane: 0), targets).map { $0 - Double($1) / 0.5 }
    let sorted = pulses.sorted()
    let residual = moments(residuals).variance.squareRoot()
    // The table is rounded to whole pulses.
    #expect(abs(moments(pulses).mean - row.pulses) <= 0.05 * row.pulses + 0.5)
    #expect(abs(residual / row.residual - 1) < 0.05)
    // The 0.99 quantile within what 5000 samples of the table may miss, 99.9 %.
    let spread = 3.29 * (0.99 * 0.01 / 5_000).squareRoot()
    #expect(sorted[Int((0.99 - spread) * Double(count))] - 1 <= Double(row.highest))
    #expect(sorted[Int((0.99 + spread) * Double(count))] + 1 >= Double(row.highest))
  }
}
