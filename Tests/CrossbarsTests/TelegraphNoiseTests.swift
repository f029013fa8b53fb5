import Devices
import Glibc
import Testing

@testable import Crossbars

@Suite struct TelegraphNoiseTests {
  private static func array(_ noise: TelegraphNoise, columns: Int = 4_000) -> CrossbarArray {
    var device = DeviceParameters.quiet
    device.telegraphNoise = noise
    return CrossbarArray.make(rows: 1, columns: columns, device: device, tickSeconds: 1e-3)
  }

  private static func occupied(_ array: CrossbarArray) -> [Double] {
    array.state.trapOccupancy.joined().map(Double.init)
  }

  /// Capture and emission of a second each: half of the traps are charged, and remember it for half a second.
  @Test func occupationHasTheLawOfTheMarkovProcess() {
    let array = Self.array(
      TelegraphNoise(fraction: 1, amplitudeSigma: 0, shortestTime: 1, longestTime: 1.000001))
    let count = 8_000.0
    let fresh = Self.occupied(array)
    #expect(abs(fresh.reduce(0, +) / count - 0.5) < 3.29 * (0.25 / count).squareRoot())
    var tick: UInt64 = 0
    for interval in [100, 5, 700, 3_000] as [UInt64] {
      let before = Self.occupied(array)
      tick += interval
      array.age(to: tick)
      let after = Self.occupied(array)
      let correlation = zip(before, after).reduce(0) { $0 + ($1.0 - 0.5) * ($1.1 - 0.5) } / (0.25 * count)
      let expected = exp(-2e-3 * Double(interval))
      #expect(abs(correlation - expected) < 3.29 * ((1 - expected * expected) / count).squareRoot() + 1e-4)
      #expect(abs(after.reduce(0, +) / count - 0.5) < 3.29 * (0.25 / count).squareRoot())
    }
  }

  /// Times over six decades: each trap is charged for its own share of the time.
  @Test func everyTrapIsChargedForItsShareOfTheTime() {
    let noise = TelegraphNoise(fraction: 0.3)
    let array = Self.array(noise, columns: 500)
    var charged = [Double](repeating: 0, count: 1_000)
    let looks = 400
    for look in 1...looks {
      // 5 s apart: independent, for the slowest trap remembers half a second.
      array.age(to: UInt64(look * 5_000))
      for (index, isCharged) in Self.occupied(array).enumerated() { charged[index] += isCharged }
    }
    var (squares, count) = (0.0, 0.0)
    for plane in 0..<2 {
      for column in 0..<500 {
        let share = charged[plane * 500 + column] / Double(looks)
        guard let trap = noise.trap(array: 0, device: column * 2 + plane, seed: 7) else {
          #expect(share == 0)
          continue
        }
        let variance = trap.occupancy * (1 - trap.occupancy) / Double(looks)
        guard variance > 1e-5 else { continue }
        squares += (share - trap.occupancy) * (share - trap.occupancy) / variance
        count += 1
      }
    }
    // χ² of about 200 traps, 99.9 %.
    #expect(count > 150)
    #expect(abs(squares / count - 1) < 3.29 * (2 / count).squareRoot())
  }

  /// A charged trap lowers what reads see by its share, from the moment of a write on; what was written is untouched.
  @Test func chargedTrapsLowerReads() {
    let noise = TelegraphNoise(fraction: 0.5, shortestTime: 10, longestTime: 100)
    let array = Self.array(noise, columns: 300)
    array.deploy(ReferenceRandom.targets(300, in: -0.4...0.4))
    array.age(to: 400)
    func check() {
      let state = array.state
      var lowered = 0
      for plane in 0..<2 {
        for (column, seen) in array.conductances(plane: plane).enumerated() {
          let written = state.conductances[plane][column]
          guard state.trapOccupancy[plane][column] == 1,
            let trap = noise.trap(array: 0, device: column * 2 + plane, seed: 7)
          else {
            #expect(seen == written)
            continue
          }
          let share = noise.amplitude(of: trap, level: array.parameters.device.level(written))
          #expect(abs(Double(seen) / (Double(written) * (1 - share)) - 1) < 1e-6)
          lowered += 1
        }
      }
      #expect(lowered > 80)
    }
    check()
    array.program(all: 3, event: 1, tick: 400)
    check()
  }
}
