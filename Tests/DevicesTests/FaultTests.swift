import Devices
import Foundation
import Kernels
import Testing

@Suite struct FaultTests {
  private static let stream = RandomStream(seed: 8, purpose: .fabricationFaults)

  /// Faults of one plane, row-major.
  private static func plane(
    _ faults: FabricationFaults, array: Int = 0, plane: Int = 0, rows: Int, columns: Int
  ) -> [Bool?] {
    (0..<rows * columns).map { index in
      faults.fault(
        stream: stream, array: array, plane: plane, row: index / columns, column: index % columns, columns: columns)
    }
  }

  @Test func soundArraysHaveNoFaults() {
    #expect(Self.plane(FabricationFaults(), rows: 20, columns: 20).allSatisfy { $0 == nil })
    let clustered = FabricationFaults(stuckOff: 0, stuckOn: 0, clusteredShare: 0.5)
    #expect(Self.plane(clustered, rows: 20, columns: 20).allSatisfy { $0 == nil })
  }

  /// Without clusters a fault is the first uniform number of device (row·columns + column)·2 + plane: stuck on up to
  /// the one share, stuck off up to the sum.
  @Test func singleFaultsAreTheDrawOfTheirDevice() {
    let faults = FabricationFaults(stuckOff: 0.3, stuckOn: 0.2)
    for plane in 0..<2 {
      let observed = Self.plane(faults, array: 3, plane: plane, rows: 30, columns: 17)
      for (index, fault) in observed.enumerated() {
        let words = Self.stream.words(array: 3, item: index * 2 + plane, event: 0)
        let uniform = Double(RandomStream.uniform(words[0]))
        #expect(fault == (uniform <= 0.2 ? true : uniform <= 0.5 ? false : nil))
      }
    }
  }

  @Test func planesHaveTheirOwnFaults() {
    let faults = FabricationFaults(stuckOff: 0.2, stuckOn: 0.2, clusteredShare: 0.4)
    let planes = (0..<6).map { Self.plane(faults, plane: $0, rows: 32, columns: 40) }
    for first in 0..<6 {
      for second in first + 1..<6 { #expect(planes[first] != planes[second]) }
    }
    #expect(planes[4] == Self.plane(faults, plane: 4, rows: 32, columns: 40))
  }

  /// Shares of stuck devices over 400 arrays of 48 × 40, which end in shortened segments, whatever the clustering. The
  /// error is that of the mean over independent arrays, at 99.9 %.
  @Test(arguments: [0.0, 0.3, 0.7, 1])
  func clusteringKeepsTheShares(clusteredShare: Double) {
    let faults = FabricationFaults(
      stuckOff: 0.0904, stuckOn: 0.0175, clusteredShare: clusteredShare, segmentLength: 16)
    let arrays = (0..<400).map { Self.plane(faults, array: $0, rows: 48, columns: 40) }
    for (kind, share) in [(true, 0.0175), (false, 0.0904)] {
      let observed = moments(arrays.map { array in Double(array.count { $0 == kind }) / Double(array.count) })
      #expect(abs(observed.mean - share) < 3.29 * (observed.variance / 400).squareRoot())
    }
  }

  /// With all faults in clusters every stuck device lies in a dead row or column segment, and both are equally common:
  /// segments of both kinds die with the probability 1 − √(1 − p), at 99.9 %.
  @Test func clustersAreWholeSegmentsOfRowsAndColumns() {
    let faults = FabricationFaults(stuckOff: 0.06, stuckOn: 0.04, clusteredShare: 1, segmentLength: 16)
    let (rows, columns, length) = (64, 64, 16)
    var dead = (rows: 0, columns: 0)
    let count = 200
    for array in 0..<count {
      let plane = Self.plane(faults, array: array, rows: rows, columns: columns)
      var explained = [Bool](repeating: false, count: rows * columns)
      for line in 0..<rows {
        for segment in 0..<columns / length {
          let along = (0..<length).map { line * columns + segment * length + $0 }
          let across = (0..<length).map { (segment * length + $0) * columns + line }
          if along.allSatisfy({ plane[$0] != nil }) {
            dead.rows += 1
            for index in along { explained[index] = true }
          }
          if across.allSatisfy({ plane[$0] != nil }) {
            dead.columns += 1
            for index in across { explained[index] = true }
          }
        }
      }
      #expect(plane.indices.allSatisfy { (plane[$0] != nil) == explained[$0] })
    }
    let segments = Double(count * rows * columns / length)
    let share = 1 - 0.9.squareRoot()
    for observed in [dead.rows, dead.columns] {
      #expect(abs(Double(observed) / segments - share) < 3.29 * (share * (1 - share) / segments).squareRoot())
    }
  }

  /// Single faults are strangers to their neighbours; of clustered ones the neighbour in the segment is often dead too.
  @Test func clusteredFaultsAreNeighbours() {
    func neighbourShare(_ clusteredShare: Double) -> Double {
      let faults = FabricationFaults(stuckOff: 0.05, stuckOn: 0.05, clusteredShare: clusteredShare)
      var (pairs, both) = (0, 0)
      for array in 0..<40 {
        let plane = Self.plane(faults, array: array, rows: 64, columns: 64)
        for index in plane.indices where index % 16 < 15 && plane[index] != nil {
          pairs += 1
          both += plane[index + 1] == nil ? 0 : 1
        }
      }
      return Double(both) / Double(pairs)
    }
    #expect(abs(neighbourShare(0) - 0.1) < 0.01)
    #expect(neighbourShare(0.3) > 0.18)
    #expect(neighbourShare(1) > 0.5)
  }
}
