import Recordings
import Testing

@Suite struct FoldAssignmentTests {
  private func expectPartition(_ folds: FoldAssignment, sampleCount: Int) {
    var tested = [Int](repeating: 0, count: sampleCount)
    for fold in 0..<folds.foldCount {
      let (train, test) = folds.indices(fold: fold)
      #expect(!train.isEmpty && !test.isEmpty)
      #expect((train + test).sorted() == Array(0..<sampleCount))
      for index in test { tested[index] += 1 }
    }
    #expect(tested.allSatisfy { $0 == 1 })
  }

  @Test(arguments: [2, 3, 5, 10])
  func nobodyIsOnBothSidesOfAFoldByGroup(foldCount: Int) throws {
    let source = SyntheticSource(count: 203, groupCount: 10)
    let folds = try FoldAssignment(source: source, kind: .byGroup, foldCount: foldCount)
    expectPartition(folds, sampleCount: 203)
    for fold in 0..<foldCount {
      let (train, test) = folds.indices(fold: fold)
      let groups = { (indices: [Int]) in Set(indices.map { source.description(ofSample: $0).group }) }
      #expect(groups(train).isDisjoint(with: groups(test)))
    }
  }

  @Test func tenPeopleInFiveFoldsAreTestedInPairs() throws {
    let source = SyntheticSource(count: 203, groupCount: 10)
    let folds = try FoldAssignment(source: source, kind: .byGroup, foldCount: 5)
    for fold in 0..<5 {
      let groups = Set(folds.indices(fold: fold).test.map { source.description(ofSample: $0).group })
      #expect(groups == [100 + 2 * fold, 101 + 2 * fold])
    }
  }

  @Test(arguments: [2, 5, 7])
  func foldsBySampleAreStratified(foldCount: Int) throws {
    let source = SyntheticSource(count: 203, groupCount: 10)
    let folds = try FoldAssignment(source: source, kind: .bySample(seed: 4), foldCount: foldCount)
    expectPartition(folds, sampleCount: 203)
    for label in 0..<3 {
      let counts = (0..<foldCount).map { fold in
        folds.indices(fold: fold).test.filter { source.description(ofSample: $0).label == label }.count
      }
      #expect(counts.max()! - counts.min()! <= 1)
    }
  }

  @Test func foldsBySampleDependOnSeedAndIdentifierNotOnOrder() throws {
    let source = SyntheticSource(count: 60, groupCount: 5)
    let reversed = SyntheticSource(source.descriptions.reversed())
    let tested = { (source: SyntheticSource, seed: UInt64) throws -> Set<String> in
      let folds = try FoldAssignment(source: source, kind: .bySample(seed: seed), foldCount: 4)
      return Set(folds.indices(fold: 2).test.map { source.description(ofSample: $0).identifier })
    }
    #expect(try tested(source, 1) == tested(reversed, 1))
    #expect(try tested(source, 1) != tested(source, 2))
  }

  @Test func theDataSetsOwnSplitIsKept() throws {
    let source = SyntheticSource(count: 20, groupCount: 5)
    let folds = try FoldAssignment(source: source, kind: .ownSplit, foldCount: 1)
    #expect(folds.indices(fold: 0).test == [0, 4, 8, 12, 16])
    #expect(folds.indices(fold: 0).train == (0..<20).filter { $0 % 4 != 0 })
  }

  @Test func impossibleSplitsAreRefused() throws {
    let source = SyntheticSource(count: 20, groupCount: 3)
    let anonymous = SyntheticSource(
      (0..<4).map { SampleDescription(identifier: "\($0)", label: 0, group: -1, split: .unspecified, tickCount: 1) })
    let wrong: [(SyntheticSource, FoldAssignment.Kind, Int)] = [
      (source, .byGroup, 4), (source, .byGroup, 1), (source, .bySample(seed: 0), 21), (source, .ownSplit, 5),
      (anonymous, .byGroup, 2), (anonymous, .ownSplit, 1),
    ]
    for (source, kind, foldCount) in wrong {
      guard
        case .folds = recordingError({ _ = try FoldAssignment(source: source, kind: kind, foldCount: foldCount) })
      else {
        Issue.record("\(kind) in \(foldCount) was not refused")
        continue
      }
    }
  }
}
