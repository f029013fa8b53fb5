import Crossbars
import Devices
import Hardware
import Kernels
import Testing

@Suite("Fault-aware mapping")
struct MappingFaultTests {
  private typealias Remedy = FaultAwareMapping.Remedy

  private static func weights(_ count: Int, sigma: Float = 0.1) -> [Float] {
    let stream = RandomStream(seed: 5, purpose: .initialWeights)
    return (0..<count).map { sigma * stream.gaussians(array: 0, item: $0, event: 0)[0] }
  }

  /// A tile with a share of its devices stuck, half of them at either end.
  private static func tile(rows: Int, columns: Int, share: Double, seed: UInt64 = 3) throws -> FaultyTile {
    let faults = FabricationFaults(stuckOff: share / 2, stuckOn: share / 2)
    let stream = RandomStream(seed: seed, purpose: .fabricationFaults)
    let planes = (0..<2).map { plane in
      (0..<rows * columns).map { place -> DeviceCondition in
        switch faults.fault(
          stream: stream, array: 0, plane: plane, row: place / columns, column: place % columns, columns: columns)
        {
        case nil: .sound
        case true?: .fabricatedOn
        case false?: .fabricatedOff
        }
      }
    }
    return try FaultyTile(rows: rows, columns: columns, weightLimit: 0.3, plus: planes[0], minus: planes[1])
  }

  /// J worked out from the weights that come back.
  private static func cost(
    _ mapping: FaultAwareMapping, _ targets: [Float], _ tile: FaultyTile, _ activity: [Double]
  ) -> Double {
    let columns = mapping.columnOfOutput.count
    return zip(targets, mapping.realised(targets, on: tile)).enumerated().reduce(0) { sum, entry in
      let target = min(max(entry.element.0, -tile.weightLimit), tile.weightLimit)
      let error = Double(target - entry.element.1)
      return sum + activity[entry.offset / columns] * error * error
    }
  }

  @Test("A pair holds what its sound device leaves it")
  func pairs() throws {
    let conditions: [(DeviceCondition, DeviceCondition, Float, Float)] = [
      (.sound, .sound, -0.3, 0.3), (.fabricatedOff, .sound, -0.3, 0), (.fabricatedOn, .sound, 0, 0.3),
      (.sound, .wornOff, 0, 0.3), (.sound, .wornOn, -0.3, 0), (.fabricatedOn, .fabricatedOff, 0.3, 0.3),
      (.wornOn, .wornOn, 0, 0), (.wornInPlace, .sound, -0.15, 0.15),
    ]
    let tile = try FaultyTile(
      rows: 1, columns: conditions.count, weightLimit: 0.3, plus: conditions.map(\.0), minus: conditions.map(\.1))
    for (column, condition) in conditions.enumerated() {
      let (lowest, highest) = tile.attainable(row: 0, column: column)
      #expect(abs(lowest - condition.2) < 1e-6 && abs(highest - condition.3) < 1e-6)
    }
    #expect(tile.faultyColumns == [Array(1..<conditions.count)] && tile.stuckDeviceCount == 9)
    // Push-pull at 0.1: plus at 2/3, minus at 1/3; the plus device is stuck at 0.
    #expect(abs(tile.realised(0.1, row: 0, column: 1, compensated: false) + 0.1) < 1e-6)
    #expect(tile.realised(-0.1, row: 0, column: 1) == -0.1 && tile.realised(0.1, row: 0, column: 1) == 0)
  }

  @Test("Several devices for each polarity share what one of them lost")
  func severalDevices() throws {
    let tile = try FaultyTile(
      rows: 1, columns: 1, weightLimit: 0.3, direction: .oneSided, stuckLevels: [[1], [nil], [nil], [0.5]])
    let (lowest, highest) = tile.attainable(row: 0, column: 0)
    #expect(abs(lowest + 0.075) < 1e-6 && abs(highest - 0.225) < 1e-6)
    #expect(abs(tile.realised(0.15, row: 0, column: 0, compensated: false) - 0.15) < 1e-6)
  }

