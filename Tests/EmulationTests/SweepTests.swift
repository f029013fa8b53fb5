import Emulation
import Testing

/// What is varied in a sweep, and in which order.
@Suite("Sweep")
struct SweepTests {
  @Test("Variants come first, each with all it sets; values with spaces stand between quotation marks")
  func variants() throws {
    let sweep = try Sweep(
      variants: ["plain", #"pairs: learning.rule=pair-stdp network.inhibition_time="40 ms" "#],
      axes: ["run.passes=1,2"])
    #expect(sweep.axes.map(\.key) == ["variant", "run.passes"])
    let combinations = sweep.combinations
    #expect(combinations.map(\.values) == [["plain", "1"], ["plain", "2"], ["pairs", "1"], ["pairs", "2"]])
    #expect(combinations[0].overrides == ["run.passes=1"])
    let last = ["learning.rule=pair-stdp", "network.inhibition_time=40 ms", "run.passes=2"]
    #expect(combinations[3].overrides == last)
    #expect(Set(combinations.map(\.folder)).count == 4 && combinations[3].folder == "pairs+2")
  }

  @Test("What makes no sweep is refused")
  func refusals() {
    #expect(throws: SweepError.noAxis) { try Sweep(axes: []) }
    #expect(throws: SweepError.malformedVariant(": a=b")) { try Sweep(variants: [": a=b"], axes: []) }
    #expect(throws: SweepError.malformedVariant("a: b")) { try Sweep(variants: ["a: b"], axes: []) }
    #expect(throws: SweepError.repeatedVariant("a")) { try Sweep(variants: ["a", "a: b=1"], axes: []) }
    #expect(throws: SweepError.repeatedAxis("a.b")) { try Sweep(axes: ["a.b=1", "a.b=2"]) }
    #expect(throws: SweepError.repeatedValue("a.b=1,1")) { try Sweep(axes: ["a.b=1,1"]) }
    #expect(throws: SweepError.malformedAxis("a.b")) { try Sweep(axes: ["a.b"]) }
    for error in [SweepError.noAxis, .malformedVariant("x"), .repeatedVariant("x")] {
      #expect("\(error)".contains("--variant"))
    }
  }
}
