/// The candidate that takes the fewest edits to reach from `name`, for messages that suggest what was meant.
///
/// Letter case decides only between candidates that are otherwise as near; then the earlier candidate wins. Only the
/// first 64 characters of a name are looked at.
package func nearestName(to name: String, among candidates: [String]) -> String? {
  var best: (name: String, distance: (Int, Int))?
  for candidate in candidates {
    let distance = (
      editDistance(name.lowercased(), candidate.lowercased()), editDistance(name, candidate)
    )
    if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
  }
  return best?.name
}

/// Number of insertions, deletions and replacements that lead from one text to the other (Levenshtein distance).
/// Only the first 64 characters of each are looked at.
package func editDistance(_ first: String, _ second: String) -> Int {
  let second = Array(second.unicodeScalars.prefix(64))
  var row = Array(0...second.count)
  for (i, left) in first.unicodeScalars.prefix(64).enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, right) in second.enumerated() {
      let replaced = diagonal + (left == right ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[second.count]
}
