import Recordings
import Testing

@Suite struct PreparationNotationTests {
  @Test func everyStepIsRead() throws {
    let text =
      "crop 64x48+10+20, downsample 2, downsample 2x3, pool 4x2 5, pool 2 3, merge, on, off, noise 10 ms, refractory 500us, "
      + "mask 1:2 3:4, limit 1000, flip-x, flip-y, rotate-right, rotate-left, rotate-180, transpose"
    let steps = try PreparationNotation.parse(text)
    #expect(steps.count == 18)
    #expect(steps[0] as? EventCrop.Parameters == (try .init(x: 10, y: 20, width: 64, height: 48)))
    #expect(steps[1] as? EventDownsampling.Parameters == (try .init(columns: 2, rows: 2)))
    #expect(steps[2] as? EventDownsampling.Parameters == (try .init(columns: 2, rows: 3)))
    #expect(steps[3] as? EventPooling.Parameters == (try .init(columns: 4, rows: 2, threshold: 5)))
    #expect(steps[8] as? BackgroundActivityFilter.Parameters == (try .init(windowInMicroseconds: 10_000)))
    #expect(steps[9] as? RefractoryFilter.Parameters == (try .init(periodInMicroseconds: 500)))
    #expect(
      steps[10] as? HotPixelMask.Parameters == .init(pixels: [PixelPosition(x: 1, y: 2), PixelPosition(x: 3, y: 4)]))
    #expect(try PreparationNotation.parse(" ").isEmpty)
  }

  @Test(arguments: [
    "crop", "crop 64x64", "crop 64x64+1", "crop ax4+1+1", "downsample", "downsample 2x2x2", "downsample 0", "pool 2",
    "pool 2 x", "noise", "noise 10", "noise 10 hours", "noise 1e99 s", "refractory -1 ms", "mask", "mask 1",
    "mask 1:-2",
    "limit", "limit many", "blur 3", "on off",
  ])
  func mistakesAreNamed(text: String) {
    let error = recordingError { _ = try PreparationNotation.parse(text) }
    #expect(error?.description.isEmpty == false, "\(text)")
  }
}