  @Test("No stage is worse than the one before, and costs are those of the weights that come back", arguments: [0, 6])
  func stages(spares: Int) throws {
    let tile = try Self.tile(rows: 24, columns: 20 + spares, share: 0.1)
    let targets = Self.weights(24 * 20)
    let activity = (0..<24).map { Double($0 % 5) }
    let mapping = try FaultAwareMapping(targets: targets, tile: tile, activity: activity, spareColumns: spares)
    #expect(mapping.stages.map(\.remedy) == Array(Remedy.allCases.prefix(spares > 0 ? 6 : 5)))
    for (before, after) in zip(mapping.stages, mapping.stages.dropFirst()) { #expect(after.cost <= before.cost) }
    let last = try #require(mapping.stages.last)
    #expect(abs(Self.cost(mapping, targets, tile, activity) - last.cost) < 1e-9)
    #expect(abs(mapping.recoveredFraction - (1 - last.cost / mapping.stages[0].cost)) < 1e-12)
    #expect(mapping.rowOfInput.sorted() == Array(0..<24) && Set(mapping.columnOfOutput).count == 20)
    #expect(mapping == (try FaultAwareMapping(targets: targets, tile: tile, activity: activity, spareColumns: spares)))
  }

  @Test("A flip stores what a stuck device would forbid")
  func flip() throws {
    var plus = [DeviceCondition](repeating: .sound, count: 9)
    plus[3] = .fabricatedOff
    let tile = try FaultyTile(
      rows: 3, columns: 3, weightLimit: 1, plus: plus, minus: [DeviceCondition](repeating: .sound, count: 9))
    let targets = [Float](repeating: 0.5, count: 9)
    let mapping = try FaultAwareMapping(targets: targets, tile: tile)
    #expect(mapping.isFlipped == [false, true, false] && mapping.rowOfInput == [0, 1, 2])
    #expect(mapping.stages.map(\.cost) == [0.5625, 0.25, 0, 0, 0])
    #expect(mapping.realised(targets, on: tile) == targets && mapping.recoveredFraction == 1)
  }

  @Test("Row permutation with flips is the best of all", arguments: [1, 2, 3] as [UInt64])
  func bestPermutation(seed: UInt64) throws {
    let tile = try Self.tile(rows: 5, columns: 4, share: 0.5, seed: seed)
    let targets = Self.weights(20, sigma: 0.15)
    func cost(_ input: Int, _ row: Int) -> Double {
      [Float(1), -1].map { sign in
        (0..<4).reduce(0) { sum, column in
          let target = sign * min(max(targets[input * 4 + column], -0.3), 0.3)
          let error = Double(target - tile.realised(target, row: row, column: column))
          return sum + error * error
        }
      }.min() ?? 0
    }
    func least(_ input: Int, _ taken: Set<Int>) -> Double {
      input == 5
        ? 0
        : (0..<5).filter { !taken.contains($0) }.map { cost(input, $0) + least(input + 1, taken.union([$0])) }.min()
          ?? 0
    }
    let mapping = try FaultAwareMapping(targets: targets, tile: tile)
    #expect(mapping.stages[3].remedy == .rowPermutation && abs(mapping.stages[3].cost - least(0, [])) < 1e-9)
  }

  @Test("Spare columns replace dead ones")
  func spares() throws {
    // Columns 1 and 3 of four are dead, columns 4 and 5 are sound and spare.
    let dead = (0..<8 * 6).map { [1, 3].contains($0 % 6) ? DeviceCondition.fabricatedOff : .sound }
    let tile = try FaultyTile(rows: 8, columns: 6, weightLimit: 0.3, plus: dead, minus: dead)
    let targets = Self.weights(32, sigma: 0.05)
    let mapping = try FaultAwareMapping(targets: targets, tile: tile, spareColumns: 2)
    #expect(mapping.stages[4].cost > 0 && mapping.stages[5].cost == 0)
    #expect(Set(mapping.columnOfOutput).isDisjoint(with: [1, 3]))
  }

  @Test("Of 64 × 64 weights with 5 % of the devices stuck nearly all of the error goes")
  func randomTile() throws {
    let tile = try Self.tile(rows: 64, columns: 64, share: 0.05)
    #expect((350...470).contains(tile.stuckDeviceCount))
    let mapping = try FaultAwareMapping(targets: Self.weights(64 * 64), tile: tile)
    let costs = Dictionary(uniqueKeysWithValues: mapping.stages.map { ($0.remedy, $0.cost) })
    let before = try #require(costs[.none])
    func recovered(_ remedy: Remedy) throws -> Double { 1 - (try #require(costs[remedy])) / before }
    #expect(try (0.7...0.95).contains(recovered(.compensation)))
    #expect(try recovered(.rowFlips) > recovered(.compensation) + 0.01)
    #expect(try recovered(.rowPermutation) > 0.95)
    #expect(try recovered(.columnPermutation) > recovered(.rowPermutation))
  }

  @Test("Tiles of an array carry its faults, and sound ones cost nothing")
  func arrays() throws {
    var device = try #require(DeviceTechnology.named("rram-taox-hfox")).parameters
    device.variation = DeviceVariation()
    device.faults = FabricationFaults(stuckOff: 0.1, stuckOn: 0.05)
    let layout = BlockedLayout(rows: 20, columns: 13, tileRows: 8, tileColumns: 6)
    func array(_ index: Int, columns: Int) -> CrossbarArray {
      CrossbarArray(
        layout: BlockedLayout(rows: 20, columns: columns, tileRows: 8, tileColumns: 6),
        parameters: .init(index: index, weightLimit: 0.5, converter: nil, hasReadNoise: false, device: device), seed: 9)
    }
    let (whole, spares) = (array(0, columns: 13), array(1, columns: 6))
    let tiles = try FaultyTile.tiles(of: whole, spares: spares, sparesPerTile: 2)
    #expect(tiles.count == layout.tileCount && tiles[2].columns == 3 && tiles[8].rows == 4)
    #expect(tiles.reduce(0) { $0 + $1.stuckDeviceCount } == whole.stuckDeviceCount + spares.stuckDeviceCount)
    // What the model says of devices set as if all were sound is what the array does.
    let targets = Self.weights(20 * 13, sigma: 0.2).map { min(max($0, -0.5), 0.5) }
    whole.deploy(targets)
    for row in 0..<20 {
      for column in 0..<13 {
        let tile = tiles[row / 8 * 3 + column / 6]
        let expected = tile.realised(
          targets[row * 13 + column], row: row % 8, column: column % 6, compensated: false)
        #expect(abs(whole.effectiveWeight(row: row, column: column) - expected) < 1e-5)
      }
    }
    let sound = try Self.tile(rows: 4, columns: 4, share: 0)
    let mapping = try FaultAwareMapping(targets: Self.weights(16), tile: sound)
    #expect(mapping.recoveredFraction == 1 && mapping.stages.allSatisfy { $0.cost == 0 })
    #expect(mapping.rowOfInput == [0, 1, 2, 3] && !mapping.isFlipped.contains(true))
  }

  @Test("Numbers that do not fit are refused in a sentence")
  func refusals() throws {
    let tile = try Self.tile(rows: 2, columns: 2, share: 0)
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "accepted"
    }
    #expect(
      message { _ = try FaultAwareMapping(targets: [1], tile: tile) }
        == "expected 4 weights, found 1; give one for each place")
    #expect(
      message { _ = try FaultAwareMapping(targets: [0, 0, .nan, 0], tile: tile) }.contains("found nan at position 2"))
    #expect(
      message { _ = try FaultAwareMapping(targets: [0, 0, 0, 0], tile: tile, activity: [1, -1]) }
        .contains("0 or more, found -1.0 at position 1"))
    #expect(message { _ = try FaultAwareMapping(targets: [], tile: tile, spareColumns: 2) }.contains("spare columns"))
    #expect(
      message { _ = try FaultyTile(rows: 2, columns: 2, weightLimit: 1, plus: [.sound], minus: [.sound]) }
        .contains("expected 4 levels of a plane"))
    #expect(
      message { _ = try FaultyTile(rows: 1, columns: 1, weightLimit: 0, plus: [.sound], minus: [.sound]) }
        .contains("weight limit"))
  }
}
