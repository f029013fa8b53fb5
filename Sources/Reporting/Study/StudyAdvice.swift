import Emulation

/// What wears out in a study of deployments, and what would save it, by what the study itself measured.
struct StudyAdvice {
  let table: StudyTable
  /// Length of the deployments in seconds.
  let duration: Double

  /// A relative is recommended if it lasts longer by this factor,
  private static let longerBy = 1.2
  /// and if its accuracy after learning is lower by at most this.
  private static let accuracyLost = 0.05

  private struct Candidate {
    var title: String
    var values: [String]
    var life: Double
    var learned: Double
    var aged: Double
  }

  /// A sentence for each combination that does not last.
  var sentences: [String] {
    let candidates = table.combinations.compactMap { combination -> Candidate? in
      guard let life = combination.interval("useful_life")?.mean,
        let learned = combination.interval("test_accuracy")?.mean,
        let aged = combination.interval("aged_accuracy")?.mean
      else { return nil }
      return Candidate(
        title: combination.title, values: combination.values, life: life, learned: learned, aged: aged)
    }
    return candidates.filter { $0.life < duration }.map { sentence($0, among: candidates) }
  }

  private func sentence(_ worn: Candidate, among all: [Candidate]) -> String {
    let wanted = ProductTime.text(duration)
    let start = "\(worn.title) wears out after \(ProductTime.text(worn.life)) of the \(wanted) wanted"
    // Relatives differ in the last axis alone: the same device, written in another way.
    let relatives = all.filter { $0.values.dropLast() == worn.values.dropLast() }
    if let better = best(relatives, than: worn) {
      let way = better.values.last ?? ""
      return better.life >= duration
        ? "\(start); \(way) would save it: it lasts the \(wanted), at an accuracy of \(accuracy(better))."
        : "\(start); with \(way) it lasts \(ProductTime.text(better.life)), "
          + "\(NumberText.compact(better.life / worn.life, digits: 2)) times as long."
    }
    let none = "\(start); no other of its kind lasts longer and is as accurate"
    guard let better = best(all, than: worn) else { return none + "." }
    return
      "\(none), but \(better.title) lasts \(better.life >= duration ? "the " : "")"
      + "\(ProductTime.text(better.life)), at an accuracy of \(accuracy(better))."
  }

  /// Of those that last longer and have learned as well, the one that lasts longest, or is the most accurate of these.
  private func best(_ candidates: [Candidate], than worn: Candidate) -> Candidate? {
    candidates.filter { $0.life > Self.longerBy * worn.life && $0.learned >= worn.learned - Self.accuracyLost }
      .max { ($0.life, $0.aged) < ($1.life, $1.aged) }
  }

  private func accuracy(_ candidate: Candidate) -> String { NumberText.fixed(candidate.aged, decimals: 3) }
}
